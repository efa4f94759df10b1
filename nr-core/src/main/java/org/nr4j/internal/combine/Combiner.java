package org.nr4j.internal.combine;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.internal.lock.HolderSection;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.stats.CombineCounters;
import org.nr4j.internal.stats.Events;

/**
 * Flat combining within a replica (ASPLOS 2017, §5.2): the thread that has the replica's lock does the work of all that
 * have published some.
 *
 * <p>What becomes of a batch, the subclasses say: with a log it is appended and applied from there, without one it is
 * applied at once.
 */
/*
 * Who may do what:
 *   lock held, either mode   take from `pending`; write `state`, `cursor`, `broken`
 *   lock held, writing       call dispatchMut
 *
 * A round may be cut short by an error of the virtual machine anywhere: out of memory at any allocation, stack overflow
 * at any call. PendingWrites keeps the operations until they are in the log, and the next combiner goes on with them.
 * None is lost, and since the log can tell whether it has an entry, none is appended twice. An error while applying
 * leaves the structure in a state that nobody knows: `broken`, then quarantine.
 *
 * The thread that such an error hits has its own answer, or the error. Once its operation is answered, an error that
 * comes while it serves others is no concern of its caller: those who are left unserved go on by themselves.
 */
public abstract class Combiner<W, A extends @Nullable Object> implements HolderSection<@Nullable Request, Boolean> {
    protected final int replica;
    protected final Dispatch<?, W, A> dispatch;
    protected final ReplicaLock lock;
    protected final CombineCounters counters;

    /** Whether a batch goes into a log, and is applied from there. */
    private final boolean logged;

    protected final BatchCursor<W, A> cursor = new BatchCursor<>();
    protected final CombinerState state = new CombinerState();

    /** Where threads publish; a field, for those that have no stack for a call. */
    public final PublicationList publications = new PublicationList();

    protected final PendingWrites pending = new PendingWrites(publications, state);

    /** How many threads wait to hold this replica for work of another kind; combiners let them. */
    private final AtomicInteger awaited = new AtomicInteger();

    /**
     * The error that left the structure in an unknown state; for the holder. A field, since it is set where there may
     * be no stack for a call.
     */
    public @Nullable VirtualMachineError broken;

    /** What this replica leaves to the others to answer; written before {@code quarantined}. */
    private @Nullable Batch orphans;

    private volatile boolean quarantined;

    /** The combiner of the replica with that number; {@code logged} if its batches go into a log. */
    protected Combiner(
            int replica, Dispatch<?, W, A> dispatch, ReplicaLock lock, CombineCounters counters, boolean logged) {
        this.logged = logged;
        this.replica = replica;
        this.dispatch = dispatch;
        this.lock = lock;
        this.counters = counters;
    }

    // ---- what a log, or none, makes of it ----

    /** Has at hand what is to be applied, before readers are kept out. */
    protected abstract void prefetch();

    /** Appends a batch to the log, or applies it. False if there is no room and this thread must not wait for it. */
    protected abstract boolean publish(Batch batch, long threadId);

    /** Applies the log up to its tail, in writing mode if there is something to apply. */
    public abstract void applyLog(long threadId);

    /** Raises the completed tail to what is applied, before readers see that or writers hear of it. */
    protected abstract void complete();

    /** Whether a combiner may go on to another round in the same hold of the lock. */
    protected abstract boolean mayStay();

    /** Whether there is something in the log that somebody is about to wait for. */
    protected abstract boolean isBehind();

    /** Whether a batch is in the log, which another replica may have to answer. */
    protected abstract boolean isInLog(Batch batch);

    /**
     * For the holder of a broken replica: completes what was applied and returns the own batches that were not, linked.
     */
    protected abstract @Nullable Batch orphanBatches();

    /** How far the replica has come. */
    protected abstract long progress();

    /** A thread has combined, and served whoever waited, since the replica had come as far as {@code before}. */
    protected abstract void served(long before);

    /** The lock was left: wakes followers, and where the replica was quarantined, tells the others. */
    protected abstract void left(boolean quarantined);

    // ---- publishing ----

    /** Publishes a request; false if the replica is retired. */
    public final boolean publish(Request request) {
        return publications.publish(request);
    }

    // ---- being the combiner ----

    /**
     * Combines if the lock is free: for what was published, and for {@code own}, last. Then serves those who published
     * meanwhile, for a while.
     *
     * @return whether the lock was free
     */
    @SuppressWarnings("NullAway") // it does not know that an argument of a type may be nullable
    public final boolean tryCombine(@Nullable Request own, long threadId) {
        if (!lock.isFree()) {
            return false;
        }
        long before = progress();
        Object mayGoOn = lock.tryUpdate(this, own, threadId); // an Object: it may be no Boolean
        if (ReplicaLock.isRefused(mayGoOn)) {
            return false;
        }
        try {
            if (mayGoOn == Boolean.TRUE) {
                serveOthers(threadId);
            } else {
                publications.wakeOther();
            }
            served(before);
        } catch (VirtualMachineError e) {
            if (own == null || own.state != Request.DONE) {
                throw e;
            }
        }
        return true;
    }

    /**
     * For one who has left the lock: sees to it that nothing published stays behind. Either the lock's next holder
     * finds it, or we serve it, or, after some rounds, wake one of those who wait, to take over.
     */
    @SuppressWarnings("NullAway") // as above
    public final void serveOthers(long threadId) {
        for (int sections = 0; !publications.isEmpty(); sections++) {
            if (sections >= CombinerPolicy.SERVING_ROUNDS || awaited.get() > 0) {
                publications.wakeOther();
                return;
            }
            Object mayGoOn = lock.tryUpdate(this, null, threadId);
            if (ReplicaLock.isRefused(mayGoOn)) {
                return;
            }
            if (mayGoOn == Boolean.FALSE) {
                publications.wakeOther();
                return;
            }
        }
    }

    /** Combines and leaves the lock. False if that were rounds enough for one thread. */
    @Override
    public final Boolean asHolder(@Nullable Request own, long threadId) {
        boolean mayGoOn = false;
        Throwable failure = null;
        if (own != null) { // at once, so that whatever becomes of this replica becomes of it: no call comes before
            own.next = state.inHand;
            state.inHand = own;
        }
        try {
            mayGoOn = combineRounds(own, threadId);
        } catch (Throwable e) {
            failure = e;
            publications.leftOver = true;
            if (own != null && own.state != Request.DONE && broken == null) {
                // The caller gets the error, and goes on. Its operation must not take effect behind its next one, so it
                // is taken back where nobody has seen it. Without a call: there may be no stack for one.
                Batch batch = state.unfinished;
                if (state.inHand == own) {
                    state.inHand = own.next;
                } else if (!logged && batch != null && batch.requests[batch.requests.length - 1] == own) {
                    state.inHand = own.next;
                    state.unfinished = null;
                }
            }
        }
        boolean left = false;
        try {
            leave();
            left = true;
        } catch (Throwable e) {
            failure = failure == null || broken != null ? e : failure;
        }
        // Also if it could not quarantine the replica: it must not try for ever. Without a call, as above.
        if (failure != null && (broken == null || !left) && (own == null || own.state != Request.DONE)) {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure; // user code is not called but by the cursor, which answers what it throws
        }
        return mayGoOn ? Boolean.TRUE : Boolean.FALSE;
    }

    private boolean combineRounds(@Nullable Request own, long threadId) {
        combine(own, threadId);
        for (int rounds = 1; rounds < CombinerPolicy.SERVING_ROUNDS; rounds++) {
            if (!mayStay() || awaited.get() > 0 || !(hasWork() || expectsWrites())) {
                return true;
            }
            letReadersIn(threadId);
            leaveToReaders();
            if (!hasWork()) {
                return true;
            }
            combine(/* own= */ null, threadId);
        }
        return false;
    }

    /**
     * A round, in which {@code own} is in hand already. It applies all of the log, and not just what somebody waits
     * for. So what others are about to complete is here before a reader asks for it.
     */
    public final void combine(@Nullable Request own, long threadId) {
        Events.Combine event = Events.Combine.beginIfEnabled();
        requireIntact();
        int operations = 0;
        if (pending.any()) {
            prefetch(); // meanwhile more is published
            pending.take(own);
            if (publishUnfinished(threadId)) { // what an error cut short
                operations = pending.collect(this);
                publishUnfinished(threadId);
            }
        }
        applyLog(threadId);
        if (event != null && operations > 0 && event.shouldCommit()) {
            event.replica = replica;
            event.operations = operations;
            event.commit();
        }
    }

    /** For one who took over from a holder that could not leave. */
    public final void requireIntact() {
        VirtualMachineError broken = this.broken;
        if (broken != null) {
            throw broken;
        }
    }

    /** False if there is no room and this thread must not wait. Then the others go on with what is left. */
    private boolean publishUnfinished(long threadId) {
        Batch batch = pending.unfinished();
        return batch == null || publish(batch, threadId);
    }

    private boolean hasWork() {
        return pending.any() || isBehind();
    }

    private boolean expectsWrites() {
        return CombinerPolicy.expectsWrites(state.recentOperations, lock.readers());
    }

    protected final boolean writersPrevail() {
        return CombinerPolicy.writersPrevail(state.recentOperations, lock.readers());
    }

    // ---- between rounds ----

    /**
     * Completes the requests of the round, once the completed tail is past them: who hears of one reads, anywhere, what
     * led to it. Not earlier, since each time that the completed tail rises, readers of other nodes have to wait.
     */
    private void completeAnswered() {
        complete();
        cursor.completeAnswered();
    }

    /** For the holder: lets readers in. */
    public final void letReadersIn(long threadId) {
        completeAnswered();
        lock.downgrade(threadId);
        wake(cursor.takeAnswered());
    }

    /** Leaves readers to themselves for a while; not while some of them wait for what other replicas have written. */
    private void leaveToReaders() {
        int pauses = writersPrevail()
                ? 0
                : Math.min(CombinerPolicy.READERS_TURN, lock.waitStrategy().spins());
        while (pauses > 0 && !isBehind()) {
            Thread.onSpinWait();
            pauses--;
        }
    }

    // ---- leaving the lock ----

    /**
     * Leaves the lock, serving nobody. Whoever was not served is woken, to take over; a broken replica is quarantined.
     */
    public final void leave() {
        Request unserved = pending.unserved();
        boolean ends = broken != null;
        if (ends) {
            quarantine();
        } else {
            completeAnswered();
        }
        Request answered = cursor.takeAnswered();
        if (!ends) {
            lock.release();
        }
        wake(answered);
        if (unserved != null) {
            unserved.wakeIfParked();
            publications.wakeOther();
        }
        left(ends);
    }

    /** The same, and wakes one of those who wait. They may have to wait for what the caller has yet to do. */
    public final void leaveToOthers() {
        if (!lock.isRetired()) {
            leave();
            publications.wakeOther();
        }
    }

    /** Wakes those of them that sleep; after the lock's word was written, see {@link Request}. */
    private static void wake(@Nullable Request answered) {
        for (Request request = answered; request != null; request = request.next) {
            request.wakeIfParked();
        }
    }

    // ---- quarantine ----

    /** Whether an error while applying has made the structure useless. The lock is retired then, or about to be. */
    public final boolean isQuarantined() {
        return quarantined;
    }

    /** The batches that a quarantined replica has left unanswered, linked. */
    public final @Nullable Batch orphans() {
        return quarantined ? orphans : null;
    }

    /**
     * If the error broke the replica, that is the replica's failure. The thread that it hit goes on like everybody
     * else.
     */
    public final void throwUnlessBroken(VirtualMachineError error) {
        if (broken == null) {
            throw error;
        }
    }

    /**
     * For the holder, in writing mode, after an error while applying: nobody knows what the structure looks like, so
     * nobody gets at it any more. What is in the log and not answered is left to the others. Allocates nothing, since
     * memory may be what was short. May be repeated from the start.
     */
    private void quarantine() {
        if (!quarantined) {
            Batch left = orphanBatches(); // which stay in the log: this replica counts until quarantined is set
            cursor.completeAnswered();
            redirectPending();
            for (Batch batch = left; batch != null; batch = batch.nextOrphan) {
                batch.orphan();
            }
            orphans = left;
            quarantined = true;
        }
        lock.retire();
        // They would sleep until they are answered, which may be never: see Replica.awaitAfterRetirement.
        cursor.wakeUnanswered();
        for (Batch batch = orphans; batch != null; batch = batch.nextOrphan) {
            batch.wakeWaiters();
        }
    }

    /** For the holder, who will never leave: refuses all further requests, and redirects those that are in no log. */
    private void redirectPending() {
        pending.close();
        Batch batch = pending.unfinished();
        pending.redirect(batch != null && isInLog(batch));
    }

    // ---- the end ----

    /** For the holder, in writing mode, who has applied all of the log: whoever waits or comes asks another replica. */
    public final void retire() {
        redirectPending();
        completeAnswered();
        lock.retire();
        wake(cursor.takeAnswered());
        left(/* quarantined= */ false);
    }

    /** Refuses all further requests, unless some have been published that are to be served first. For the holder. */
    public final boolean tryClose() {
        return pending.tryClose();
    }

    /** A thread begins to wait for the lock, for work of another kind (1), or has ended (-1). */
    public final void await(int delta) {
        awaited.addAndGet(delta);
    }
}
