package org.nr4j.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.WaitStrategy;

/**
 * All replicas of one structure and the log between them: what concerns more than one replica. Reclaiming the log, helping a replica that lags, bringing all up
 * to date, stopping.
 */
public final class Replicas<R, W, A extends @Nullable Object> {
    private static final long SLEEP_NANOS = 50_000;

    private final OperationLog log;
    private final List<Replica<R, W, A>> replicas;
    private final WaitStrategy waitStrategy;
    private final WaitCounters waits = new WaitCounters();
    private final Entrants entrants = new Entrants();
    private final LongAdder helps = new LongAdder();
    private final int reclaimShift;

    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile boolean closed;
    private volatile @Nullable IllegalStateException failure;

    /**
     * The replicas of these structures.
     *
     * @param logCapacity in entries, a power of two
     */
    public Replicas(List<? extends Dispatch<R, W, A>> structures, int logCapacity, WaitStrategy waitStrategy) {
        this.log = new OperationLog(logCapacity);
        this.waitStrategy = waitStrategy;
        this.reclaimShift = Integer.numberOfTrailingZeros(Math.max(1, logCapacity / 4));
        List<Replica<R, W, A>> list = new ArrayList<>();
        for (Dispatch<R, W, A> structure : structures) {
            list.add(new Replica<>(list.size(), this, structure, /* direct= */ structures.size() == 1));
        }
        this.replicas = List.copyOf(list);
    }

    /** The replicas, by number. */
    public List<Replica<R, W, A>> all() {
        return replicas;
    }

    Entrants entrants() {
        return entrants;
    }

    OperationLog log() {
        return log;
    }

    ReplicaLock newLock() {
        return new ReplicaLock(waitStrategy, waits);
    }

    /** A wait of the calling thread. */
    public Backoff newBackoff() {
        return new Backoff(waitStrategy, waits);
    }

    // ---- the log ----

    /** The smallest local tail: below it, every replica has applied the log. Acquire: what they read of the log, they read before. */
    private long minLocalTail() {
        long min = Long.MAX_VALUE;
        for (Replica<R, W, A> replica : replicas) {
            min = Math.min(min, replica.localTail());
        }
        return min;
    }

    private void reclaim() {
        log.advanceHead(minLocalTail());
    }

    /** Reclaims every quarter of a lap, by the local tail of a replica that has just applied something. */
    void reclaimNowAndThen(long before, long after) {
        if (before >>> reclaimShift != after >>> reclaimShift) {
            reclaim();
        }
    }

    /** For a combiner that holds its own lock, is up to date, and finds the log full: reclaims, helps the replicas that lag, or waits a step for those at work. */
    void makeRoom(Replica<R, W, A> own, long threadId, Backoff backoff) {
        checkNotFailed();
        long bound = log.tail();
        for (Replica<R, W, A> replica : replicas) {
            if (replica == own) {
                continue;
            }
            if (replica.isInside(threadId)) {
                if (!closing.get()) {
                    throw ReplicaLock.reentrant();
                }
                replica.replay(bound, threadId);
            } else if (replica.tryHelp(bound, threadId)) {
                helps.increment();
            }
        }
        reclaim();
        if (log.tail() - log.head() >= log.capacity()) {
            backoff.pauseOrSleep(this, SLEEP_NANOS);
        }
    }

    /** Brings every replica up to the log's tail as it is now, and lets go of all the log holds. */
    public void sync(long threadId) {
        checkUsable();
        refuseInside(threadId);
        if (replicas.size() == 1) {
            return;
        }
        entrants.enter(threadId);
        try {
            long bound = log.tail();
            for (Replica<R, W, A> replica : replicas) {
                replica.awaitApplied(bound, threadId);
            }
            reclaim();
        } finally {
            entrants.leave(threadId);
        }
    }

    /**
     * Throws if the calling thread is inside a replica, as a reader or as its combiner.
     *
     * @throws IllegalStateException then
     */
    public void refuseInside(long threadId) {
        for (Replica<R, W, A> replica : replicas) {
            if (replica.isInside(threadId)) {
                throw ReplicaLock.reentrant();
            }
        }
    }

    // ---- stopping ----

    /** Throws if no operation is possible any more. */
    public void checkUsable() {
        if (closed || failure != null) {
            throw stopped();
        }
    }

    /** Throws if a replica has failed. */
    void checkNotFailed() {
        if (failure != null) {
            throw stopped();
        }
    }

    /** Why an operation was refused; to be thrown. */
    IllegalStateException stopped() {
        IllegalStateException failure = this.failure;
        return failure != null
                ? new IllegalStateException(failure.getMessage(), failure.getCause())
                : new IllegalStateException(
                        "an operation needs an open instance: closed=true; close an instance after its last use, or build a new one");
    }

    /** Whether a replica has failed. */
    boolean hasFailed() {
        return failure != null;
    }

    /** Stops the instance because a replica ran into an error of the virtual machine while applying a write. */
    IllegalStateException fail(Replica<R, W, A> failed, VirtualMachineError error, long threadId) {
        failure = new IllegalStateException(
                "dispatchMut must not exhaust the memory or the stack: replica=" + failed.id() + " threw=" + error
                        + "; the state of the replica is unknown and the instance has stopped, build a new one",
                error);
        for (Replica<R, W, A> replica : replicas) {
            if (replica != failed && !replica.isInside(threadId)) {
                replica.stopAfterFailure(threadId);
            }
        }
        return stopped();
    }

    /**
     * Ends all service. What was published before is applied and answered; later operations are refused.
     *
     * <p>Takes every replica's lock, one after the other, and keeps them. The holder of one that is still to be taken may be waiting for room in the log, so the replicas
     * taken are kept up to date meanwhile.
     *
     * @return whether this call did it; false where another had, for whose end this one waited
     */
    public boolean close(long threadId) {
        refuseInside(threadId);
        boolean first = closing.compareAndSet(false, true);
        try (Backoff backoff = newBackoff()) {
            if (first) {
                closeAll(threadId, backoff);
            }
            while (!closed) {
                backoff.pauseOrSleep(this, SLEEP_NANOS);
            }
        }
        return first;
    }

    private void closeAll(long threadId, Backoff backoff) {
        List<Replica<R, W, A>> held = new ArrayList<>();
        for (Replica<R, W, A> replica : replicas) {
            while (failure == null) {
                if (replica.tryHold(threadId)) {
                    held.add(replica);
                    break;
                }
                bringUpToDate(held, threadId);
                backoff.pauseOrSleep(this, SLEEP_NANOS);
            }
        }
        try {
            if (failure == null) {
                held.forEach(replica -> replica.drainAndRefuse(threadId));
                bringUpToDate(held, threadId);
            }
        } finally {
            closed = true;
            held.forEach(replica -> replica.retire(threadId));
        }
    }

    private void bringUpToDate(List<Replica<R, W, A>> held, long threadId) {
        long bound = log.tail();
        held.forEach(replica -> replica.replay(bound, threadId));
        reclaim();
    }

    // ---- what the façade reports ----

    /** Entries between the log's head and its tail. */
    public long logOccupancy() {
        return Math.max(0, log.tail() - log.head());
    }

    /** How many entries a replica has yet to apply. */
    public long lag(Replica<R, W, A> replica) {
        return Math.max(0, log.tail() - replica.localTail());
    }

    /** How many entries fit into the log. */
    public int logCapacity() {
        return log.capacity();
    }

    /** How often a combiner applied the log for another replica. */
    public long helps() {
        return helps.sum();
    }

    /** Waits by kind. */
    public WaitCounters waits() {
        return waits;
    }
}
