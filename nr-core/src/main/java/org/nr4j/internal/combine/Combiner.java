package org.nr4j.internal.combine;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.internal.lock.HolderSection;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.stats.CombineCounters;
import org.nr4j.internal.stats.Events;

/**
 * Flat combining within a replica (ASPLOS 2017, §5.2): the thread that holds the replica's lock does the published work
 * of all threads.
 *
 * <p>The subclasses say what happens to a batch. With a log, the combiner appends the batch and applies it from the
 * log. Without a log, it applies the batch at once.
 */
/*
 * What a thread may do:
 *   lock held, either mode   take from `pending`; write `state`, `cursor`, `broken`
 *   lock held, writing       call dispatchMut
 *
 * An error of the virtual machine may end a round anywhere: out of memory at any allocation, stack overflow at any
 * call. PendingWrites keeps the operations until they are in the log, and the next combiner goes on with them. So no
 * operation is lost. The log can tell whether it has an entry, so none is appended twice. An error while applying
 * leaves the structure in an unknown state. The combiner then sets `broken`, and quarantines the replica.
 *
 * The thread that such an error hits returns its own answer, or throws the error. Once its operation is answered, it
 * does not throw an error that comes while it serves others. The threads that it left unserved go on by themselves.
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

    /** The list to which threads publish. A public field, for threads that have no stack for a call. */
    public final PublicationList publications = new PublicationList();

    protected final PendingWrites pending = new PendingWrites(publications, state);

    /** How many threads wait to hold this replica for another kind of work. Combiners let them go first. */
    private final AtomicInteger awaited = new AtomicInteger();

    /**
     * The error that left the structure in an unknown state, or null. Public for the reason of {@code publications}.
     */
    public @Nullable VirtualMachineError broken;

    private final Quarantine quarantine = new Quarantine();

    /** Creates the combiner of the replica with that number. {@code logged} says whether its batches go into a log. */
    protected Combiner(
            int replica, Dispatch<?, W, A> dispatch, ReplicaLock lock, CombineCounters counters, boolean logged) {
        this.logged = logged;
        this.replica = replica;
        this.dispatch = dispatch;
        this.lock = lock;
        this.counters = counters;
    }

    // ---- with a log, or without one ----

    /** Prefetches what is to be applied, before readers are kept out. */
    protected abstract void prefetch();

    /** Appends a batch to the log, or applies it. Returns false if there is no room and the thread must not wait. */
    protected abstract boolean publish(Batch batch, long threadId);

    /** Applies the log up to its tail. Switches to writing mode if there is something to apply. */
    public abstract void applyLog(long threadId);

    /** Raises the completed tail to what is applied, before readers see that and before requests are completed. */
    protected abstract void complete();

    /** Whether a combiner may do another round without leaving the lock. */
    protected abstract boolean mayStay();

    /** Whether the log has completed entries that this replica has yet to apply, so that readers will wait. */
    protected abstract boolean isBehind();

    /** Whether a batch is in the log. Another replica may then have to answer it. */
    protected abstract boolean isInLog(Batch batch);

    /** After an error: raises the completed tail, and returns the own batches that were not fully applied, linked. */
    protected abstract @Nullable Batch orphanBatches();

    /** Returns how far the replica has applied the log. */
    protected abstract long progress();

    /** Called when a thread has combined and served. {@code before} is the {@link #progress} when it began. */
    protected abstract void served(long before);

    /** Called when the lock was left. Wakes the followers, and takes a quarantined replica out of service. */
    protected abstract void left(boolean quarantined);

    // ---- publishing ----

    /** Publishes a request. Returns false if the replica is retired, or about to be. */
    public final boolean publish(Request request) {
        return publications.publish(request);
    }

    // ---- being the combiner ----

    /**
     * Combines if the lock is free: applies the published requests, and then {@code own}. Afterwards serves, for a
     * while, the requests that were published meanwhile.
     *
     * @return whether this thread got the lock
     */
    @SuppressWarnings("NullAway") // NullAway does not know that a type argument may be nullable
    public final boolean tryCombine(@Nullable Request own, long threadId) {
        if (!lock.isFree()) {
            return false;
        }
        long before = progress();
        Object mayGoOn = lock.tryUpdate(this, own, threadId); // an Object, since a refusal is no Boolean
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
     * Ensures that no published request stays behind, after the caller has left the lock. Either the lock's next holder
     * finds a request, or this thread serves it. After some rounds, it wakes a waiting thread instead, which takes
     * over.
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

    /** Combines and leaves the lock. Returns false if this thread has combined for enough rounds in a row. */
    @Override
    public final Boolean asHolder(@Nullable Request own, long threadId) {
        boolean mayGoOn = false;
        Throwable failure = null;
        if (own != null) { // first, before any call: what happens to the replica happens to it, too
            own.next = state.inHand;
            state.inHand = own;
        }
        try {
            mayGoOn = combineRounds(own, threadId);
        } catch (Throwable e) {
            failure = e;
            publications.leftOver = true;
            if (own != null && own.state != Request.DONE && broken == null) {
                // The caller gets the error and goes on. Its operation must not take effect after its next one. So it
                // is taken back if no other thread has seen it. Without a call: there may be no stack for one.
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
        // Throws also if the replica could not be quarantined: the caller must not try for ever. Without a call.
        if (failure != null && (broken == null || !left) && (own == null || own.state != Request.DONE)) {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure; // only the cursor runs user code, and it answers what that throws
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
     * Does one round. {@code own} is in hand already. The round applies all of the log, and not only what a thread
     * waits for. So writes that other replicas are about to complete are here before a reader asks for them.
     */
    public final void combine(@Nullable Request own, long threadId) {
        Events.Combine event = Events.begun(new Events.Combine());
        requireIntact();
        int operations = 0;
        if (pending.any()) {
            prefetch(); // meanwhile, threads publish more
            pending.take(own);
            if (publishUnfinished(threadId)) { // a batch that an error has left behind
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

    /** Throws the error that broke the structure, if any. For a thread that took over from another holder. */
    public final void requireIntact() {
        VirtualMachineError broken = this.broken;
        if (broken != null) {
            throw broken;
        }
    }

    /** Publishes the unfinished batch, if any. Returns false if there is no room and the thread must not wait. */
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
     * Raises the completed tail past the round, then completes its requests. So a thread that learns of an answer finds
     * the write in a read on any replica. Not earlier than at the end of the round: each time that the completed tail
     * rises, readers of other nodes have to wait.
     */
    private void completeAnswered() {
        complete();
        cursor.completeAnswered();
    }

    /** Completes the requests of the round, then lets readers in. For the holder. */
    public final void letReadersIn(long threadId) {
        completeAnswered();
        lock.downgrade(threadId);
        Request.wakeAll(cursor.takeAnswered());
    }

    /** Leaves the replica to the readers for a while, unless some of them wait for writes of other replicas. */
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
     * Leaves the lock without serving anybody. If requests were taken and not served, wakes waiting threads, so that
     * one of them takes over. Quarantines a broken replica.
     */
    public final void leave() {
        Request unserved = pending.unserved();
        boolean ends = broken != null;
        if (ends) {
            quarantine.begin(this);
        } else {
            completeAnswered();
        }
        Request answered = cursor.takeAnswered();
        if (!ends) {
            lock.release();
        }
        Request.wakeAll(answered);
        if (unserved != null) {
            unserved.wakeIfParked();
            publications.wakeOther();
        }
        left(ends);
    }

    /**
     * Leaves the lock, unless it is retired, and wakes a waiting thread to serve the requests. The caller must not
     * serve them: they may have to wait for something that it has yet to do.
     */
    public final void leaveToOthers() {
        if (!lock.isRetired()) {
            leave();
            publications.wakeOther();
        }
    }

    // ---- quarantine ----

    /** Whether an error has left the structure in an unknown state. The lock is then retired, or about to be. */
    public final boolean isQuarantined() {
        return quarantine.hasBegun();
    }

    /** Returns the batches that a quarantined replica has left unanswered, linked; null if there are none. */
    public final @Nullable Batch orphans() {
        return quarantine.orphans();
    }

    /**
     * Throws the error, unless it broke the replica. In that case the replica is quarantined, and the thread that the
     * error hit goes on like any other.
     */
    public final void throwUnlessBroken(VirtualMachineError error) {
        if (broken == null) {
            throw error;
        }
    }

    /** Refuses further requests, and redirects those in no log. For a holder that will never leave the lock. */
    final void redirectPending() {
        pending.close();
        Batch batch = pending.unfinished();
        pending.redirect(batch != null && isInLog(batch));
    }

    // ---- the end ----

    /**
     * Retires the lock. Threads that wait or come later ask another replica. For the holder, in writing mode, that has
     * applied all of the log.
     */
    public final void retire() {
        redirectPending();
        completeAnswered();
        lock.retire();
        Request.wakeAll(cursor.takeAnswered());
        left(/* quarantined= */ false);
    }

    /** Refuses all further requests, unless some have been published, which must be served first. For the holder. */
    public final boolean tryClose() {
        return pending.tryClose();
    }

    /** Counts a thread that begins to wait for the lock, for another kind of work (1), or that has ended (-1). */
    public final void await(int delta) {
        awaited.addAndGet(delta);
    }
}
