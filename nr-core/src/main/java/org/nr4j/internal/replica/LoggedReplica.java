package org.nr4j.internal.replica;

import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.internal.combine.Combiner;
import org.nr4j.internal.combine.Request;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.HolderSection;
import org.nr4j.internal.log.LogCursor;
import org.nr4j.internal.log.OperationLog;
import org.nr4j.internal.padding.PaddedLong;
import org.nr4j.internal.stats.CombineCounters;
import org.nr4j.internal.stats.Events;

/**
 * One of several replicas. It applies the log. A read waits until the replica has applied the log far enough (ASPLOS
 * 2017, §5.3).
 */
public final class LoggedReplica<R, W, A extends @Nullable Object> extends Replica<R, W, A> {
    private final OperationLog log;
    private final LogCombiner<W, A> combiner;
    private final PaddedLong localTail;
    private final HolderSection<Long, Boolean> help = this::help;

    /**
     * Creates a replica that has applied the log up to {@code logIndex}.
     *
     * @param counters those of the replica that it takes over from, or new ones
     * @param writes how many writes the structure has
     */
    @SuppressWarnings("this-escape") // the combiner keeps the reference, and reads only fields that are set
    public LoggedReplica(
            int id,
            int node,
            ReplicaSet<R, W, A> group,
            Dispatch<R, W, A> dispatch,
            CombineCounters counters,
            long logIndex,
            long writes) {
        super(id, node, group, dispatch, counters, group.guard());
        this.log = group.log();
        this.combiner = new LogCombiner<>(this, lock, counters, logIndex);
        this.localTail = combiner.localTail;
        counters.applied(writes);
    }

    @Override
    Combiner<W, A> combiner() {
        return combiner;
    }

    @Override
    public long writesApplied() {
        return counters.applied();
    }

    @Override
    boolean awaitCompleted(long threadId) {
        long bound = log.completed();
        return localTail.getAcquire() >= bound || awaitApplied(bound, threadId);
    }

    @Override
    public boolean awaitApplied(long bound, long threadId) {
        try (Backoff backoff = newBackoff(threadId)) {
            for (boolean prefetched = false; localTail.getAcquire() < bound; prefetched = true) {
                if (lock.isRetired()) {
                    return false;
                }
                if (combiner.tryCombine(/* own= */ null, threadId)) {
                    continue;
                }
                if (!prefetched) {
                    combiner.prefetchForCombiner(bound);
                }
                lock.awaitFree(backoff);
            }
        }
        return true;
    }

    @Override
    public A executeMut(W op, long threadId) {
        Request request = new Request(op);
        return submit(request, threadId) ? answer(request) : redirected();
    }

    @Override
    void published() {
        combiner.prefetchForCombiner(log.tail()); // the combiner applies all of it before the request
    }

    @Override
    public boolean tryHelp(long bound, long threadId) {
        if (localTail.getAcquire() >= bound || !lock.isFree()) {
            return false;
        }
        Object helped = lock.tryUpdate(help, (Long) bound, threadId);
        return helped == Boolean.TRUE;
    }

    private Boolean help(Long bound, long threadId) {
        Events.Help event = Events.begun(new Events.Help());
        try {
            combiner.requireIntact();
            combiner.replay(bound, threadId);
        } catch (VirtualMachineError e) {
            combiner.throwUnlessBroken(e);
        } finally {
            combiner.leaveToOthers();
        }
        if (event != null && event.shouldCommit()) {
            event.replica = id();
            event.commit();
        }
        return Boolean.TRUE;
    }

    @Override
    public long localTail() {
        return localTail.getAcquire();
    }

    @Override
    void replay(long bound, long threadId) {
        combiner.replay(bound, threadId);
    }

    @Override
    public <T> LogCursor<T> newCursor(long start) {
        return new LogCursor<>(log, localTail(), start);
    }

    @Override
    public void catchUp(long threadId) {
        awaitApplied(log.tail(), threadId);
    }

    @Override
    public boolean isUpToDate() {
        return localTail.getAcquire() == log.tail();
    }
}
