package org.nr4j.internal.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.nr4j.NrStats;
import org.nr4j.StaleRead;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.combine.CombinerPolicy;
import org.nr4j.internal.follow.Followers;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.ReentrancyGuard;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.log.OperationLog;
import org.nr4j.internal.stats.WaitCounters;

/**
 * All replicas of one structure and the log between them: what concerns more than one replica. Which ones there are,
 * reclaiming the log, helping a replica that lags, bringing all up to date, stopping. Who adds and removes them is
 * {@code Reconfiguration}.
 */
public final class ReplicaSet<R, W, A extends @Nullable Object> {
    private final OperationLog log;
    private final Followers followers = new Followers();
    private final WaitStrategy waitStrategy;

    /** Of waits outside the replicas. */
    private final WaitCounters waits = new WaitCounters();

    /** Of waits for a replica, by its node, so that counting does not move a line from one to another. */
    private final Map<Integer, WaitCounters> waitsByNode = new ConcurrentHashMap<>();

    private final ReentrancyGuard guard;
    private final LogReclaimer reclaimer;

    /**
     * The replicas of the same structures by all logs, this one's among them: those of one log alone where there is but
     * one. Set before any other thread knows of this.
     */
    private List<ReplicaSet<R, W, A>> logs = List.of(this);

    /** The first membership is set before any other thread knows of this. */
    private final AtomicReference<@Nullable Membership<R, W, A>> members = new AtomicReference<>();

    /** Sees to replicas that were quarantined. */
    private volatile @Nullable Rescuer<R, W, A> rescuer;

    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile boolean closed;
    private volatile @Nullable IllegalStateException failure;

    /**
     * No replicas yet.
     *
     * @param logCapacity in entries, a power of two
     */
    public ReplicaSet(int logCapacity, WaitStrategy waitStrategy) {
        this(logCapacity, waitStrategy, new ReentrancyGuard());
    }

    /** The same, as one of several logs that share their structures, and hence who is inside. */
    public ReplicaSet(int logCapacity, WaitStrategy waitStrategy, ReentrancyGuard guard) {
        this.guard = guard;
        this.log = new OperationLog(logCapacity);
        this.waitStrategy = waitStrategy;
        this.reclaimer = new LogReclaimer(this, log, followers, waits);
    }

    /** Tells which logs share their structures, at the beginning. */
    public void joinWith(List<ReplicaSet<R, W, A>> logs) {
        this.logs = logs;
    }

    /** Whether the structures have no other log. */
    boolean hasOneLog() {
        return logs.size() == 1;
    }

    /** For {@code Reconfiguration}, at the beginning. */
    public void begin(Membership<R, W, A> first, Rescuer<R, W, A> rescuer) {
        members.set(first);
        this.rescuer = rescuer;
    }

    /** The replicas that serve, by number. */
    public List<Replica<R, W, A>> all() {
        return members().replicas;
    }

    /** The replicas that were quarantined and have not been replaced, by number. */
    public List<Replica<R, W, A>> quarantined() {
        return members().quarantined;
    }

    /** The replica that serves the calling thread. */
    public Replica<R, W, A> replicaOf(long threadId) {
        return members().replicaOf(threadId);
    }

    /** The replica of that number, whether it serves or is quarantined; null if there is none. */
    public @Nullable Replica<R, W, A> find(int id) {
        return members().find(id);
    }

    /** The replica of that number, or if it does not serve, that of the calling thread. */
    public Replica<R, W, A> serving(int id, long threadId) {
        Membership<R, W, A> members = members();
        Replica<R, W, A> replica = members.find(id);
        return replica == null || members.quarantined.contains(replica) ? members.replicaOf(threadId) : replica;
    }

    /** The replica that works alone, or null. Should another join it, or take its place, it is retired. */
    public @Nullable SoleReplica<R, W, A> sole() {
        return members().replicas.get(0) instanceof SoleReplica<R, W, A> sole ? sole : null;
    }

    /** The followers of the log. */
    public Followers followers() {
        return followers;
    }

    @SuppressWarnings("NullAway") // set at the beginning
    public Membership<R, W, A> members() {
        return members.get();
    }

    /** Replaces the membership, for one who keeps all others from doing so. */
    public void set(Membership<R, W, A> membership) {
        members.set(membership);
    }

    /** Replaces the membership by what {@code change} makes of it. */
    public void change(UnaryOperator<Membership<R, W, A>> change) {
        Membership<R, W, A> before;
        do {
            before = members();
        } while (!members.compareAndSet(before, change.apply(before)));
    }

    /** Room in the log. */
    public LogReclaimer reclaimer() {
        return reclaimer;
    }

    /** Recognises a thread that calls back. */
    public ReentrancyGuard guard() {
        return guard;
    }

    /** Its log. */
    public OperationLog log() {
        return log;
    }

    /** A lock for a replica on a node. */
    ReplicaLock newLock(int node) {
        return new ReplicaLock(waitStrategy, waitsByNode.computeIfAbsent(node, any -> new WaitCounters()));
    }

    /** A wait of the calling thread. */
    public Backoff newBackoff() {
        return new Backoff(waitStrategy, waits);
    }

    /**
     * The same of a thread that is inside nothing; looked at before it sleeps, since who calls back may not have been
     * noticed by {@link ReentrancyGuard}, and waits for itself.
     */
    public Backoff newBackoff(long threadId) {
        return new Backoff(waitStrategy, waits, () -> refuseInside(threadId));
    }

    // ---- the log ----

    /** Brings every replica up to the log's tail as it is now, and lets go of all the log holds. */
    public void sync(long threadId) {
        checkUsable();
        refuseInside(threadId);
        ReentrancyGuard.Mark mark = guard.enter(threadId);
        try {
            awaitApplied(log.tail(), threadId);
            reclaimer.reclaim();
        } finally {
            mark.threadId = ReentrancyGuard.Mark.NOBODY;
        }
    }

    /**
     * Waits until a replica, or its successor, has applied the first {@code index} writes.
     *
     * @throws IllegalArgumentException if there are fewer writes than {@code index}, or {@code index} is negative
     */
    public void awaitWrites(Replica<R, W, A> own, long index, long threadId) {
        checkUsable();
        refuseInside(threadId);
        long writes = index();
        if (index < 0 || index > writes) {
            throw new IllegalArgumentException("index must be from 0 to the number of writes: index=" + index
                    + " writes=" + writes + "; use the index of a snapshot or a follower of this instance");
        }
        ReentrancyGuard.Mark mark = guard.enter(threadId);
        try {
            // All of these writes are in the log.
            if (Replica.isRedirected(tryCatchUp(own, threadId))) {
                Object unused = callElsewhere(own, replica -> tryCatchUp(replica, threadId), threadId);
            }
        } finally {
            mark.threadId = ReentrancyGuard.Mark.NOBODY;
        }
    }

    /** Applies the log. Returns what {@link Replica#isRedirected} recognizes if the replica is retired. */
    private Object tryCatchUp(Replica<R, W, A> replica, long threadId) {
        return replica.awaitApplied(log.tail(), threadId) && !replica.isRetired() ? replica : Replica.redirected();
    }

    /**
     * Repeats a call that a replica has not answered because it is retired, at those that serve in its place.
     *
     * @param call calls a method of the replica
     */
    public <T extends @Nullable Object> T callElsewhere(
            Replica<R, W, A> retired, Function<Replica<R, W, A>, T> call, long threadId) {
        try (Backoff backoff = newBackoff()) {
            Replica<R, W, A> replica = retired;
            for (; ; ) {
                settle();
                checkUsable();
                replica = successor(replica, threadId);
                T answer = call.apply(replica);
                if (!Replica.isRedirected(answer)) {
                    return answer;
                }
                backoff.pauseOrSleep(this, CombinerPolicy.SLEEP_NANOS);
            }
        }
    }

    /**
     * Answers a read without waiting, by the thread's own replica if possible; null if all are writing at this moment.
     */
    public @Nullable StaleRead<A> tryReadStale(Replica<R, W, A> own, R op, long threadId) {
        refuseInside(threadId);
        ReentrancyGuard.Mark mark = guard.enter(threadId);
        try {
            checkUsable();
            StaleRead<A> read = own.tryReadStale(op, threadId);
            for (Replica<R, W, A> replica : all()) {
                if (read != null) {
                    break;
                }
                read = replica.tryReadStale(op, threadId);
            }
            return read;
        } finally {
            mark.threadId = ReentrancyGuard.Mark.NOBODY;
        }
    }

    /**
     * The replica that serves in the place of one that may be retired: of the same number, or on the same node, or as
     * if there had been none.
     */
    public Replica<R, W, A> successor(Replica<R, W, A> replica, long threadId) {
        List<Replica<R, W, A>> replicas = members().replicas;
        return replicas.stream()
                .filter(other -> other.id() == replica.id())
                .findFirst()
                .or(() -> replicas.stream()
                        .filter(other -> other.node() == replica.node())
                        .findFirst())
                .orElseGet(() -> replicaOf(threadId));
    }

    /** Waits until every replica that serves has applied the log up to {@code bound}. */
    public void awaitApplied(long bound, long threadId) {
        Membership<R, W, A> members;
        do {
            checkUsable();
            members = members();
            for (Replica<R, W, A> replica : members.replicas) {
                if (!replica.isSole()) {
                    replica.awaitApplied(bound, threadId);
                }
            }
            settle();
            if (failure != null) {
                throw stopped(); // the last one broke over it
            }
        } while (members != members());
    }

    /**
     * Throws if the calling thread is inside a replica, as a reader or as its combiner, whatever the log.
     *
     * @throws IllegalStateException then
     */
    public void refuseInside(long threadId) {
        for (ReplicaSet<R, W, A> log : logs) {
            for (Replica<R, W, A> replica : log.members().replicas) {
                if (replica.isInside(threadId)) {
                    throw ReentrancyGuard.reentrant();
                }
            }
        }
    }

    // ---- stopping ----

    /** Throws if no operation is possible any more. */
    public void checkUsable() {
        if (isStopped()) {
            throw stopped();
        }
    }

    /** Whether no operation is possible any more. */
    public boolean isStopped() {
        return closed || failure != null;
    }

    /** Why an operation was refused; to be thrown. */
    private IllegalStateException stopped() {
        IllegalStateException failure = this.failure;
        return failure != null
                ? new IllegalStateException(failure.getMessage(), failure.getCause())
                : new IllegalStateException(
                        "an operation needs an open instance: closed=true; close an instance after its last use, or build a new one");
    }

    /** Whether close has begun. */
    public boolean isClosing() {
        return closing.get();
    }

    /**
     * Takes replicas that were quarantined out of service and sees to it that somebody looks after what they left;
     * stops the instance if none is left. Called by the thread that hit the error and, in case that was too short of
     * memory to get through, by all that notice.
     */
    public void settle() {
        logs.forEach(ReplicaSet::settleOne);
    }

    private void settleOne() {
        Membership<R, W, A> before = members();
        while (before.hasUnnoticed()) {
            Membership<R, W, A> after = before.noticed();
            if (after == null) {
                stop(before.replicas.get(0));
                return;
            }
            members.compareAndSet(before, after);
            before = members();
        }
        Rescuer<R, W, A> rescuer = this.rescuer;
        if (rescuer != null) {
            before.quarantined.forEach(replica -> rescuer.rescue(this, replica));
        }
    }

    /** Stops the instance, all logs. */
    private void stop(Replica<R, W, A> last) {
        if (failure != null) {
            return;
        }
        IllegalStateException failure = new IllegalStateException(
                "dispatchMut must not exhaust the memory or the stack: replica=" + last.id() + " threw=" + last.error()
                        + "; no replica is left whose state is known and the instance has stopped, build a new one",
                last.error());
        logs.forEach(log -> log.fail(failure));
    }

    private void fail(IllegalStateException failure) {
        if (this.failure == null) {
            this.failure = failure;
            followers.finish(log.writes(), failure);
        }
    }

    /** Begins to close: nobody waits for a follower any more. False if that has begun before. */
    public boolean beginClosing() {
        boolean first = closing.compareAndSet(false, true);
        followers.release();
        return first;
    }

    /**
     * For the holder of the locks of all that serve, who has applied all of the log: retires them, and ends all
     * service.
     */
    public void end(List<Replica<R, W, A>> held, long threadId) {
        long end = index();
        closed = true;
        held.forEach(replica -> replica.holder().retire(threadId));
        followers.finish(end, failure);
    }

    // ---- what the façade reports ----

    /** How many writes there have been: the number of the next one. */
    public long index() {
        Replica<R, W, A> first = members().replicas.get(0);
        return first.isSole() ? first.writesApplied() : log.completeWrites();
    }

    /** How many writes a replica has yet to apply. */
    public long lag(Replica<R, W, A> replica) {
        return replica.isSole() ? 0 : Math.max(0, log.writes() - replica.writesApplied());
    }

    /** Waits by kind. */
    public NrStats.Waits waits() {
        List<WaitCounters> all = new ArrayList<>(waitsByNode.values());
        all.add(waits);
        return WaitCounters.sum(all);
    }
}
