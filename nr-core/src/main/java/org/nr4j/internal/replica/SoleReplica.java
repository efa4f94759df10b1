package org.nr4j.internal.replica;

import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.internal.combine.Combiner;
import org.nr4j.internal.combine.PublicationList;
import org.nr4j.internal.combine.Request;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.HolderSection;
import org.nr4j.internal.lock.ReentrancyGuard;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.log.LogCursor;
import org.nr4j.internal.log.OperationLog;
import org.nr4j.internal.stats.CombineCounters;

/**
 * The only replica. No other replica would read a log, so it works without one. A thread that finds the lock free
 * applies its own operation without publishing it. A combiner applies the published operations. While there are
 * followers, the replica writes a {@link Journal}.
 */
public final class SoleReplica<R, W, A extends @Nullable Object> extends Replica<R, W, A>
        implements HolderSection<W, A> {
    private final OperationLog log;
    private final SoleCombiner<W, A> combiner;
    private final PublicationList publications;

    /** The number of writes applied, less {@code counters.operations()}. */
    private final long uncounted;

    /**
     * Creates a replica beside which there is no other.
     *
     * @param counters those of the replica that it takes over from, or new ones
     * @param writes how many writes the structure has
     */
    @SuppressWarnings("this-escape") // the combiner keeps the reference, and reads only fields that are set
    public SoleReplica(
            int id,
            int node,
            ReplicaSet<R, W, A> group,
            Dispatch<R, W, A> dispatch,
            CombineCounters counters,
            long writes) {
        // A single lock recognises a thread that calls back by itself. In an optimistic read it does not, but there a
        // guard would cost what such a read saves.
        super(id, node, group, dispatch, counters, group.hasOneLog() ? null : group.guard());
        this.log = group.log();
        this.combiner = new SoleCombiner<>(this, lock, counters);
        this.publications = combiner.publications;
        this.uncounted = writes - counters.operations();
        log.complete(log.tail());
    }

    @Override
    Combiner<W, A> combiner() {
        return combiner;
    }

    @Override
    public long writesApplied() {
        return uncounted + counters.operations();
    }

    @Override
    boolean awaitCompleted(long threadId) {
        return true; // this replica has applied all writes
    }

    @Override
    public boolean awaitApplied(long bound, long threadId) {
        return true;
    }

    // ---- writes ----

    @Override
    public A executeMut(W op, long threadId) {
        if (publications.leftOver) { // first, since the request may be of this very thread
            combiner.tryCombine(/* own= */ null, threadId);
        }
        ReentrancyGuard.Mark mark = enter(threadId);
        try {
            A answer = lock.tryWrite(this, op, threadId);
            return ReplicaLock.isRefused(answer) ? executeMutSlowPath(op, threadId) : answer;
        } finally {
            if (mark != null) {
                mark.threadId = ReentrancyGuard.Mark.NOBODY;
            }
        }
    }

    /**
     * Spins for the lock before it publishes. A thread that finds the lock free applies many operations of its own
     * before another thread gets in. That costs less than handing each operation over to a combiner on another
     * processor. For the same reason, the spinning thread looks at the lock seldom.
     */
    private A executeMutSlowPath(W op, long threadId) {
        group().followers().refuseConsumer(threadId);
        try (Backoff backoff = newBackoff(threadId)) {
            while (backoff.spin()) {
                if (lock.isFree()) {
                    A answer = lock.tryWrite(this, op, threadId);
                    if (!ReplicaLock.isRefused(answer)) {
                        return answer;
                    }
                }
            }
            Request request = new Request(op);
            boolean answered = publisher.publish(request, threadId) && publisher.await(request, threadId, backoff);
            return answered ? answer(request) : redirected();
        }
    }

    /** Applies a write of the calling thread, then leaves the lock. For the holder, in writing mode. */
    @Override
    public A asHolder(W op, long threadId) {
        boolean applying = false;
        try {
            if (combiner.journal != null) {
                combiner.record(op, threadId);
                applying = true; // what is journaled must be applied
            }
            counters.single();
            applying = true;
            return dispatch.dispatchMut(op);
        } catch (VirtualMachineError e) {
            if (!applying) {
                throw e;
            }
            combiner.broken = e;
            return redirected(); // the ReplicaSet then tells the caller that no replica is left
        } finally {
            try {
                leaveAfterOwn(threadId);
            } catch (VirtualMachineError e) {
                // If the lock was not left, another thread takes it over: see HolderSection.
            }
        }
    }

    /**
     * Leaves the lock after an operation of the calling thread. The methods are short, so that the JIT inlines them at
     * each call.
     */
    private void leaveAfterOwn(long threadId) {
        if (hasMoreToDo()) {
            leaveSlowPath(threadId);
        } else {
            lock.release();
            wakePublisher();
        }
    }

    private boolean hasMoreToDo() {
        return !publications.isEmpty() || combiner.journal != null || combiner.broken != null;
    }

    /** First applies what was published meanwhile, without leaving the lock. */
    private void leaveSlowPath(long threadId) {
        if (combiner.broken != null || publications.isEmpty()) {
            combiner.leave();
        } else {
            combiner.asHolder(/* own= */ null, threadId);
        }
        wakePublisher();
    }

    /**
     * Wakes a thread that published while the lock was left. That thread either finds the lock free, or is woken to
     * take it.
     */
    private void wakePublisher() {
        if (!publications.isEmpty()) {
            publications.wakeOther();
        }
    }

    // ---- the journal ----

    /** Waits until the journal has room for an operation: see {@link SoleCombiner}. For the holder. */
    public void awaitJournal(long threadId) {
        combiner.awaitJournal(threadId);
    }

    /**
     * Journals a write that does not come through this class, and counts it. The journal must have {@linkplain
     * #awaitJournal room}. For the holder, in writing mode, that applies the write.
     */
    public void record(Object op) {
        combiner.addToJournal(op);
        counters.single();
    }

    /**
     * Starts a journal, or begins another entry of the present one. Writes from here on are in the log, after all that
     * it contains. For the holder.
     */
    public void startJournal() {
        Journal journal = combiner.journal;
        if (journal == null) {
            group().reclaimer().reclaim();
            log.continueAt(writesApplied());
            journal = new Journal(group());
            combiner.journal = journal;
        }
        journal.seal();
    }

    @Override
    public <T> LogCursor<T> newCursor(long start) {
        startJournal();
        return new LogCursor<>(log, log.tail(), start);
    }

    @Override
    void retiring() {
        if (combiner.journal != null) {
            combiner.journal.seal();
        }
    }

    // ---- there is no log to apply ----

    @Override
    public boolean tryHelp(long bound, long threadId) {
        return false;
    }

    @Override
    public long localTail() {
        return log.tail();
    }

    @Override
    void replay(long bound, long threadId) {}

    @Override
    public void catchUp(long threadId) {}

    @Override
    public boolean isUpToDate() {
        return true;
    }
}
