package org.nr4j.internal.replica;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.combine.Batch;
import org.nr4j.internal.combine.Combiner;
import org.nr4j.internal.combine.Request;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.stats.CombineCounters;

/**
 * The combiner of a sole replica. Nobody but itself would read a log, so it applies at once what it collected. While
 * there are followers it writes a {@link Journal} for them.
 */
final class SoleCombiner<W, A extends @Nullable Object> extends Combiner<W, A> {
    private final Replica<?, W, A> owner;
    private final ReplicaSet<?, W, A> group;

    /** Null while nobody follows. */
    @Nullable
    Journal journal;

    SoleCombiner(Replica<?, W, A> owner, ReplicaLock lock, CombineCounters counters) {
        super(owner.id(), owner.dispatch(), lock, counters, /* logged= */ false);
        this.owner = owner;
        this.group = owner.group();
    }

    @Override
    protected boolean publish(Batch batch, long threadId) {
        Journal journal = followedJournal();
        if (journal != null && !journal.hasRoomForBatch() && !awaitRoom(journal::hasRoomForBatch, threadId)) {
            return false;
        }
        Journal followed = followedJournal();
        lock.upgrade(threadId);
        Object[] ops = batch.ops; // let go of there once it is in the log and the followers have it
        @Nullable Request[] requests = batch.requests;
        boolean applying = false;
        try {
            counters.batch(ops.length);
            applying = true; // or about to be journaled
            if (followed != null) {
                followed.append(batch);
            }
            pending.finish();
            cursor.apply(dispatch, ops, requests, /* atOnce= */ true);
        } catch (VirtualMachineError e) {
            if (applying) {
                broken = e;
            }
            throw e;
        }
        return true;
    }

    /** Journals an operation of one's own before it is applied, in writing mode. */
    void record(W op, long threadId) {
        Journal journal = this.journal;
        if (journal != null && journal.isReady() && group.followers().admit(threadId)) {
            journal.add(op);
        } else {
            group.followers().refuseConsumer(threadId);
            if (awaitJournal(threadId)) {
                lock.upgrade(threadId);
            }
            addToJournal(op);
        }
    }

    /**
     * For the holder, who is about to write: waits until there is room in the journal for an operation, if there is a
     * journal. There is until one is added.
     *
     * @return whether it waited; then it lets readers in
     */
    boolean awaitJournal(long threadId) {
        Journal journal = followedJournal();
        return journal != null && !journal.hasRoom() && awaitRoom(journal::hasRoom, threadId);
    }

    /** Journals an operation, where there is room. */
    void addToJournal(Object op) {
        Journal journal = followedJournal();
        if (journal != null) {
            journal.add(op);
        }
    }

    /** Waits until there is room, or nobody follows: see {@link LogReclaimer#awaitRoom}. */
    private boolean awaitRoom(BooleanSupplier hasRoom, long threadId) {
        return group.reclaimer().awaitRoom(owner, () -> isUnfollowed() || hasRoom.getAsBoolean(), threadId);
    }

    private boolean isUnfollowed() {
        return group.followers().isEmpty();
    }

    /** The journal, which is given up where nobody follows any more. */
    private @Nullable Journal followedJournal() {
        Journal journal = this.journal;
        if (journal != null && isUnfollowed()) {
            journal.seal();
            this.journal = null;
            group.reclaimer().reclaim();
            return null;
        }
        return journal;
    }

    @Override
    protected boolean mayStay() {
        return false; // an operation of one's own is cheaper than a handed-over one
    }

    @Override
    protected void left(boolean quarantined) {
        owner.lockLeft(quarantined);
    }

    // ---- there is no log ----

    @Override
    protected void prefetch() {}

    @Override
    public void applyLog(long threadId) {}

    @Override
    protected void complete() {}

    @Override
    protected boolean isBehind() {
        return false;
    }

    @Override
    protected boolean isInLog(Batch batch) {
        return false;
    }

    @Override
    protected @Nullable Batch orphanBatches() {
        return null;
    }

    @Override
    protected long progress() {
        return 0;
    }

    @Override
    protected void served(long before) {}
}
