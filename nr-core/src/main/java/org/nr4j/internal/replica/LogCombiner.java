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
 * The combiner of one of several replicas. It appends the batches that it collects to the log, and applies the log
 * (ASPLOS 2017, §5.1).
 *
 * <p>{@code localTail} says how far the replica has applied the log. Only the lock's holder raises it, in writing mode.
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

    /**
     * Applies the log up to {@code bound}. If there was anything to apply, the lock is in writing mode afterwards. For
     * the holder.
     */
    void replay(long bound, long threadId) {
        long index = localTail.getOpaque();
        if (index >= bound) {
            return;
        }
        Batch unfinished = pending.unfinished();
        if (unfinished != null && log.contains(unfinished)) {
            pending.finish(); // it may be applied below; afterwards the log may not find it
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
                index++; // at once: an applied entry must not be applied again
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

    /**
     * Applies an entry. Answers it if it is this replica's, or if it is an orphan that no other replica has answered.
     */
    private void apply(LogEntry entry) {
        boolean own = entry instanceof Batch batch && batch.origin == this;
        boolean atOnce = own && writersPrevail(); // otherwise at the end of the round
        if (atOnce || entry.crosses) {
            // Before the first answer. A replica applies a multi-log operation once all its logs have come to the
            // operation's entries. So each of these logs has raised its completed tail here by then.
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
                orphan.putBack(adopted); // for the next replica that comes to the orphan
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

    // ---- prefetching the log ----

    @Override
    protected void prefetch() {
        state.prefetched = prefetch(localTail.getOpaque(), log.tail());
    }

    /**
     * Prefetches entries, which come from other nodes, before readers have to wait. Returns the index up to which it
     * did.
     */
    private long prefetch(long from, long to) {
        long index = from;
        while (index < to && log.entry(index).prefetch()) {
            index++;
        }
        return index;
    }

    /**
     * Prefetches the entries below {@code bound} that the replica has not applied. For a thread that waits until they
     * are applied. The combiner runs on the same node, so it need not fetch these entries from other nodes.
     */
    void prefetchForCombiner(long bound) {
        for (long index = localTail.getAcquire(); index < bound; index++) {
            LogEntry entry = log.entryIfHeld(index);
            if (entry == null || !entry.prefetch()) {
                return; // the entry was applied meanwhile, and reclaimed
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
        // here, where no thread waits for this one any more
        reclaimer.reclaimNowAndThen(before, localTail.getAcquire());
    }

    @Override
    protected @Nullable Batch orphanBatches() {
        long applied = localTail.getOpaque();
        // past the entry that was applied in part: some of its operations are answered
        log.complete(Math.min(applied + 1, log.tail()));
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
