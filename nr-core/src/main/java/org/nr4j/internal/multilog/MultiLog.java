package org.nr4j.internal.multilog;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.NrStats;
import org.nr4j.StaleRead;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.admin.LogBarriers;
import org.nr4j.internal.admin.Reconfiguration;
import org.nr4j.internal.admin.Statistics;
import org.nr4j.internal.combine.Responses;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.ReentrancyGuard;
import org.nr4j.internal.log.LogCursor;
import org.nr4j.internal.log.LogEntry;
import org.nr4j.internal.replica.Replica;
import org.nr4j.internal.replica.ReplicaSet;
import org.nr4j.internal.replica.SharedStructure;
import org.nr4j.internal.replica.SoleReplica;
import org.nr4j.topology.NumaTopology;

/**
 * Several logs over the same structures. Each log has {@link ReplicaSet} of its own, just as in node replication with
 * one log; what these take for the structure of a replica is a {@link LogBarrier} to the structure that all logs share.
 * So an operation of one log takes the same ways as there. This class adds the operations of several logs. With one log
 * it adds nothing: that is node replication.
 *
 * <p>Any thread may call the public methods.
 */
/*
 * A write of several logs (crossing) has an entry in each. `publishing` is held over these appends, so any two
 * crossings are in the same order in all logs that they share: the order of their turns. On each replica, who applies a
 * log and comes to the entry arrives and waits; the last of its logs to arrive applies the operation, while the locks
 * of all of them are held. Nobody goes past the entry before.
 *
 * It takes effect when its last entry is published. What is behind it in one of its logs takes effect after that, even
 * if it was published before: it cannot return before, since its replica has to get past the crossing. (docs/cnr.md has
 * the whole argument.)
 *
 * No deadlock. Take the crossing E with the earliest turn at which somebody waits. It is waited for one of its logs on
 * that replica. (a) E is not in that log yet: the publisher holds no lock of a replica, and waits for room at most; who
 * makes room meets only crossings before E. (b) The lock is free: who waits takes it, and applies that log up to E and
 * no further (help). (c) A thread holds it and has not come to E. If it waits at a crossing, then at one before E,
 * against the choice of E:
 *   - as the one who applies that log: what it has come to is before E in this log, hence in turn;
 *   - while it helps another log of the same replica: up to the crossing at which it stands itself, which is before E;
 *   - while it helps another replica to make room: that, up to where it has come itself (makeRoom), which is before E.
 * So it does not wait at a crossing. Whatever else it does comes to an end, or is waiting for room, in which it applies
 * its own log again and again, and so comes to E. Readers that are inside wait for nothing: who cannot enter all logs
 * leaves those entered.
 *
 * With a single replica there are no logs. A write of several takes the locks of all, in ascending order; no other
 * thread waits for a lock while it holds one.
 *
 * Who changes the replicas holds `publishing` too, and first lets all logs get past all crossings (pause). So nobody
 * waits at a crossing while it takes the locks of a replica one after the other, and a replica that joins never meets a
 * crossing older than itself.
 */
public class MultiLog<R, W, A extends @Nullable Object> implements LogBarriers<R, Object, A> {
    /** Instead of the number of a replica: that of the calling thread's node. */
    public static final int NEAREST = -1;

    private final LogGroups<R, W, A> groups;
    private final LogMeeting<R, W, A> meeting;
    private final MultiLogWrites<R, W, A> writes;
    private final CutReads<R, W, A> reads;
    private final Reconfiguration<R, Object, A> reconfiguration;
    private final NumaTopology topology;

    /**
     * Where a single replica works alone: that one, by log, so that operations need not look it up on their way. Null
     * where there are several, and a hint only, as in {@link org.nr4j.NodeReplicated}: one that was retired says so,
     * and is looked up anew; volatile, so that who finds it sees it whole.
     */
    private volatile SoleReplica<R, Object, A> @Nullable [] sole;

    /**
     * Logs over these structures, one a replica.
     *
     * @param nodes for each structure the node it is on
     * @param copier makes a copy of a structure; null if there is no way
     * @param discard is given structures that are used no more
     */
    @SuppressWarnings({"unchecked", "rawtypes", "this-escape"
    }) // W is Object inside; nobody else knows of this before the end
    public MultiLog(
            int logs,
            List<? extends Dispatch<R, W, A>> structures,
            List<Integer> nodes,
            NumaTopology topology,
            int logCapacity,
            WaitStrategy waitStrategy,
            @Nullable Function<Dispatch<R, W, A>, ? extends @Nullable Dispatch<R, W, A>> copier,
            Consumer<Object> discard) {
        this.topology = topology;
        ReentrancyGuard guard = new ReentrancyGuard();
        List<ReplicaSet<R, Object, A>> all = new ArrayList<>();
        for (int log = 0; log < logs; log++) {
            all.add(new ReplicaSet<>(logCapacity, waitStrategy, guard));
        }
        all.forEach(group -> group.joinWith(all));
        this.groups = new LogGroups<>(all, guard);
        this.meeting = new LogMeeting<>(this);
        this.writes = new MultiLogWrites<>(this, meeting);
        this.reads = new CutReads<>(this, writes);
        this.reconfiguration =
                new Reconfiguration<>(all, this, topology, (List) structures, nodes, (Function) copier, discard);
        this.sole = groups.alone(groups.allLogs);
    }

    // ---- operations of one log ----

    /** Answers a read of one log. */
    public A execute(R op, int log, int replica, long threadId) {
        Replica<R, Object, A> lane = laneFast(log, replica, threadId);
        A answer = lane.execute(op, threadId);
        return Replica.isRedirected(answer)
                ? callElsewhere(log, lane, other -> other.execute(op, threadId), threadId)
                : answer;
    }

    /** A replica was retired: looks up the one that works alone, and repeats the call where it is served. */
    private <T extends @Nullable Object> T callElsewhere(
            int log, Replica<R, Object, A> retired, Function<Replica<R, Object, A>, T> call, long threadId) {
        sole = groups.alone(groups.allLogs);
        return groups.get(log).callElsewhere(retired, call, threadId);
    }

    private Replica<R, Object, A> laneFast(int log, int replica, long threadId) {
        SoleReplica<R, Object, A>[] sole = this.sole;
        return sole != null ? sole[log] : groups.lane(log, replica, threadId);
    }

    /** Applies a write of one log and answers it; throws what it threw. */
    public A executeMut(W op, int log, int replica, long threadId) {
        Replica<R, Object, A> lane = laneFast(log, replica, threadId);
        A answer = lane.executeMut(op, threadId);
        return Replica.isRedirected(answer)
                ? callElsewhere(log, lane, other -> other.executeMut(op, threadId), threadId)
                : answer;
    }

    /** Applies a run of writes of these logs (ascending) as one. */
    public Responses executeMutAll(Object[] ops, int[] logs, int replica, long threadId) {
        if (logs.length > 1) {
            return writes.executeMutAcross(ops, logs, replica, threadId);
        }
        Replica<R, Object, A> lane = laneFast(logs[0], replica, threadId);
        Responses answers = lane.executeMutAll(ops, threadId);
        return Replica.isRedirected(answers)
                ? callElsewhere(logs[0], lane, other -> other.executeMutAll(ops, threadId), threadId)
                : answers;
    }

    /**
     * Answers a read of these logs (ascending) from the state that a replica has just now; null if somebody is writing.
     */
    public @Nullable StaleRead<A> tryReadStale(R op, int[] logs, int replica, long threadId) {
        if (logs.length == 1) {
            return groups.get(logs[0]).tryReadStale(groups.lane(logs[0], replica, threadId), op, threadId);
        }
        groups.checkUsable();
        groups.refuseInside(threadId);
        ReentrancyGuard.Mark inside = groups.guard.enter(threadId);
        try {
            Replica<R, Object, A>[] lanes = groups.lanes(logs, groups.serving(replica, threadId));
            return lanes == null ? null : reads.tryReadStale(op, logs, lanes, threadId);
        } finally {
            inside.threadId = ReentrancyGuard.Mark.NOBODY;
        }
    }

    /** Applies writes one after the other: see {@link RoutedWrites}. */
    public Responses executeInOrder(Object[] routed, int replica, long threadId) {
        return RoutedWrites.execute(this, routed, replica, threadId);
    }

    // ---- reads of several logs ----

    /** Answers a read of several logs (ascending). */
    public A executeAcross(R op, int[] logs, int replica, long threadId) {
        return logs.length == 1
                ? execute(op, logs[0], replica, threadId)
                : reads.atOneMoment(
                        lanes -> lanes[0].dispatch().dispatch(op), /* withLogs= */ false, logs, replica, threadId);
    }

    /** Whether the replica, which readers keep where it is, has applied all there is in these logs. */
    boolean isOneCut(Replica<R, Object, A>[] lanes) {
        for (Replica<R, Object, A> lane : lanes) {
            if (!lane.isUpToDate()) {
                return false;
            }
        }
        return true;
    }

    // ---- writes of several logs ----

    /**
     * A read that is answered elsewhere holds up only what would overtake it: what comes behind it in one log, and is
     * seen by something that comes before it in another.
     */
    boolean mayPass(MultiLogOperation crossing, int replica) {
        return crossing.isCancelled()
                || (crossing.concerns(replica) ? crossing.isDone(replica) : crossing.isPublished());
    }

    /** Publishes an entry in a log. */
    void append(LogEntry entry, int log, long threadId) {
        groups.get(log).reclaimer().append(entry, threadId);
    }

    // ---- for followers ----

    /** What a follower takes from all logs: see {@link CutReader}. */
    CutReader newCutReader(List<LogCursor<Object>> readers) {
        return new CutReader(this, readers);
    }

    /** The logs and their replicas. */
    LogGroups<R, W, A> groups() {
        return groups;
    }

    /** Where the logs of a replica meet. */
    LogMeeting<R, W, A> meeting() {
        return meeting;
    }

    /** Operations that have an entry in several logs. */
    MultiLogWrites<R, W, A> writes() {
        return writes;
    }

    /**
     * Waits until a replica has applied a number of writes of each log; see {@link ReplicaSet#awaitWrites}.
     *
     * @param indexes the number of writes, by log
     */
    public void awaitWrites(IntToLongFunction indexes, int replica, long threadId) {
        int id;
        do {
            id = serving(replica, threadId);
            for (int log : groups.allLogs) {
                groups.get(log).awaitWrites(groups.lane(log, id, threadId), indexes.applyAsLong(log), threadId);
            }
        } while (groups.lanes(groups.allLogs, id) == null); // the replica was removed meanwhile
    }

    /** Reads at one moment of several logs. */
    CutReads<R, W, A> reads() {
        return reads;
    }

    // ---- the replicas ----

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"})
    public List<Dispatch<R, Object, A>> lanes(int id, Dispatch<R, Object, A> structure) {
        if (groups.logs() == 1) {
            return List.of(structure);
        }
        SharedStructure<R, W, A> shared = new SharedStructure<>((Dispatch) structure);
        return groups.groups.stream()
                .<Dispatch<R, Object, A>>map(log -> new LogBarrier<>(this, shared, id))
                .toList();
    }

    @Override
    public void pause(long threadId) {
        writes.pause(threadId);
    }

    @Override
    public void resume() {
        writes.resume();
    }

    /** Adds, removes, compares and closes the replicas. */
    public Reconfiguration<R, Object, A> reconfiguration() {
        return reconfiguration;
    }

    // ---- all logs ----

    /** The number of the replica that serves, that one if it does. */
    public int serving(int replica, long threadId) {
        return groups.serving(replica, threadId);
    }

    /** How many writes there have been in each log. */
    public long[] indexes() {
        return groups.indexes();
    }

    /** Throws if that thread runs the consumer of a follower that writers wait for. */
    public void refuseConsumer(long threadId) {
        groups.refuseConsumer(threadId);
    }

    /** Throws if no operation is possible any more. */
    public void checkUsable() {
        groups.checkUsable();
    }

    /** Throws if the calling thread is inside an operation. */
    public void refuseInside(long threadId) {
        groups.refuseInside(threadId);
    }

    /** A wait of the calling thread. */
    public Backoff newBackoff() {
        return groups.newBackoff();
    }

    /** How many logs there are. */
    public int logs() {
        return groups.logs();
    }

    /** The numbers of the replicas that serve. */
    public List<Integer> replicas() {
        return groups.replicas();
    }

    /** Brings every replica up to the ends of the logs as they are now, and lets go of what the logs hold. */
    public void sync(long threadId) {
        groups.checkUsable();
        groups.groups.forEach(group -> group.sync(threadId));
    }

    /** Ends all service, and closes the structures; closing twice does nothing. */
    public void close(long threadId) {
        reconfiguration.close(threadId);
    }

    /** Whether the instance is closed, being closed, or has failed. */
    public boolean isEnding() {
        return groups.groups.stream().anyMatch(group -> group.isClosing() || group.isStopped());
    }

    /** What each log did. */
    public List<NrStats> stats() {
        List<NrStats> stats = new ArrayList<>();
        for (int log = 0; log < groups.logs(); log++) {
            stats.add(Statistics.of(groups.get(log), reconfiguration.gone(log), topology));
        }
        return List.copyOf(stats);
    }

    /** Operations of several logs that became entries in them, or took all their locks. */
    public long crossings() {
        return writes.count();
    }

    /** Reads of several logs that found them at rest. */
    public long readCuts() {
        return reads.count();
    }

    /** The replicas of one log, for tests. */
    ReplicaSet<R, Object, A> group(int log) {
        return groups.get(log);
    }
}
