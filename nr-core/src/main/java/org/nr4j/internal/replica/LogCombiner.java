package org.nr4j.internal.replica;

import org.jspecify.annotations.Nullable;
import org.nr4j.internal.combine.Batch;
import org.nr4j.internal.combine.Combiner;
import org.nr4j.internal.combine.Request;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.log.LogEntry;
import org.nr4j.internal.log.OperationLog;
import org.nr4j.internal.padding.PaddedLong;
import org.nr4j.internal.stats.CombineCounters;

/**
 * The combiner of one of several replicas: appends what it collected to the log, and applies the log (ASPLOS 2017,
 * §5.1).
 *
 * <p>{@code localTail} says how far the replica has applied the log. Only the lock's holder, writing, raises it.
 */
final class LogCombiner<W, A extends @Nullable Object> extends Combiner<W, A> {
    private final Replica<?, W, A> owner;
    private final LogReclaimer reclaimer;
    private final OperationLog log;
    final PaddedLong localTail = new PaddedLong();

    LogCombiner(Replica<?, W, A> owner, ReplicaLock lock, CombineCounters counters, long logIndex) {
        super(owner.id(), owner.dispatch(), lock, counters, /* logged= */ true);
        this.owner = owner;
        this.log = owner.group().log();
        this.reclaimer = owner.group().reclaimer();
        localTail.setRelease(logIndex);
        log.complete(logIndex);
    }

    // ---- appending ----

    @Override
    protected boolean publish(Batch batch, long threadId) {
        if (!log.contains(batch) && !append(batch, threadId)) {
            return false;
        }
        pending.finish();
        return true;
    }

    private boolean append(Batch batch, long threadId) {
        if (!tryAppend(batch) && !reclaimer.awaitRoom(owner, () -> tryAppend(batch), threadId)) {
            return false;
        }
        counters.batch(batch.ops.length);
        return true;
    }

    private boolean tryAppend(Batch batch) {
        return reclaimer.followersAllowWrite() && log.tryAppend(batch);
    }

    @Override
    protected boolean isInLog(Batch batch) {
        return log.contains(batch);
    }

    // ---- applying ----

    @Override
    public void applyLog(long threadId) {
        replay(log.tail(), threadId);
    }

    /** Applies the log up to {@code bound}, for the lock's holder; leaves it writing if there was anything to apply. */
    void replay(long bound, long threadId) {
        long index = localTail.getOpaque();
        if (index >= bound) {
            return;
        }
        Batch unfinished = pending.unfinished();
        if (unfinished != null && log.contains(unfinished)) {
            pending.finish(); // perhaps about to be applied, and then no longer to be found in the log
        }
        state.prefetched = prefetch(Math.max(index, state.prefetched), bound);
        lock.upgrade(threadId);
        boolean applying = false;
        long applied = counters.applied();
        try {
            while (index < bound) {
                LogEntry entry = log.entry(index);
                long writes = entry.endWrite();
                applying = true;
                apply(entry);
                index++; // at once: what is applied must not be applied again
                applied = writes;
                applying = false;
            }
        } catch (VirtualMachineError e) {
            if (applying) {
                broken = e;
            }
            throw e;
        } finally {
            try {
                counters.applied(applied);
                localTail.setRelease(index); // pairs with getAcquire in LoggedReplica and LogReclaimer.minPosition
            } catch (Throwable e) { // there was no stack for a call
                counters.counts[CombineCounters.APPLIED_INDEX] = applied;
                localTail.value = index;
            }
        }
    }

    /** Applies an entry; answers it if it is this replica's, or that of a quarantined one and nobody else has. */
    private void apply(LogEntry entry) {
        boolean own = entry instanceof Batch batch && batch.origin == this;
        boolean atOnce = own && writersPrevail(); // else at the end of the round
        if (atOnce || entry.crosses) {
            // Before the first answer. An operation of several logs is applied once all of a replica's logs have come
            // to it, each of which has raised its completed tail here before.
            log.complete(entry.index + 1);
        }
        if (entry instanceof Batch batch && own) {
            cursor.apply(dispatch, batch.ops, batch.requests, atOnce);
        } else if (entry instanceof Batch batch && batch.isOrphan()) {
            adopt(batch);
        } else {
            cursor.apply(dispatch, entry.ops, Batch.NO_REQUESTS, /* atOnce= */ false);
        }
    }

    private void adopt(Batch orphan) {
        @Nullable Request[] adopted = orphan.takeRequests();
        try {
            cursor.apply(dispatch, orphan.ops, adopted, /* atOnce= */ false);
        } catch (VirtualMachineError e) {
            try {
                orphan.putBack(adopted); // for the next combiner
            } catch (Throwable used) {
                orphan.requests = adopted; // there was no stack for a call
            }
            throw e;
        }
    }

    @Override
    protected void complete() {
        log.complete(localTail.getOpaque());
    }

    // ---- having the log at hand ----

    @Override
    protected void prefetch() {
        state.prefetched = prefetch(localTail.getOpaque(), log.tail());
    }

    /** Has the entries at hand, which come from other nodes, before readers have to wait. Returns how far. */
    private long prefetch(long from, long to) {
        long index = from;
        while (index < to && log.entry(index).prefetch()) {
            index++;
        }
        return index;
    }

    /**
     * For one who waits until the log is applied up to there: has at hand what is left of it, so that the combiner, a
     * neighbour, need not get it from other nodes.
     */
    void prefetchForCombiner(long bound) {
        for (long index = localTail.getAcquire(); index < bound; index++) {
            LogEntry entry = log.entryIfHeld(index);
            if (entry == null || !entry.prefetch()) {
                return; // applied meanwhile, and reclaimed
            }
        }
    }

    // ---- rounds ----

    @Override
    protected boolean mayStay() {
        return true;
    }

    @Override
    protected boolean isBehind() {
        return log.completed() > localTail.getOpaque();
    }

    @Override
    protected long progress() {
        return localTail.getOpaque();
    }

    @Override
    protected void served(long before) {
        reclaimer.reclaimNowAndThen(before, localTail.getAcquire()); // when nobody waits for this thread any more
    }

    @Override
    protected @Nullable Batch orphanBatches() {
        long applied = localTail.getOpaque();
        log.complete(Math.min(applied + 1, log.tail())); // with the entry that it was at, of which some are answered
        Batch left = null;
        for (long index = applied; index < log.tail(); index++) {
            if (log.entry(index) instanceof Batch batch && batch.origin == this) {
                batch.nextOrphan = left;
                left = batch;
            }
        }
        return left;
    }

    @Override
    protected void left(boolean quarantined) {
        owner.lockLeft(quarantined);
    }
}
