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
 * The only replica. There is nobody to read a log, so there is none: a thread that finds the lock free applies its own
 * operation without publishing it, and a combiner applies what it collected. Followers make it write a {@link Journal}.
 */
public final class SoleReplica<R, W, A extends @Nullable Object> extends Replica<R, W, A>
        implements HolderSection<W, A> {
    private final OperationLog log;
    private final SoleCombiner<W, A> combiner;
    private final PublicationList publications;

    /** What {@code counters.operations()} falls short of the number of writes applied. */
    private final long uncounted;

    /**
     * A replica beside which there is no other.
     *
     * @param counters of the one that it takes over from, or new ones
     * @param writes how many writes the structure has
     */
    @SuppressWarnings("this-escape") // the combiner keeps it and asks nothing
    public SoleReplica(
            int id,
            int node,
            ReplicaSet<R, W, A> group,
            Dispatch<R, W, A> dispatch,
            CombineCounters counters,
            long writes) {
        // Where there is but one lock it recognises a thread that calls back. In an optimistic read it does not, and a
        // guard would cost there what such a read saves.
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
        return true; // it has applied all there is
    }

    @Override
    public boolean awaitApplied(long bound, long threadId) {
        return true;
    }

    // ---- writes ----

    @Override
    public A executeMut(W op, long threadId) {
        if (publications.leftOver) { // first, since it may be of this very thread
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
     * Spins for the lock before publishing. Whoever finds it free applies many operations of its own before another
     * thread gets in, which is cheaper than to hand each operation over to a combiner on another processor. For the
     * same reason the spinning thread looks seldom.
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

    /** Applies a write of the calling thread, in writing mode, then leaves. */
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
            return redirected(); // to hear from ReplicaSet that nobody is left
        } finally {
            try {
                leaveAfterOwn(threadId);
            } catch (VirtualMachineError e) {
                // Where the lock was not left, others take over: see HolderSection.
            }
        }
    }

    /** Leaves after an operation of one's own. In short methods, which the JIT inlines wherever they are called. */
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

    /** What was published meanwhile is applied first, in the same hold. */
    private void leaveSlowPath(long threadId) {
        if (combiner.broken != null || publications.isEmpty()) {
            combiner.leave();
        } else {
            combiner.asHolder(/* own= */ null, threadId);
        }
        wakePublisher();
    }

    /** Who publishes as the lock is left either finds it free or is woken, to take it. */
    private void wakePublisher() {
        if (!publications.isEmpty()) {
            publications.wakeOther();
        }
    }

    // ---- the journal ----

    /** For the holder: waits until there is room in the journal for an operation; see {@link SoleCombiner}. */
    public void awaitJournal(long threadId) {
        combiner.awaitJournal(threadId);
    }

    /**
     * For the holder, in writing mode, who applies a write that does not come through here: journals it, where there is
     * {@linkplain #awaitJournal room}, and counts it.
     */
    public void record(Object op) {
        combiner.addToJournal(op);
        counters.single();
    }

    /**
     * For the holder: begins to write a journal, or goes on with it. What follows is in the log, behind what there is.
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
