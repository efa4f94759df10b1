package org.nr4j.internal.replica;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.Snapshot;
import org.nr4j.StaleRead;
import org.nr4j.internal.combine.BatchCursor;
import org.nr4j.internal.combine.BatchRequest;
import org.nr4j.internal.combine.CombinerState;
import org.nr4j.internal.combine.Failures;
import org.nr4j.internal.combine.PublicationList;
import org.nr4j.internal.combine.Request;
import org.nr4j.internal.combine.Responses;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.ReentrancyGuard;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.log.LogCursor;
import org.nr4j.internal.log.LogEntry;
import org.nr4j.internal.log.OperationLog;
import org.nr4j.internal.padding.PaddedLong;
import org.nr4j.internal.stats.CombineCounters;
import org.nr4j.internal.stats.Events;

/**
 * One replica: an instance of the user's structure behind its {@linkplain ReplicaLock lock}, the publication list of the threads routed to it,
 * and how far it has applied the log (ASPLOS 2017, §4: flat combining within a node, the log between nodes).
 *
 * <p>Any thread may call the public methods. Writes are blocking in theory (a combiner that stops, stops its replica) and
 * bounded by the scheduler in practice; reads wait for writers only.
 */
/*
 * Who may do what:
 *   lock held, either mode   take from `publications`; write `combining`, `cursor`, `broken`, `journal`; append to the log
 *   lock held, writing       call dispatchMut; raise `localTail`
 *   reader inside            call dispatch
 *
 * A round of the combiner: collect what is published (inHand, then unfinished) -> append it to the log -> keep readers out -> apply the log up to its
 * tail, which answers the collected operations on the way -> raise the completed tail -> tell their threads (where writers prevail, earlier) -> leave the lock -> wake who sleeps -> look for what was published meanwhile.
 *
 * A round may be cut short by an error of the virtual machine anywhere (out of memory while collecting, stack overflow at any call). inHand and
 * unfinished keep the operations until they are in the log, and the next combiner goes on with them: none is lost, and since the log can tell
 * whether it has an entry, none is appended twice. An error while applying leaves the structure in a state that nobody knows: `broken`, goOutOfOrder.
 *
 * With a single replica ("direct") there is nobody to read a log, so there is none: the combiner applies what it collected, and a thread that finds
 * the lock free applies its own operation without publishing it. Followers make it write a journal.
 *
 * A replica is retired when it is removed, changes between direct and not (another object then takes over its structure), goes out of order, or the instance
 * closes. Its lock is never free again. What was published and is in no log is given back (Request.move); every call that comes or waits here then ends with MOVED, and its
 * caller asks Replicas for another replica. So a reference to a replica may be kept for any time, and the paths that are taken a million times a second know nothing of all this.
 */
public final class Replica<R, W, A extends @Nullable Object> {
    private static final Object MOVED = new Object();

    /**
     * How many rounds a thread combines in a row while there is work, or some expected; then it wakes one of those who wait to go on instead. Each change of combiners moves what it works on, the structure first of all, from one processor's cache to another's.
     */
    private static final int SERVING_ROUNDS = 32;

    /** For how many pauses a combiner leaves readers to themselves between two rounds: about as long as a round takes. */
    private static final int READERS_TURN = 60;

    /** The mean size of batches is that of about so many of the last ones. */
    private static final int REMEMBERED_BATCHES = 32;

    /** How often a reader lets writers overtake it before it competes with them. */
    private static final int PATIENCE = 4;

    /** How long one sleeps who cannot be woken. */
    private static final long SLEEP_NANOS = 50_000;

    private final int id;
    private final int node;
    private final ReplicaSet<R, W, A> group;
    private final Dispatch<R, W, A> dispatch;
    private final boolean direct;
    private final ReentrancyGuard entrants;

    /** Whether the lock recognises a thread that calls back, as far as it has to be: where there is no other lock. In an optimistic read it does not, and there it would cost what such a read saves. */
    private final boolean lockKnowsEntrants;

    private final OperationLog log;

    private final ReplicaLock lock;
    private final PublicationList publications = new PublicationList();
    private final PaddedLong localTail = new PaddedLong();
    private final CombineCounters counters;
    private final BatchCursor<W, A> cursor = new BatchCursor<>();
    private final CombinerState combining = new CombinerState();

    /** With a single replica, what {@code counters.operations()} falls short of the number of writes applied. */
    private final long uncounted;

    private @Nullable Journal journal;

    /** The error that left the structure in an unknown state. */
    private @Nullable VirtualMachineError broken;

    /** What this replica leaves to the others to answer; written before {@code outOfOrder}. */
    private @Nullable LogEntry orphans;

    private volatile boolean outOfOrder;

    /** How many threads wait to hold this replica for work of another kind; combiners let them. */
    private final AtomicInteger awaited = new AtomicInteger();

    /** Whether somebody looks after what this replica left. */
    private final AtomicBoolean rescued = new AtomicBoolean();

    /**
     * A replica that has applied the log up to its present tail.
     *
     * @param direct whether it is the only one
     * @param counters of the one that it takes over from, or new ones
     * @param writes how many writes the structure has
     */
    public Replica(
            int id,
            int node,
            ReplicaSet<R, W, A> group,
            Dispatch<R, W, A> dispatch,
            boolean direct,
            CombineCounters counters,
            long logIndex,
            long writes) {
        this.id = id;
        this.node = node;
        this.group = group;
        this.dispatch = dispatch;
        this.direct = direct;
        this.entrants = group.entrants();
        this.lockKnowsEntrants = direct && group.hasOneLog();
        this.log = group.log();
        this.lock = group.newLock(node);
        this.counters = counters;
        this.uncounted = writes - counters.operations();
        counters.applied(writes);
        localTail.setRelease(logIndex);
        log.complete(logIndex);
    }

    /** Its number. */
    public int id() {
        return id;
    }

    /** The number of its node. */
    public int node() {
        return node;
    }

    /** The replicas of its log. */
    public ReplicaSet<R, W, A> group() {
        return group;
    }

    /** Whether it is the only one and works without the log. */
    public boolean isDirect() {
        return direct;
    }

    /** The user's structure; to be touched as the lock's rules say. */
    public Dispatch<R, W, A> dispatch() {
        return dispatch;
    }

    /** How many writes it has applied; exact for the lock's holder and for readers inside. */
    public long writesApplied() {
        return direct ? uncounted + counters.operations() : counters.applied();
    }

    /** Whether a call of {@link #execute}, {@link #executeMut} or {@link #executeMutAll} returned this: the replica serves no more, and nothing was done. */
    public static boolean isMoved(@Nullable Object answer) {
        return answer == MOVED || answer == Responses.MOVED;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public static <T> T moved() {
        return (T) MOVED; // compared with by reference, before it is taken for anything else
    }

    // ---- reads ----

    /** Answers a read of the calling thread. */
    public A execute(R op, long threadId) {
        boolean optimistic = dispatch.isOptimistic(op);
        enter(threadId);
        try {
            // The bound first, then wait for it, then read: what returned before this call is below the bound.
            if (!direct && !catchUpWith(log.completed(), threadId)) {
                return moved();
            }
            return optimistic ? readOptimistically(op, threadId) : read(op, threadId);
        } finally {
            exit(threadId);
        }
    }

    /**
     * A wait of a thread that is inside nothing. Who calls back, and was not noticed by ReentrancyGuard, may wait for itself: this replica's lock tells at once; the others, to look at whose locks is
     * dear, before it sleeps. A write that it has published by then is done all the same.
     */
    private Backoff newBackoff(long threadId) {
        lock.refuseInside(threadId);
        return lock.newBackoff(() -> group.refuseInside(threadId));
    }

    /** Marks the calling thread as inside, so that a call back is noticed, unless the lock does. */
    private void enter(long threadId) {
        if (!lockKnowsEntrants) {
            entrants.enter(threadId);
        }
    }

    private void exit(long threadId) {
        if (!lockKnowsEntrants) {
            entrants.leave(threadId);
        }
    }

    private boolean catchUpWith(long bound, long threadId) {
        return localTail.getAcquire() >= bound || awaitApplied(bound, threadId);
    }

    /** Reads; if anybody has written meanwhile, once more, as a reader for whom writers wait. */
    private A readOptimistically(R op, long threadId) {
        ReplicaLock lock = this.lock;
        long version = lock.tryOptimisticRead();
        if (version != ReplicaLock.WRITING) {
            try {
                A answer = dispatch.dispatch(op);
                if (lock.isUnchanged(version)) {
                    return answer;
                }
            } catch (Throwable e) {
                if (lock.isUnchanged(version)) {
                    throw e;
                }
            }
        }
        return read(op, threadId);
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
        try (Backoff backoff = newBackoff(threadId)) {
            for (int overtaken = 0; ; overtaken++) {
                if (lock.isRetired()) {
                    return moved();
                }
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

    /**
     * Answers a read from the state as it is, unless a writer is at work.
     *
     * @return null in that case
     */
    public @Nullable StaleRead<A> tryReadStale(R op, long threadId) {
        int entry = lock.tryEnter(threadId);
        if (entry == ReplicaLock.NOT_ENTERED) {
            return null;
        }
        try {
            long lag = direct ? 0 : Math.max(0, log.writes() - counters.applied());
            A answer = dispatch.dispatch(op);
            return isMoved(answer) ? null : new StaleRead<>(answer, lag);
        } finally {
            lock.leave(entry, threadId);
        }
    }

    /** Waits until this replica has applied the log up to {@code bound}, and does it itself if nobody else is at it. False if it is retired. */
    public boolean awaitApplied(long bound, long threadId) {
        fetchAhead(bound);
        try (Backoff backoff = newBackoff(threadId)) {
            while (localTail.getAcquire() < bound) {
                if (lock.isRetired()) {
                    return false;
                }
                if (lock.isFree() && lock.tryUpdate(threadId)) {
                    combineAndLeave(null, threadId);
                } else {
                    lock.awaitFree(backoff);
                }
            }
        }
        return true;
    }

    // ---- writes ----

    /** Applies and answers a write of the calling thread; throws what {@code dispatchMut} threw. */
    public A executeMut(W op, long threadId) {
        if (!direct) {
            Request request = new Request(op);
            return submit(request, threadId) ? answer(request) : moved();
        }
        enter(threadId);
        try {
            return lock.tryWrite(threadId) ? executeMutDirect(op, threadId) : executeMutSlowPath(op, threadId);
        } finally {
            exit(threadId);
        }
    }

    /**
     * Spins for the lock before publishing. Whoever finds it free applies many operations of its own before another thread gets in, which is cheaper than to hand each operation
     * over to a combiner on another processor; for the same reason the spinning thread looks seldom.
     */
    private A executeMutSlowPath(W op, long threadId) {
        group.followers().refuseConsumer(threadId);
        try (Backoff backoff = newBackoff(threadId)) {
            while (backoff.spin()) {
                if (lock.isFree() && lock.tryWrite(threadId)) {
                    return executeMutDirect(op, threadId);
                }
            }
            Request request = new Request(op);
            boolean answered = publications.publish(request) && await(request, threadId, backoff);
            return answered ? answer(request) : moved();
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // null is an answer where A is nullable
    private A answer(Request request) {
        Throwable failure = request.failure();
        if (failure != null) {
            Failures.attachCaller(failure);
        }
        return (A) Failures.valueOrThrow(request.value(), failure);
    }

    /** Applies and answers an atomic batch of the calling thread. */
    public Responses executeMutAll(Object[] ops, long threadId) {
        BatchRequest request = new BatchRequest(ops);
        if (!submit(request, threadId)) {
            return Responses.MOVED;
        }
        Failures.attachCaller(request.answers());
        return request.answers();
    }

    /** Has a request of the calling thread answered; false if it was given back. */
    private boolean submit(Request request, long threadId) {
        enter(threadId);
        try {
            return execute(request, threadId);
        } finally {
            exit(threadId);
        }
    }

    private A executeMutDirect(W op, long threadId) {
        Journal journal = this.journal;
        if (journal != null) {
            record(journal, op, threadId);
        }
        try {
            return dispatch.dispatchMut(op);
        } catch (VirtualMachineError e) {
            broken = e;
            return moved(); // to hear from ReplicaSet that nobody is left
        } finally {
            counters.single();
            leaveDirect(threadId);
        }
    }

    /** Journals an operation before it is applied, in writing mode; leaves the lock if that is refused. */
    private void record(Journal journal, W op, long threadId) {
        if (journal.isReady() && group.followers().admit(threadId)) {
            journal.add(op);
        } else {
            recordSlowPath(op, threadId);
        }
    }

    private void recordSlowPath(W op, long threadId) {
        boolean recorded = false;
        try {
            group.followers().refuseConsumer(threadId);
            if (awaitJournal(threadId)) {
                lock.upgrade(threadId);
            }
            addToJournal(op);
            recorded = true;
        } finally {
            if (!recorded) {
                leave(threadId);
            }
        }
    }

    /**
     * For the holder of a single replica, who is about to write: waits until there is room in the journal for an operation, if there is a journal. There is until one is added.
     *
     * @return whether it waited; then it lets readers in
     */
    public boolean awaitJournal(long threadId) {
        Journal journal = followedJournal();
        return journal != null && !journal.hasRoom() && awaitRoom(() -> isUnfollowed() || journal.hasRoom(), threadId);
    }

    private void addToJournal(Object op) {
        Journal journal = followedJournal();
        if (journal != null) {
            journal.add(op);
        }
    }

    private boolean isUnfollowed() {
        return group.followers().isEmpty();
    }

    /** The journal, which is given up where nobody follows any more. */
    private @Nullable Journal followedJournal() {
        if (journal != null && isUnfollowed()) {
            journal.seal();
            journal = null;
            group.reclaim();
        }
        return journal;
    }

    /** Leaves after an operation of one's own; what was published meanwhile is applied first, in the same hold of the lock. */
    private void leaveDirect(long threadId) {
        if (broken != null) {
            leave(threadId);
        } else if (!publications.isEmpty()) {
            combineAndLeave(null, threadId);
        } else {
            boolean followed = journal != null;
            lock.release();
            if (!publications.isEmpty()) {
                serveOthers(0, threadId);
            }
            if (followed) {
                group.followers().wake();
            }
        }
    }

    private boolean execute(Request request, long threadId) {
        group.followers().refuseConsumer(threadId);
        if (lock.isFree() && lock.tryUpdate(threadId)) {
            combineAndLeave(request, threadId);
            if (request.isDone()) {
                return true;
            }
        } else {
            lock.refuseInside(threadId);
            if (!publications.publish(request)) {
                return false;
            }
            if (!direct) {
                fetchAhead(log.tail()); // all of which is applied before the request
            }
        }
        try (Backoff backoff = newBackoff(threadId)) {
            return await(request, threadId, backoff);
        }
    }

    /** Waits for the answers of a request that a combiner knows of; false if it was given back. */
    private boolean await(Request request, long threadId, Backoff backoff) {
        while (!request.isDone()) {
            if (lock.isRetired()) {
                if (!awaitAfterRetirement(request, backoff)) {
                    return false;
                }
            } else if (lock.isFree() && lock.tryUpdate(threadId)) {
                combineAndLeave(null, threadId);
            } else if (!backoff.pause()) {
                request.park(backoff, lock);
            }
        }
        return true;
    }

    /**
     * One step of the wait for a request that was here when the replica was retired: it has been answered, or given back (then false), or is in the log and will be answered by
     * another replica ({@link Rescue}), unless none is left.
     */
    private boolean awaitAfterRetirement(Request request, Backoff backoff) {
        group.settle();
        boolean stopped = group.isStopped(); // before the request is looked at: who stops the instance answers first
        if (request.isMoved()) {
            return false;
        }
        if (!request.isDone()) {
            if (stopped) {
                group.checkUsable();
            }
            backoff.pauseOrSleep(this, SLEEP_NANOS);
        }
        return true;
    }

    // ---- combining ----

    /** A round as the combiner, for the lock's holder: for what was published, and for {@code own}, last. Leaves the lock. */
    private void combineAndLeave(@Nullable Request own, long threadId) {
        long before = localTail.getOpaque();
        int rounds = combineAndRelease(own, 0, threadId);
        serveOthers(rounds, threadId);
        if (!direct) {
            group.reclaimNowAndThen(before, localTail.getAcquire()); // now that nobody waits for this thread
        }
    }

    /** Returns how many rounds there were, with those before. */
    private int combineAndRelease(@Nullable Request own, int before, long threadId) {
        int rounds = before + 1;
        try {
            combine(own, threadId);
            for (; rounds < SERVING_ROUNDS && mayStay() && (hasWork() || expectsWrites()); rounds++) {
                letReadersIn(threadId);
                leaveToReaders();
                if (!hasWork()) {
                    break;
                }
                combine(null, threadId);
            }
        } catch (VirtualMachineError e) {
            throwUnlessBroken(e);
        } finally {
            releaseAndWake();
        }
        return rounds;
    }

    /**
     * Between two rounds, after readers were let in: leaves them to themselves for a while, so that the next round does for more writes, and they are not kept out as often; but not while some of them have to wait
     * for what other replicas have written.
     */
    private void leaveToReaders() {
        int pauses = writersPrevail()
                ? 0
                : Math.min(READERS_TURN, lock.waitStrategy().spins());
        while (pauses > 0 && log.completed() <= localTail.getOpaque()) {
            Thread.onSpinWait();
            pauses--;
        }
    }

    /** Whether others will have something to write by the end of the readers' turn: of late there were two writes a batch or more. Then to stay is cheaper than to hand over what the combiner works on. A guess, as {@link #writersPrevail}. */
    private boolean expectsWrites() {
        return combining.recentOperations >= 2 * REMEMBERED_BATCHES && !writersPrevail();
    }

    /** Whether of late a batch had at least half as many operations as this replica has readers: then what writers wait for matters more than what readers do. A guess, on which only speed depends. */
    private boolean writersPrevail() {
        return 2 * combining.recentOperations >= REMEMBERED_BATCHES * lock.readers();
    }

    /** If the error broke the replica, that is the replica's failure: the thread it hit goes on like everybody else. */
    private void throwUnlessBroken(VirtualMachineError error) {
        if (broken == null) {
            throw error;
        }
    }

    /** A round. It applies all of the log, and not just what somebody waits for: what others are about to complete is then here before a reader asks for it. */
    private void combine(@Nullable Request own, long threadId) {
        Events.Combine event = new Events.Combine();
        event.begin();
        if (own != null) {
            own.next = combining.inHand;
            combining.inHand = own;
        }
        int operations = 0;
        if (hasWrites()) {
            if (!direct) {
                combining.fetched = fetch(localTail.getOpaque(), log.tail()); // meanwhile more is published
            }
            takePublished();
            // False where this thread must not wait for room: then the others, one of whom is woken, go on with what is
            // left.
            boolean published = publishUnfinished(threadId);
            operations = published ? collect() : 0;
            if (published) {
                publishUnfinished(threadId);
            }
        }
        if (!direct) {
            replay(log.tail(), threadId);
        }
        if (operations > 0 && event.shouldCommit()) {
            event.replica = id;
            event.operations = operations;
            event.commit();
        }
    }

    /** Whether a combiner may go on to another round in the same hold of the lock: nobody is to have it for work of another kind. */
    private boolean mayStay() {
        return !direct && awaited.get() == 0;
    }

    /** Whether somebody waits for this replica, one of several: a writer, or a reader that is to see what others have written. */
    private boolean hasWork() {
        return hasWrites() || log.completed() > localTail.getOpaque();
    }

    private boolean hasWrites() {
        return combining.inHand != null || combining.unfinished != null || !publications.isEmpty();
    }

    /** Takes what was published, in front of what is in hand. */
    private void takePublished() {
        Request published = publications.takeAll();
        if (published == null) {
            return;
        }
        if (combining.inHand != null) {
            Request oldest = published;
            while (oldest.next != null) {
                oldest = oldest.next;
            }
            oldest.next = combining.inHand;
        }
        combining.inHand = published;
    }

    /** Gathers the operations of all requests in hand, oldest first, into {@code unfinished}; returns how many. */
    private int collect() {
        int size = 0;
        for (Request request = combining.inHand; request != null; request = request.next) {
            size += request.size();
        }
        if (size == 0) {
            return 0;
        }
        Request[] requests = new Request[size];
        // Last, to be beside the entry in memory: both are read by other nodes, and lie on one line or two.
        Object[] ops = new Object[size];
        int from = size;
        for (Request request = combining.inHand; request != null; request = request.next) {
            from -= request.size();
            request.putInto(ops, requests, from);
        }
        combining.unfinished = new LogEntry(this, ops, requests);
        combining.inHand = null;
        combining.recentOperations +=
                size - (combining.recentOperations + REMEMBERED_BATCHES / 2) / REMEMBERED_BATCHES; // rounded
        return size;
    }

    /** Puts the collected batch into the log, or with a single replica applies it. False if there is no room and this thread must not wait. */
    private boolean publishUnfinished(long threadId) {
        LogEntry entry = combining.unfinished;
        if (entry == null) {
            return true;
        }
        if (direct) {
            return applyDirect(entry, threadId);
        }
        if (!log.contains(entry) && !append(entry, threadId)) {
            return false;
        }
        combining.unfinished = null;
        return true;
    }

    private boolean applyDirect(LogEntry entry, long threadId) {
        Journal journal = followedJournal();
        if (journal != null
                && !journal.hasRoomForBatch()
                && !awaitRoom(() -> isUnfollowed() || journal.hasRoomForBatch(), threadId)) {
            return false;
        }
        lock.upgrade(threadId);
        Object[] ops = entry.ops; // let go of there once it is in the log and the followers have it
        @Nullable Request[] requests = entry.requests;
        combining.unfinished = null;
        counters.batch(ops.length);
        Journal followed = followedJournal();
        try {
            if (followed != null) {
                followed.append(entry);
            }
            cursor.apply(dispatch, ops, requests, /* atOnce= */ true);
        } catch (VirtualMachineError e) {
            broken = e;
            throw e;
        }
        return true;
    }

    private boolean append(LogEntry entry, long threadId) {
        if (!tryAppend(entry) && !awaitRoom(() -> tryAppend(entry), threadId)) {
            return false;
        }
        counters.batch(entry.ops.length);
        return true;
    }

    private boolean tryAppend(LogEntry entry) {
        return group.followers().room(log) > 0 && log.tryAppend(entry);
    }

    /**
     * The log is full, or a follower far behind: brings this replica up to date, then the others, until there is room. Readers of this replica go on meanwhile.
     *
     * @return false if this thread runs the consumer of such a follower, and would wait for itself
     */
    private boolean awaitRoom(BooleanSupplier hasRoom, long threadId) {
        Events.LogFull event = new Events.LogFull();
        event.begin();
        group.countStall();
        try (Backoff backoff = lock.newBackoff()) {
            do {
                if (!direct) {
                    replay(log.tail(), threadId);
                }
                letReadersIn(threadId);
                if (group.followers().isAwaitedConsumer(threadId)) {
                    return false;
                }
                group.makeRoom(this, threadId, backoff);
            } while (!hasRoom.getAsBoolean());
        }
        if (event.shouldCommit()) {
            event.replica = id;
            event.commit();
        }
        return true;
    }

    // ---- applying the log ----

    /** For the holder, before readers may see what it applied. */
    private void completeWhatIsApplied() {
        if (!direct) {
            log.complete(localTail.getOpaque());
        }
    }

    /** Publishes the answers of the round once the completed tail is past it: who hears of one reads, anywhere, what led to it. Not earlier, since each time that the completed tail rises, readers of other nodes have to wait. */
    private void tellAnswered() {
        completeWhatIsApplied();
        cursor.tellAnswered();
    }

    private void letReadersIn(long threadId) {
        tellAnswered();
        lock.downgrade(threadId);
        wake(cursor.takeAnswered());
    }

    /** Applies the log up to {@code bound}, for the lock's holder; leaves the lock in writing mode if there was anything to apply. */
    void replay(long bound, long threadId) {
        long index = localTail.getOpaque();
        if (index >= bound) {
            return;
        }
        if (combining.unfinished != null && log.contains(combining.unfinished)) {
            combining.unfinished = null; // perhaps about to be applied, and then no longer to be found in the log
        }
        combining.fetched = fetch(Math.max(index, combining.fetched), bound);
        lock.upgrade(threadId);
        try {
            for (; index < bound; index++) {
                LogEntry entry = log.entry(index);
                apply(entry);
                counters.applied(entry.endWrite());
            }
        } catch (VirtualMachineError e) {
            broken = e;
            throw e;
        } finally {
            localTail.setRelease(index); // pairs with getAcquire in execute and in ReplicaSet.minPosition
        }
    }

    /** Has the entries at hand, which come from other nodes, before readers have to wait. Returns how far. */
    private long fetch(long from, long to) {
        long index = from;
        while (index < to && log.entry(index).fetch()) {
            index++;
        }
        return index;
    }

    /** For one who waits until the log is applied up to there, which takes longer than this: has at hand what is left of it, so that the combiner, a neighbour, need not get it from other nodes. */
    private void fetchAhead(long bound) {
        for (long index = localTail.getAcquire(); index < bound; index++) {
            LogEntry entry = log.entryIfHeld(index);
            if (entry == null || !entry.fetch()) {
                return; // applied meanwhile, and reclaimed
            }
        }
    }

    /** Applies an entry, in writing mode; answers it if it is this replica's, or that of one that is out of order and nobody else has. */
    private void apply(LogEntry entry) {
        boolean own = entry.origin == this;
        boolean atOnce = own && writersPrevail(); // else at the end of the round
        if (atOnce || entry.crosses) {
            // Before the first answer. An operation of several logs is applied once all of a replica's logs have come
            // to it, each of which has raised its completed tail here before.
            log.complete(entry.index + 1);
        }
        if (own) {
            cursor.apply(dispatch, entry.ops, entry.requests, atOnce);
        } else if (entry.isOrphan()) {
            @Nullable Request[] adopted = entry.takeRequests();
            try {
                cursor.apply(dispatch, entry.ops, adopted, /* atOnce= */ false);
            } catch (VirtualMachineError e) {
                entry.giveBack(adopted); // for the next one
                throw e;
            }
        } else {
            cursor.apply(dispatch, entry.ops, LogEntry.NOBODY, /* atOnce= */ false);
        }
    }

    /** For another replica's combiner that found the log full: applies the log here, unless somebody is at work here anyway. */
    public boolean tryHelp(long bound, long threadId) {
        if (localTail.getAcquire() >= bound || !lock.isFree() || !lock.tryUpdate(threadId)) {
            return false;
        }
        Events.Help event = new Events.Help();
        event.begin();
        try {
            replay(bound, threadId);
        } catch (VirtualMachineError e) {
            throwUnlessBroken(e);
        } finally {
            releaseAndWake();
            publications.wakeOne();
        }
        if (event.shouldCommit()) {
            event.replica = id;
            event.commit();
        }
        return true;
    }

    /** The index up to which this replica has applied the log. Acquire: pairs with the release in {@link #replay}. */
    public long localTail() {
        return localTail.getAcquire();
    }

    // ---- leaving the lock ----

    /**
     * Leaves the lock, and sees to it that nothing published stays behind: either the lock's next holder finds it, or we serve it, or, after some rounds, wake
     * one of those who wait, to take over.
     */
    private void leave(long threadId) {
        releaseAndWake();
        serveOthers(0, threadId);
    }

    private void serveOthers(int roundsBefore, long threadId) {
        int rounds = roundsBefore;
        while (!publications.isEmpty()) {
            if (rounds >= SERVING_ROUNDS || awaited.get() > 0) {
                publications.wakeOne();
                return;
            }
            if (!lock.tryUpdate(threadId)) {
                return;
            }
            rounds = combineAndRelease(null, rounds, threadId);
        }
    }

    private void releaseAndWake() {
        Request unserved = anyUnserved();
        boolean ends = broken != null;
        if (ends) {
            goOutOfOrder();
        } else {
            tellAnswered();
        }
        Request answered = cursor.takeAnswered();
        if (!ends) {
            lock.release();
        }
        wake(answered);
        if (unserved != null) {
            unserved.wakeIfParked();
        }
        group.followers().wake();
        if (ends) {
            group.settle(); // last: it may run out of memory
        }
    }

    /** One of those whose requests were collected and not served, because of an error or since the holder must not wait: once the lock is left it takes over. */
    private @Nullable Request anyUnserved() {
        LogEntry entry = combining.unfinished;
        return entry == null ? combining.inHand : entry.requests[0];
    }

    /** Wakes those of them that sleep; after the lock's word was written, see {@link Request}. */
    private static void wake(@Nullable Request answered) {
        for (Request request = answered; request != null; request = request.next) {
            request.wakeIfParked();
        }
    }

    // ---- retiring ----

    /**
     * For the holder, in writing mode, after an error while applying: nobody knows what the structure looks like, so nobody gets at it any more. What is in the log and not answered is left to the
     * others. Allocates nothing, since memory may be what was short.
     */
    private void goOutOfOrder() {
        if (!direct) {
            // With the entry that it was at, of which some are answered.
            log.complete(Math.min(localTail.getOpaque() + 1, log.tail()));
        }
        cursor.tellAnswered();
        LogEntry left = null;
        for (long index = localTail.getOpaque(); !direct && index < log.tail(); index++) {
            LogEntry entry = log.entry(index); // still there: this replica counts until outOfOrder is set
            if (entry.origin == this) {
                entry.nextOrphan = left;
                left = entry;
            }
        }
        giveBackUnpublished();
        for (LogEntry entry = left; entry != null; entry = entry.nextOrphan) {
            entry.orphan();
        }
        orphans = left;
        outOfOrder = true;
        lock.retire();
        // They would sleep until they are answered, which may be never: see awaitAfterRetirement.
        cursor.wakeUnanswered();
        for (LogEntry entry = left; entry != null; entry = entry.nextOrphan) {
            entry.wakeWaiters();
        }
    }

    /** For the holder: an error of the virtual machine has hit the structure; once the lock is left, this replica is out of order. */
    public void setBroken(VirtualMachineError error, long threadId) {
        lock.upgrade(threadId);
        broken = error;
    }

    /** Goes out of order, unless it is: an error of the virtual machine has hit the structure, by the way of another log. */
    public void goOutOfOrder(VirtualMachineError error, long threadId) {
        if (hold(threadId)) {
            setBroken(error, threadId);
            releaseAndWake();
        }
    }

    /** For the holder, who will never leave: refuses all further requests, and gives back those that are in no log. */
    private void giveBackUnpublished() {
        giveBack(publications.close());
        giveBack(combining.inHand);
        combining.inHand = null;
        LogEntry entry = combining.unfinished;
        combining.unfinished = null;
        if (entry != null && (direct || !log.contains(entry))) {
            for (Request request : entry.requests) {
                if (request != null) {
                    request.move();
                }
            }
        }
    }

    private static void giveBack(@Nullable Request requests) {
        Request next;
        for (Request request = requests; request != null; request = next) {
            next = request.next;
            request.move();
        }
    }

    /** Whether an error while applying has made the structure useless; the lock is retired then, or about to be. */
    public boolean isOutOfOrder() {
        return outOfOrder;
    }

    /** Whether nobody looked after what it left; then it is the caller who does. */
    public boolean beginRescue() {
        return rescued.compareAndSet(false, true);
    }

    /** The caller could not look after it. */
    public void giveUpRescue() {
        rescued.set(false);
    }

    /** What made it so. */
    public @Nullable VirtualMachineError error() {
        return broken;
    }

    /** The entries that it has left unanswered, linked; for a replica that is out of order. */
    @Nullable
    LogEntry orphans() {
        return outOfOrder ? orphans : null;
    }

    /** Whether it serves no more. */
    public boolean isRetired() {
        return lock.isRetired();
    }

    /** For the holder, who has applied all of the log: ends the service of this replica; whoever waits or comes asks another one. */
    public void retire(long threadId) {
        if (lock.isRetired()) {
            return;
        }
        lock.upgrade(threadId);
        giveBackUnpublished();
        if (journal != null) {
            journal.seal();
        }
        tellAnswered();
        lock.retire();
        wake(cursor.takeAnswered());
        group.followers().wake();
    }

    // ---- work as the lock's holder ----

    /**
     * Takes the lock, applies all writes up to now, and works while only the readers of this replica go on. Its writers wait, those of others go on until the log is full.
     *
     * @return false if this replica is retired and the work was not begun
     */
    public boolean workAsHolder(Runnable work, long threadId) {
        if (!hold(threadId)) {
            return false;
        }
        boolean begun = false;
        try {
            combine(null, threadId);
            letReadersIn(threadId);
            begun = true;
            work.run();
        } catch (VirtualMachineError e) {
            throwUnlessBroken(e);
        } finally {
            leaveToOthers();
        }
        return begun;
    }

    /** Leaves without serving anybody, but wakes one who does: what is to be served may have to wait for what the caller has yet to do, as to start a follower. */
    public void leaveToOthers() {
        if (!lock.isRetired()) {
            releaseAndWake();
            publications.wakeOne();
        }
    }

    /** Takes the lock, waiting for it; false if this replica is retired. */
    public boolean hold(long threadId) {
        awaited.incrementAndGet();
        try (Backoff backoff = lock.newBackoff()) {
            while (!lock.isRetired()) {
                if (lock.isFree() && lock.tryUpdate(threadId)) {
                    return true;
                }
                lock.awaitFree(backoff);
            }
        } finally {
            awaited.decrementAndGet();
        }
        return false;
    }

    /** For the holder: what a function makes of the structure, and which writes it has. */
    public <S extends @Nullable Object> Snapshot<S> snapshot(
            Function<? super Dispatch<R, W, A>, ? extends S> function) {
        return new Snapshot<>(writesApplied(), function.apply(dispatch));
    }

    /** For the holder of a single replica: begins to write a journal, or goes on with it; what follows is in the log, behind what there is. */
    public void startJournal() {
        if (journal == null) {
            group.reclaim();
            log.continueAt(writesApplied(), this);
            journal = new Journal(group, this);
        }
        journal.seal();
    }

    /**
     * A reader of the log at the place where this replica stands: for the holder of the lock; with several replicas, also for a reader inside, and for whoever else sees to it that this replica stays there.
     *
     * @param start the number of the first write that it is to hand over
     */
    public <T> LogCursor<T> newReader(long start) {
        if (direct) {
            startJournal();
        }
        return new LogCursor<>(log, direct ? log.tail() : localTail(), start);
    }

    /** Whether the calling thread is inside this replica, as a reader or as its combiner. */
    boolean isInside(long threadId) {
        return lock.isInside(threadId);
    }

    /** Enters as a reader: see {@link ReplicaLock#tryEnter}. */
    public int tryEnter(long threadId) {
        return lock.tryEnter(threadId);
    }

    /** Leaves as a reader: see {@link ReplicaLock#leave}. */
    public void leave(int entry, long threadId) {
        lock.leave(entry, threadId);
    }

    /** Waits one step for a writer to let readers in. */
    public void awaitReadable(Backoff backoff) {
        lock.awaitReadable(backoff);
    }

    /** Applies what is in the log by now; a retired one does not. */
    public void catchUp(long threadId) {
        if (!direct) {
            awaitApplied(log.tail(), threadId);
        }
    }

    /** For a reader inside, so that it stays where it is: whether it has applied all of the log. */
    public boolean isUpToDate() {
        return direct || localTail.getAcquire() == log.tail();
    }

    /** For the holder: keeps readers out. */
    public void keepReadersOut(long threadId) {
        lock.upgrade(threadId);
    }

    /** For the holder of a single replica, in writing mode, who applies a write that does not come through here: journals it, where there is {@linkplain #awaitJournal room}, and counts it. */
    public void record(Object op) {
        addToJournal(op);
        counters.single();
    }

    /** Takes the lock, if it is free. */
    public boolean tryHold(long threadId) {
        return lock.tryUpdate(threadId);
    }

    /** For the holder: applies the log up to {@code bound}, then lets readers in again. False if that failed, and the replica is out of order. */
    public boolean tryReplay(long bound, long threadId) {
        return tryAsHolder(() -> {
            replay(bound, threadId);
            letReadersIn(threadId);
        });
    }

    /** For the holder of the locks of all replicas, for ever: applies all that was published, then refuses more. False as {@link #tryReplay}. */
    boolean tryDrain(long threadId) {
        return tryAsHolder(() -> {
            do {
                combine(null, threadId);
            } while (!publications.tryClose());
        });
    }

    private boolean tryAsHolder(Runnable work) {
        if (outOfOrder) {
            return false; // since the caller took the lock
        }
        try {
            work.run();
            return true;
        } catch (VirtualMachineError e) {
            throwUnlessBroken(e);
            releaseAndWake();
            return false;
        }
    }

    /** For the holder: leaves, and serves nobody. */
    public void release() {
        releaseAndWake();
    }

    /** Serves those who were waiting when the caller left. */
    public void serve(long threadId) {
        serveOthers(0, threadId);
    }

    /** What its combiners did. */
    public CombineCounters counters() {
        return counters;
    }
}
