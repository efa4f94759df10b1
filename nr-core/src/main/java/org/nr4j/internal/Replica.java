package org.nr4j.internal;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;

/**
 * One replica: an instance of the user's structure behind its {@linkplain ReplicaLock lock}, the publication list of the threads routed to it,
 * and how far it has applied the log (ASPLOS 2017, §4: flat combining within a node, the log between nodes).
 *
 * <p>Any thread may call the public methods. Writes are blocking in theory (a combiner that stops, stops its replica) and
 * bounded by the scheduler in practice; reads wait for writers only.
 */
/*
 * Who may do what:
 *   lock held, either mode   take from `publications`; write `inHand`, `unfinished`, `cursor`, `failed`; append to the log
 *   lock held, writing       call dispatchMut; raise `localTail`
 *   reader inside            call dispatch
 *
 * A round of the combiner: collect what is published (inHand, then unfinished) -> append it to the log -> keep readers out -> apply the log up to its
 * tail, which answers the collected operations on the way -> leave the lock -> wake who sleeps -> look for what was published meanwhile.
 *
 * A round may be cut short by an error of the virtual machine anywhere (out of memory while collecting, stack overflow at any call). inHand and
 * unfinished keep the operations until they are in the log, and the next combiner goes on with them: none is lost, and since the log can tell
 * whether it has an entry, none is appended twice. An error while applying is another matter: Replicas.fail.
 *
 * With a single replica ("direct") there is nobody to read a log, so there is none: the combiner applies what it collected, and a thread that finds
 * the lock free applies its own operation without publishing it.
 */
public final class Replica<R, W, A extends @Nullable Object> {
    /** How often a combiner goes on for others after its own operation is done; then it wakes one of them to go on instead. */
    private static final int SERVING_ROUNDS = 4;

    /** How often a reader lets writers overtake it before it competes with them. */
    private static final int PATIENCE = 4;

    private final int id;
    private final Replicas<R, W, A> group;
    private final Dispatch<R, W, A> dispatch;
    private final boolean direct;
    private final OperationLog log;

    private final ReplicaLock lock;
    private final PublicationList publications = new PublicationList();
    private final PaddedLong localTail = new PaddedLong();
    private final CombineCounters counters = new CombineCounters();
    private final BatchCursor<W, A> cursor = new BatchCursor<>();

    private @Nullable Request inHand;
    private @Nullable LogEntry unfinished;
    private boolean failed;

    Replica(int id, Replicas<R, W, A> group, Dispatch<R, W, A> dispatch, boolean direct) {
        this.id = id;
        this.group = group;
        this.dispatch = dispatch;
        this.direct = direct;
        this.log = group.log();
        this.lock = group.newLock();
    }

    /** Its number, from 0. */
    public int id() {
        return id;
    }

    // ---- reads ----

    /** Answers a read of the calling thread. */
    public A execute(R op, long threadId) {
        if (direct) {
            return read(op, threadId);
        }
        group.entrants().enter(threadId);
        try {
            // The bound first, then wait for it, then read: what returned before this call is below the bound.
            long bound = log.tail();
            if (localTail.getAcquire() < bound) {
                awaitApplied(bound, threadId);
            }
            return read(op, threadId);
        } finally {
            group.entrants().leave(threadId);
        }
    }

    private A read(R op, long threadId) {
        ReplicaLock lock = this.lock;
        // Loaded before the fence in tryEnter; loads after the fence have to wait for it.
        Dispatch<R, W, A> dispatch = this.dispatch;
        int entry = lock.tryEnter(threadId);
        if (entry == ReplicaLock.NOT_ENTERED) {
            return readSlowPath(op, threadId);
        }
        try {
            return dispatch.dispatch(op);
        } finally {
            lock.leave(entry, threadId);
        }
    }

    /** A writer is at work. Waits, then tries again; a reader that writers overtake again and again competes with them for the lock, and reads as its holder. */
    private A readSlowPath(R op, long threadId) {
        try (Backoff backoff = lock.newBackoff()) {
            for (int overtaken = 0; ; overtaken++) {
                group.checkUsable();
                lock.awaitReadable(backoff);
                if (overtaken >= PATIENCE && lock.isFree() && lock.tryUpdate(threadId)) {
                    return readAsHolder(op, threadId);
                }
                int entry = lock.tryEnter(threadId);
                if (entry != ReplicaLock.NOT_ENTERED) {
                    return readInside(op, entry, threadId);
                }
            }
        }
    }

    private A readInside(R op, int entry, long threadId) {
        try {
            return dispatch.dispatch(op);
        } finally {
            lock.leave(entry, threadId);
        }
    }

    private A readAsHolder(R op, long threadId) {
        try {
            return dispatch.dispatch(op);
        } finally {
            leave(threadId);
        }
    }

    /** Waits until this replica has applied the log up to {@code bound}, and does it itself if nobody else is at it. */
    void awaitApplied(long bound, long threadId) {
        group.refuseInside(threadId);
        try (Backoff backoff = lock.newBackoff()) {
            while (localTail.getAcquire() < bound) {
                group.checkUsable();
                if (lock.isFree() && lock.tryUpdate(threadId)) {
                    combineAndLeave(null, threadId);
                } else {
                    lock.awaitFree(backoff);
                }
            }
        }
    }

    // ---- writes ----

    /** Applies and answers a write of the calling thread; throws what {@code dispatchMut} threw. */
    public A executeMut(W op, long threadId) {
        if (!direct) {
            return answer(executeMutAll(new Object[] {op}, threadId));
        }
        return lock.tryWrite(threadId) ? executeMutDirect(op, threadId) : executeMutSlowPath(op, threadId);
    }

    /**
     * Spins for the lock before publishing. Whoever finds it free applies many operations of its own before another thread gets in, which is cheaper than to hand each operation
     * over to a combiner on another processor; for the same reason the spinning thread looks seldom.
     */
    private A executeMutSlowPath(W op, long threadId) {
        lock.refuseHolder(threadId);
        try (Backoff backoff = lock.newBackoff()) {
            while (backoff.spin()) {
                if (lock.isFree() && lock.tryWrite(threadId)) {
                    return executeMutDirect(op, threadId);
                }
            }
            Request request = new Request(new Object[] {op});
            publishAndAwait(request, threadId, backoff);
            return answer(request.answers());
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // null is an answer where A is nullable
    private A answer(Answers answers) {
        return (A) Failures.valueOrThrow(answers, 0);
    }

    /** Applies and answers an atomic batch of the calling thread. */
    public Answers executeMutAll(Object[] ops, long threadId) {
        if (direct) {
            return execute(new Request(ops), threadId);
        }
        group.entrants().enter(threadId);
        try {
            return execute(new Request(ops), threadId);
        } finally {
            group.entrants().leave(threadId);
        }
    }

    private A executeMutDirect(W op, long threadId) {
        try {
            return dispatch.dispatchMut(op);
        } catch (VirtualMachineError e) {
            throw failed(e, threadId);
        } finally {
            counters.single();
            leaveDirect(threadId);
        }
    }

    /** Leaves after an operation of one's own; what was published meanwhile is applied first, in the same hold of the lock. */
    private void leaveDirect(long threadId) {
        if (failed) {
            leave(threadId);
        } else if (!publications.isEmpty()) {
            combineAndLeave(null, threadId);
        } else {
            lock.release();
            if (!publications.isEmpty()) {
                serveOthers(threadId);
            }
        }
    }

    private Answers execute(Request request, long threadId) {
        if (lock.tryUpdate(threadId)) {
            combineAndLeave(request, threadId);
        } else {
            lock.refuseHolder(threadId);
            try (Backoff backoff = lock.newBackoff()) {
                publishAndAwait(request, threadId, backoff);
            }
        }
        return request.answers();
    }

    private void publishAndAwait(Request request, long threadId, Backoff backoff) {
        if (!publications.publish(request)) {
            throw group.stopped();
        }
        while (!request.isDone()) {
            group.checkNotFailed();
            if (lock.isFree() && lock.tryUpdate(threadId)) {
                combineAndLeave(null, threadId);
            } else if (!backoff.pause()) {
                request.park(backoff, lock);
            }
        }
        Failures.attachCaller(request.answers());
    }

    // ---- combining ----

    /** A round as the combiner, for the lock's holder: for what was published, and for {@code own}, last. Leaves the lock. */
    private void combineAndLeave(@Nullable Request own, long threadId) {
        try {
            combine(own, threadId);
        } finally {
            leave(threadId);
        }
    }

    private void combine(@Nullable Request own, long threadId) {
        publishUnfinished(threadId);
        collect(own);
        publishUnfinished(threadId);
        if (!direct) {
            long before = localTail.getOpaque();
            replay(log.tail(), threadId);
            group.reclaimNowAndThen(before, localTail.getOpaque());
        }
    }

    /** Gathers the operations of all published requests, oldest first, and then of {@code own}, into {@code unfinished}. */
    private void collect(@Nullable Request own) {
        if (inHand == null) {
            inHand = publications.takeAll();
        }
        int size = own == null ? 0 : own.ops.length;
        for (Request request = inHand; request != null; request = request.next) {
            size += request.ops.length;
        }
        if (size == 0) {
            return;
        }
        Object[] ops = new Object[size];
        Request[] requests = new Request[size];
        int from = size;
        if (own != null) {
            from = put(own, ops, requests, from);
        }
        for (Request request = inHand; request != null; request = request.next) {
            from = put(request, ops, requests, from);
        }
        unfinished = new LogEntry(this, ops, requests);
        inHand = null;
    }

    /** Places the operations of a request so that they end before {@code end}; returns where they start. */
    private static int put(Request request, Object[] ops, Request[] requests, int end) {
        int start = end - request.ops.length;
        System.arraycopy(request.ops, 0, ops, start, request.ops.length);
        Arrays.fill(requests, start, end, request);
        return start;
    }

    /** Puts the collected batch into the log, or with a single replica applies it. */
    private void publishUnfinished(long threadId) {
        LogEntry entry = unfinished;
        if (entry == null) {
            return;
        }
        if (direct) {
            lock.upgrade(threadId);
            unfinished = null;
            counters.batch(entry.ops.length);
            apply(entry, threadId);
        } else if (!log.contains(entry)) {
            append(entry, threadId);
        }
        unfinished = null;
    }

    private void append(LogEntry entry, long threadId) {
        if (!log.tryAppend(entry)) {
            appendSlowPath(entry, threadId);
        }
        counters.batch(entry.ops.length);
    }

    /** The log is full: brings this replica up to date, then the others, until there is room. Readers of this replica go on meanwhile. */
    private void appendSlowPath(LogEntry entry, long threadId) {
        try (Backoff backoff = lock.newBackoff()) {
            do {
                replay(log.tail(), threadId);
                lock.downgrade(threadId);
                group.makeRoom(this, threadId, backoff);
            } while (!log.tryAppend(entry));
        }
    }

    // ---- applying the log ----

    /** Applies the log up to {@code bound}, for the lock's holder; leaves the lock in writing mode if there was anything to apply. */
    void replay(long bound, long threadId) {
        long index = localTail.getOpaque();
        if (index >= bound) {
            return;
        }
        if (unfinished != null && log.contains(unfinished)) {
            unfinished = null; // about to be applied, and then no longer to be found in the log
        }
        lock.upgrade(threadId);
        for (; index < bound; index++) {
            apply(log.entry(index), threadId);
            localTail.setRelease(index + 1); // pairs with getAcquire in execute and in Replicas.minLocalTail
        }
    }

    private void apply(LogEntry entry, long threadId) {
        try {
            cursor.apply(dispatch, entry.ops, entry.origin == this ? entry.requests : null);
        } catch (VirtualMachineError e) {
            throw failed(e, threadId);
        }
    }

    /** For another replica's combiner that found the log full: applies the log here, unless somebody is at work here anyway. */
    boolean tryHelp(long bound, long threadId) {
        if (localTail.getAcquire() >= bound || !lock.isFree() || !lock.tryUpdate(threadId)) {
            return false;
        }
        try {
            replay(bound, threadId);
        } finally {
            releaseAndWake();
            publications.wakeOne();
        }
        return true;
    }

    /** The index up to which this replica has applied the log. Acquire: pairs with the release in {@link #replay}. */
    long localTail() {
        return localTail.getAcquire();
    }

    // ---- leaving the lock ----

    /**
     * Leaves the lock, and sees to it that nothing published stays behind: either the lock's next holder finds it, or we serve it, or, after some rounds, wake
     * one of those who wait, to take over.
     */
    private void leave(long threadId) {
        releaseAndWake();
        serveOthers(threadId);
    }

    private void serveOthers(long threadId) {
        for (int round = 0; !publications.isEmpty(); round++) {
            if (round == SERVING_ROUNDS) {
                publications.wakeOne();
                return;
            }
            if (!lock.tryUpdate(threadId)) {
                return;
            }
            try {
                combine(null, threadId);
            } finally {
                releaseAndWake();
            }
        }
    }

    private void releaseAndWake() {
        Request sleeping = cursor.takeSleeping();
        if (failed || group.hasFailed()) {
            lock.retire();
            wakeAllInVain();
        } else {
            lock.release();
        }
        while (sleeping != null) {
            Request next = sleeping.next;
            sleeping.wake();
            sleeping = next;
        }
    }

    /** Wakes those whose operations will never be answered here, after the lock was retired: see {@link Request#park}. */
    private void wakeAllInVain() {
        cursor.unanswered().forEach(Request::wakeIfParked);
        if (unfinished != null) {
            List.of(unfinished.requests).forEach(Request::wakeIfParked);
        }
        for (Request request = inHand; request != null; request = request.next) {
            request.wakeIfParked();
        }
        for (Request request = publications.close(); request != null; request = request.next) {
            request.wakeIfParked();
        }
    }

    // ---- errors, closing ----

    /** An error of the virtual machine while applying: what the structure looks like now is unknown, so the lock is never left again. */
    private IllegalStateException failed(VirtualMachineError error, long threadId) {
        failed = true;
        return group.fail(this, error, threadId);
    }

    /** Another replica has failed, and so the instance: retires this one too, unless somebody is at work here, who then will. */
    void stopAfterFailure(long threadId) {
        if (lock.tryUpdate(threadId)) {
            lock.upgrade(threadId);
            releaseAndWake();
        }
    }

    /** Whether the calling thread is inside this replica, as a reader or as its combiner. */
    boolean isInside(long threadId) {
        return lock.isReader(threadId) || lock.isHeldBy(threadId);
    }

    /** Takes the lock for closing, if it is free. */
    boolean tryHold(long threadId) {
        return lock.tryUpdate(threadId);
    }

    /** For the closing thread, which holds the locks of all replicas: applies all that was published, then refuses more. */
    void drainAndRefuse(long threadId) {
        do {
            combine(null, threadId);
        } while (!publications.tryClose());
    }

    /** For the closing thread: wakes everybody and never leaves the lock. */
    void retire(long threadId) {
        lock.upgrade(threadId);
        failed = true;
        releaseAndWake();
    }

    /** What its combiners did. */
    public CombineCounters counters() {
        return counters;
    }
}
