package org.nr4j.internal.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.nr4j.NrStats;
import org.nr4j.StaleRead;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.admin.Reconfiguration;
import org.nr4j.internal.follow.Followers;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.ReentrancyGuard;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.log.LogEntry;
import org.nr4j.internal.log.OperationLog;
import org.nr4j.internal.multilog.LogBarrier;
import org.nr4j.internal.stats.WaitCounters;

/**
 * All replicas of one structure and the log between them: what concerns more than one replica. Which ones there are, reclaiming the log, helping a replica that lags, bringing all up
 * to date, stopping. Who adds and removes them is {@link Reconfiguration}.
 */
public final class ReplicaSet<R, W, A extends @Nullable Object> {
    private static final long SLEEP_NANOS = 50_000;

    /** Often enough that nobody is kept waiting by what has gathered. */
    private static final int RECLAIMS_A_LAP = 64;

    private final OperationLog log;
    private final Followers followers = new Followers();
    private final WaitStrategy waitStrategy;

    /** Of waits outside the replicas. */
    private final WaitCounters waits = new WaitCounters();

    /** Of waits for a replica, by its node, so that counting does not move a line from one to another. */
    private final Map<Integer, WaitCounters> waitsByNode = new ConcurrentHashMap<>();

    private final ReentrancyGuard entrants;
    private final LongAdder helps = new LongAdder();
    private final int reclaimShift;

    /** The replicas of the same structures by all logs, this one's among them: those of one log alone where there is but one. Set before any other thread knows of this. */
    private List<ReplicaSet<R, W, A>> logs = List.of(this);

    /** The first membership is set before any other thread knows of this. */
    private final AtomicReference<@Nullable Membership<R, W, A>> members = new AtomicReference<>();

    /** Sees to replicas that went out of order. */
    private volatile @Nullable Reconfiguration<R, W, A> reconfiguration;

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
    public ReplicaSet(int logCapacity, WaitStrategy waitStrategy, ReentrancyGuard entrants) {
        this.entrants = entrants;
        this.log = new OperationLog(logCapacity);
        this.waitStrategy = waitStrategy;
        this.reclaimShift = Integer.numberOfTrailingZeros(Math.max(1, logCapacity / RECLAIMS_A_LAP));
    }

    /** Tells which logs share their structures, at the beginning. */
    public void joinWith(List<ReplicaSet<R, W, A>> logs) {
        this.logs = logs;
    }

    /** Whether the structures have no other log. */
    boolean hasOneLog() {
        return logs.size() == 1;
    }

    /** For {@link Reconfiguration}, at the beginning. */
    public void begin(Membership<R, W, A> first, Reconfiguration<R, W, A> reconfiguration) {
        members.set(first);
        this.reconfiguration = reconfiguration;
    }

    /** The replicas that serve, by number. */
    public List<Replica<R, W, A>> all() {
        return members().replicas;
    }

    /** The replicas that went out of order and have not been replaced, by number. */
    public List<Replica<R, W, A>> outOfOrder() {
        return members().outOfOrder;
    }

    /** The replica that serves the calling thread. */
    public Replica<R, W, A> replicaOf(long threadId) {
        return members().replicaOf(threadId);
    }

    /** The replica of that number, whether it serves or is out of order; null if there is none. */
    public @Nullable Replica<R, W, A> find(int id) {
        return members().find(id);
    }

    /** The replica of that number, or if it does not serve, that of the calling thread. */
    public Replica<R, W, A> serving(int id, long threadId) {
        Membership<R, W, A> members = members();
        Replica<R, W, A> replica = members.find(id);
        return replica == null || members.outOfOrder.contains(replica) ? members.replicaOf(threadId) : replica;
    }

    /** The replica that works alone, or null. Should another join it, or take its place, it is retired. */
    public @Nullable Replica<R, W, A> single() {
        Replica<R, W, A> first = members().replicas.get(0);
        return first.isDirect() ? first : null;
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

    public ReentrancyGuard entrants() {
        return entrants;
    }

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

    /** The same of a thread that is inside nothing; looked at before it sleeps, since who calls back may not have been noticed by {@link ReentrancyGuard}, and waits for itself. */
    public Backoff newBackoff(long threadId) {
        return new Backoff(waitStrategy, waits, () -> refuseInside(threadId));
    }

    // ---- the log ----

    /**
     * The smallest place in the log of a replica or follower: below it, everybody has read it. Acquire: what they read, they read before.
     *
     * <p>Who joins takes the place of a replica whose lock it holds, so that this cannot get past it, and is announced before it leaves that lock. If that place was found to have moved on, the
     * announcement is seen when the announced are looked at once more.
     */
    private long minPosition() {
        for (; ; ) {
            Membership<R, W, A> members = members();
            Followers.Current current = followers.current();
            long min = log.tail();
            for (Replica<R, W, A> replica : members.replicas) {
                if (!replica.isDirect() && !replica.isOutOfOrder()) {
                    min = Math.min(min, replica.localTail());
                }
            }
            min = Followers.minPosition(current, min);
            if (members == members() && current == followers.current()) {
                return min;
            }
        }
    }

    /** Lets go of what everybody has read. */
    public void reclaim() {
        log.advanceHead(minPosition());
    }

    /** Reclaims some times a lap, by the place of one who has gone on, but for the last quarter of a lap: a follower that was away may come back for that. */
    void reclaimNowAndThen(long before, long after) {
        if (before >>> reclaimShift != after >>> reclaimShift) {
            log.advanceHead(minPosition() - log.capacity() / 4);
        }
    }

    /** Publishes an entry, for a thread that is inside no replica; waits for room. */
    public void append(LogEntry entry, long threadId) {
        if (log.tryAppend(entry)) {
            return;
        }
        countStall();
        try (Backoff backoff = newBackoff()) {
            do {
                makeRoom(/* own= */ null, threadId, backoff);
            } while (!log.tryAppend(entry));
        }
    }

    /** For a thread that is inside no replica and is about to append: waits until the followers allow another write. */
    public void awaitFollowers(long threadId) {
        if (followers.room(log) > 0) {
            return;
        }
        countStall();
        try (Backoff backoff = newBackoff()) {
            do {
                makeRoom(/* own= */ null, threadId, backoff);
                checkUsable();
            } while (followers.room(log) <= 0);
        }
    }

    /**
     * For a combiner that holds its own lock, is up to date, and finds the log full or a follower too far behind: reclaims, helps the replicas that lag, makes the followers take what there is, or waits a
     * step for those at work.
     *
     * <p>It helps others as far as it has come itself, which is as far as it needs. Were it to help further, it might meet there what its own replica has yet to do, and wait for itself where
     * operations meet over several logs ({@link LogBarrier}).
     *
     * @param own null for a thread that holds no lock
     */
    void makeRoom(@Nullable Replica<R, W, A> own, long threadId, Backoff backoff) {
        long bound = own == null ? log.tail() : own.localTail();
        for (Replica<R, W, A> replica : members().replicas) {
            if (replica == own || replica.isRetired()) {
                continue;
            }
            if (replica.isInside(threadId)) {
                if (!closing.get()) {
                    throw ReplicaLock.reentrant();
                }
                replica.tryReplay(bound, threadId);
            } else if (replica.tryHelp(bound, threadId)) {
                helps.increment();
            }
        }
        followers.makeRoom();
        reclaim();
        if (!log.hasRoom() || followers.room(log) <= 0) {
            backoff.pauseOrSleep(this, SLEEP_NANOS);
        }
    }

    /** Counts a combiner that has to wait for room, by what it waits for. */
    void countStall() {
        if (log.hasRoom()) {
            waits.followerWasBehind();
        } else {
            waits.logWasFull();
        }
    }

    /** Brings every replica up to the log's tail as it is now, and lets go of all the log holds. */
    public void sync(long threadId) {
        checkUsable();
        refuseInside(threadId);
        entrants.enter(threadId);
        try {
            awaitApplied(log.tail(), threadId);
            reclaim();
        } finally {
            entrants.leave(threadId);
        }
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
                if (!Replica.isMoved(answer)) {
                    return answer;
                }
                backoff.pauseOrSleep(this, SLEEP_NANOS);
            }
        }
    }

    /** Answers a read without waiting, by the thread's own replica if possible; null if all are writing at this moment. */
    public @Nullable StaleRead<A> tryReadStale(Replica<R, W, A> own, R op, long threadId) {
        refuseInside(threadId);
        entrants.enter(threadId);
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
            entrants.leave(threadId);
        }
    }

    /** The replica that serves in the place of one that may be retired: of the same number, or on the same node, or as if there had been none. */
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

    /** Works as the holder of the lock of the calling thread's replica, and returns what came of it: see {@link Replica#workAsHolder}. */
    @SuppressWarnings("NullAway") // the result is set once the work was done
    public <T> T workAsHolder(Function<Replica<R, W, A>, T> work, long threadId) {
        checkUsable();
        refuseInside(threadId);
        followers.refuseConsumer(threadId);
        entrants.enter(threadId);
        try (Backoff backoff = newBackoff()) {
            AtomicReference<T> result = new AtomicReference<>();
            for (; ; ) {
                Replica<R, W, A> replica = replicaOf(threadId);
                if (replica.workAsHolder(() -> result.set(work.apply(replica)), threadId)) {
                    return result.get();
                }
                backoff.pauseOrSleep(this, SLEEP_NANOS);
                settle();
                checkUsable();
            }
        } finally {
            entrants.leave(threadId);
        }
    }

    /** Waits until every replica that serves has applied the log up to {@code bound}. */
    public void awaitApplied(long bound, long threadId) {
        Membership<R, W, A> members;
        do {
            checkUsable();
            members = members();
            for (Replica<R, W, A> replica : members.replicas) {
                if (!replica.isDirect()) {
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
                    throw ReplicaLock.reentrant();
                }
            }
        }
    }

    /**
     * Takes the locks of all replicas that serve, one after the other, and brings them to the same place, the end of the log: with all locks taken nobody can append. The holder of one that is still to be taken may be
     * waiting for room in the log, so those taken are kept up to date meanwhile.
     *
     * @return those held, by number; one that goes out of order on the way is not among them
     */
    public List<Replica<R, W, A>> holdAll(long threadId) {
        List<Replica<R, W, A>> held = new ArrayList<>(all().size());
        boolean complete = false;
        try (Backoff backoff = newBackoff()) {
            for (Replica<R, W, A> replica : all()) {
                hold(replica, held, threadId, backoff);
            }
            bringUpToDate(held, threadId);
            complete = true;
        } finally {
            if (!complete) {
                release(held, threadId);
            }
        }
        return held;
    }

    private void hold(Replica<R, W, A> replica, List<Replica<R, W, A>> held, long threadId, Backoff backoff) {
        while (!replica.isRetired()) {
            if (replica.tryHold(threadId)) {
                held.add(replica);
                return;
            }
            bringUpToDate(held, threadId);
            backoff.pauseOrSleep(this, SLEEP_NANOS);
        }
    }

    /** Leaves all these locks, and only then serves those who waited, which may need room in the log and so another replica. */
    public void release(List<Replica<R, W, A>> held, long threadId) {
        held.forEach(Replica::release);
        held.forEach(replica -> replica.serve(threadId));
    }

    private void bringUpToDate(List<Replica<R, W, A>> held, long threadId) {
        long bound = log.tail();
        held.removeIf(replica -> !replica.isDirect() && !replica.tryReplay(bound, threadId));
        reclaim();
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
     * Takes replicas that went out of order out of service and sees to it that somebody looks after what they left; stops the instance if none is left. Called by the thread that hit the error and, in
     * case that was too short of memory to get through, by all that notice.
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
        Reconfiguration<R, W, A> reconfiguration = this.reconfiguration;
        if (reconfiguration != null) {
            before.outOfOrder.forEach(replica -> reconfiguration.rescue(this, replica));
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

    /** Ends all service. What was published before is applied and answered; later operations are refused. Followers get what they have not seen, then end. */
    public void close(long threadId) {
        List<Replica<R, W, A>> held = List.of();
        try {
            held = holdAll(threadId);
            held.removeIf(replica -> !replica.tryDrain(threadId));
            bringUpToDate(held, threadId);
            settle();
            outOfOrder().forEach(Rescue::answerInVain);
        } finally {
            long end = index();
            closed = true;
            held.forEach(replica -> replica.retire(threadId));
            followers.finish(end, failure);
        }
    }

    // ---- what the façade reports ----

    /** How many writes there have been: the number of the next one. */
    public long index() {
        Replica<R, W, A> first = members().replicas.get(0);
        return first.isDirect() ? first.writesApplied() : log.completeWrites();
    }

    /** Entries between the log's head and its tail. */
    public long logOccupancy() {
        return Math.max(0, log.tail() - log.head());
    }

    /** How many writes a replica has yet to apply. */
    public long lag(Replica<R, W, A> replica) {
        return replica.isDirect() ? 0 : Math.max(0, log.writes() - replica.writesApplied());
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
    public NrStats.Waits waits() {
        List<WaitCounters> all = new ArrayList<>(waitsByNode.values());
        all.add(waits);
        return WaitCounters.sum(all);
    }
}
