package org.nr4j.internal.replica;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.combine.Batch;
import org.nr4j.internal.combine.Combiner;
import org.nr4j.internal.combine.Request;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.stats.CombineCounters;

/**
 * The combiner of a sole replica. No other replica would read a log, so it applies the batches that it collects at
 * once. While there are followers, it writes a {@link Journal} for them.
 */
final class SoleCombiner<W, A extends @Nullable Object> extends Combiner<W, A> {
    private final Replica<?, W, A> owner;
    private final ReplicaSet<?, W, A> group;

    /** The journal; null while there are no followers. */
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
        Object[] ops = batch.ops; // read first: the batch drops them when it is in the log and the followers have it
        @Nullable Request[] requests = batch.requests;
        boolean applying = false;
        try {
            counters.batch(ops.length);
            applying = true; // from here on: what is journaled must be applied
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

    /** Journals an operation of the calling thread before it is applied. For the holder, in writing mode. */
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
     * Waits until the journal has room for an operation, if there is a journal. There is room until an operation is
     * added. For a holder that is about to write.
     *
     * @return whether it waited; then readers may be inside
     */
    boolean awaitJournal(long threadId) {
        Journal journal = followedJournal();
        return journal != null && !journal.hasRoom() && awaitRoom(journal::hasRoom, threadId);
    }

    /** Journals an operation, if there is a journal. It must have room. */
    void addToJournal(Object op) {
        Journal journal = followedJournal();
        if (journal != null) {
            journal.add(op);
        }
    }

    /** Waits until there is room or no follower is left: see {@link LogReclaimer#awaitRoom}. */
    private boolean awaitRoom(BooleanSupplier hasRoom, long threadId) {
        return group.reclaimer().awaitRoom(owner, () -> isUnfollowed() || hasRoom.getAsBoolean(), threadId);
    }

    private boolean isUnfollowed() {
        return group.followers().isEmpty();
    }

    /** Returns the journal, or null. Ends the journal if no follower is left. */
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
        return false; // applying its own operation costs a thread less than handing it over
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
