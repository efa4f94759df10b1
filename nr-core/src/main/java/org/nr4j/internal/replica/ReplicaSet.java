package org.nr4j.internal.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
 * All replicas of one structure, with the log between them. It does what concerns more than one replica: keeps the list
 * of replicas, brings all up to date, redirects calls, and stops the instance. {@code Reconfiguration} adds and removes
 * replicas.
 */
public final class ReplicaSet<R, W, A extends @Nullable Object> {
    private final OperationLog log;
    private final Followers followers = new Followers();
    private final WaitStrategy waitStrategy;

    /** Counts waits outside the replicas. */
    private final WaitCounters waits = new WaitCounters();

    /** Counts waits for a replica, by its node, so that counting does not move a cache line between nodes. */
    private final Map<Integer, WaitCounters> waitsByNode = new ConcurrentHashMap<>();

    private final ReentrancyGuard guard;
    private final LogReclaimer reclaimer;

    /**
     * The sets of replicas of all logs that share these structures, this one included. With a single log, only this
     * one. Set before any other thread has a reference.
     */
    private List<ReplicaSet<R, W, A>> logs = List.of(this);

    /** The current membership. The first one is set before any other thread has a reference. */
    private final AtomicReference<@Nullable Membership<R, W, A>> members = new AtomicReference<>();

    private final Lifecycle<R, W, A> lifecycle = new Lifecycle<>(this);

    /**
     * Creates a set without replicas, for a single log.
     *
     * @param logCapacity in entries, a power of two
     */
    public ReplicaSet(int logCapacity, WaitStrategy waitStrategy) {
        this(logCapacity, waitStrategy, new ReentrancyGuard());
    }

    /**
     * Creates a set without replicas, for one of several logs that share their structures. They also share the guard,
     * since a thread inside one of these logs is inside the structure.
     */
    public ReplicaSet(int logCapacity, WaitStrategy waitStrategy, ReentrancyGuard guard) {
        this.guard = guard;
        this.log = new OperationLog(logCapacity);
        this.waitStrategy = waitStrategy;
        this.reclaimer = new LogReclaimer(this, log, followers, waits);
    }

    /** Sets the logs that share their structures. Called once, before any other thread has a reference. */
    public void joinWith(List<ReplicaSet<R, W, A>> logs) {
        this.logs = logs;
    }

    /** Returns the sets of replicas of all logs that share their structures, this one included. */
    List<ReplicaSet<R, W, A>> logs() {
        return logs;
    }

    /** Whether the structures have no other log. */
    boolean hasOneLog() {
        return logs.size() == 1;
    }

    /** Sets the first membership. {@code Reconfiguration} calls this once, at the beginning. */
    public void begin(Membership<R, W, A> first, Lifecycle.Rescuer<R, W, A> rescuer) {
        members.set(first);
        lifecycle.begin(rescuer);
    }

    /** Returns the replicas that serve, by number. */
    public List<Replica<R, W, A>> all() {
        return members().replicas;
    }

    /** Returns the replicas that were quarantined and have not been replaced, by number. */
    public List<Replica<R, W, A>> quarantined() {
        return members().quarantined;
    }

    /** Returns the replica that serves the calling thread. */
    public Replica<R, W, A> replicaOf(long threadId) {
        return members().replicaOf(threadId);
    }

    /** Returns the replica with that number, whether it serves or is quarantined. Returns null if there is none. */
    public @Nullable Replica<R, W, A> find(int id) {
        return members().find(id);
    }

    /** Returns the replica with that number if it serves. Otherwise returns the replica of the calling thread. */
    public Replica<R, W, A> serving(int id, long threadId) {
        Membership<R, W, A> members = members();
        Replica<R, W, A> replica = members.find(id);
        return replica == null || members.quarantined.contains(replica) ? members.replicaOf(threadId) : replica;
    }

    /**
     * Returns the replica that works alone, or null. It is retired when another replica joins, or when another object
     * takes over its structure.
     */
    public @Nullable SoleReplica<R, W, A> sole() {
        return members().replicas.get(0) instanceof SoleReplica<R, W, A> sole ? sole : null;
    }

    /** Returns the followers of the log. */
    public Followers followers() {
        return followers;
    }

    @SuppressWarnings("NullAway") // set at the beginning
    public Membership<R, W, A> members() {
        return members.get();
    }

    /** Sets the membership. The caller keeps all other threads from doing so. */
    public void set(Membership<R, W, A> membership) {
        members.set(membership);
    }

    /** Replaces the membership by the result of {@code change}, which may be called repeatedly. */
    public void change(UnaryOperator<Membership<R, W, A>> change) {
        Membership<R, W, A> before;
        do {
            before = members();
        } while (!tryReplace(before, change.apply(before)));
    }

    /** Replaces the membership if it is {@code before}. */
    boolean tryReplace(Membership<R, W, A> before, Membership<R, W, A> after) {
        return members.compareAndSet(before, after);
    }

    /** Returns the reclaimer, which makes room in the log. */
    public LogReclaimer reclaimer() {
        return reclaimer;
    }

    /** Returns the guard, which detects re-entrant calls. */
    public ReentrancyGuard guard() {
        return guard;
    }

    /** Returns the log. */
    public OperationLog log() {
        return log;
    }

    /** Creates a lock for a replica on a node. */
    ReplicaLock newLock(int node) {
        return new ReplicaLock(waitStrategy, waitsByNode.computeIfAbsent(node, any -> new WaitCounters()));
    }

    /** Creates a backoff for one wait of the calling thread. */
    public Backoff newBackoff() {
        return new Backoff(waitStrategy, waits);
    }

    /**
     * Creates a backoff for a thread that is inside no replica. It checks for a re-entrant call before it sleeps, since
     * {@link ReentrancyGuard} may have missed the call. Such a thread would wait for itself.
     */
    public Backoff newBackoff(long threadId) {
        return new Backoff(waitStrategy, waits, () -> refuseInside(threadId));
    }

    // ---- the log ----

    /** Brings every replica up to the present tail of the log, and frees all entries of the log. */
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

    /** Waits until the replica has applied the present log. Returns a redirection if the replica is retired. */
    private Object tryCatchUp(Replica<R, W, A> replica, long threadId) {
        return replica.awaitApplied(log.tail(), threadId) && !replica.isRetired() ? replica : Replica.redirected();
    }

    /**
     * Repeats a call that a retired replica has redirected, at replicas that serve in its place.
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

    /** Answers a read without waiting, by {@code own} if possible. Returns null if all replicas have active writers. */
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
     * Returns the replica that serves in the place of one that may be retired. It prefers the same number, then the
     * same node, then the replica of the calling thread.
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
            lifecycle.checkIntact(); // the last replica may have broken while it applied the log
        } while (members != members());
    }

    /**
     * Throws if the calling thread is inside a replica, as a reader or as its combiner, with any log.
     *
     * @throws IllegalStateException if it is
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

    /** Returns whether the replicas serve, and what ends their service. */
    public Lifecycle<R, W, A> lifecycle() {
        return lifecycle;
    }

    /** Throws if the instance is closed or has stopped. */
    public void checkUsable() {
        lifecycle.checkUsable();
    }

    /** Whether the instance is closed or has stopped, so that no operation is possible. */
    public boolean isStopped() {
        return lifecycle.isStopped();
    }

    /** Whether close has begun. */
    public boolean isClosing() {
        return lifecycle.isClosing();
    }

    /**
     * Takes quarantined replicas out of service, with all logs: see {@link Lifecycle#settle}. Every thread that notices
     * a quarantine calls this.
     */
    public void settle() {
        for (ReplicaSet<R, W, A> log : logs) {
            log.lifecycle.settle();
        }
    }

    // ---- what the façade reports ----

    /** Returns how many writes there have been, which is the number of the next write. */
    public long index() {
        Replica<R, W, A> first = members().replicas.get(0);
        return first.isSole() ? first.writesApplied() : log.completeWrites();
    }

    /** Returns how many writes a replica has yet to apply. */
    public long lag(Replica<R, W, A> replica) {
        return replica.isSole() ? 0 : Math.max(0, log.writes() - replica.writesApplied());
    }

    /** Returns the waits by kind. */
    public NrStats.Waits waits() {
        List<WaitCounters> all = new ArrayList<>(waitsByNode.values());
        all.add(waits);
        return WaitCounters.sum(all);
    }
}
