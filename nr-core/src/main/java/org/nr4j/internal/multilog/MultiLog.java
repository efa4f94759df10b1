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
 * Several logs over the same structures. Each log has a {@link ReplicaSet} of its own, as in node replication with one
 * log. Each replica of that set uses a {@link LogBarrier} as its structure. The barrier leads to the structure that all
 * logs share. So an operation of one log takes the same paths as with a single log.
 *
 * <p>This class adds the multi-log operations. With one log it adds nothing: that is node replication.
 *
 * <p>Any thread may call the public methods.
 */
/*
 * Order. A multi-log operation has an entry in each of its logs. Its publisher holds `publishing` while it appends
 * these entries. That is the operation's turn. So any two multi-log operations have the same order in all logs that
 * they share: the order of their turns.
 *
 * On each replica, a thread that applies a log and comes to the entry arrives and waits there. The last of the
 * operation's logs to arrive applies the operation, while the locks of all of them are held. No log passes the entry
 * before that (mayPass has the exceptions).
 *
 * Effect. The operation takes effect when its last entry is published. What is behind it in one of its logs takes
 * effect after that, even if it was published earlier. Such an operation cannot return earlier, since its replica has
 * to pass the multi-log operation first. (docs/cnr.md has the whole argument.)
 *
 * No deadlock. Let E be the operation with the earliest turn among the multi-log operations at which a thread waits.
 * That thread waits until one of E's logs comes to E on its replica. There are three cases:
 *
 * (a) E is not in that log yet. E's publisher holds no lock of a replica, and waits at most for room in a log. A thread
 *   that makes room comes only to multi-log operations before E.
 * (b) The lock of that log is free. The waiting thread takes it and applies that log up to E and no further (help).
 * (c) A thread holds the lock and has not come to E. If it waits at a multi-log operation, then at one before E, which
 *   contradicts the choice of E:
 *     - It applies that log. The operation to which it has come is before E in this log, hence in turn.
 *     - It helps another log of the same replica. It helps only up to the operation at which it stands itself, and
 *       that one is before E.
 *     - It helps another replica, to make room. It helps only up to where its own replica has come (makeRoom), and
 *       that is before E.
 * So it does not wait at a multi-log operation. Whatever else it does comes to an end or is a wait for room. In that
 * wait it applies its own log again and again, and so comes to E.
 *
 * Readers that are inside wait for nothing. A reader that cannot enter all logs leaves those that it has entered.
 *
 * A single replica works without the logs. A multi-log write takes the locks of all its logs, in ascending order. No
 * other thread waits for a lock while it holds one.
 *
 * Changes. A thread that changes the replicas holds `publishing` too, and first lets all logs pass all multi-log
 * operations (pause). So no thread waits at such an operation while the changing thread takes the locks of a replica
 * one after the other. And a replica that joins never comes to a multi-log operation older than itself.
 */
public class MultiLog<R, W, A extends @Nullable Object> implements LogBarriers<R, Object, A> {
    /** Stands for the replica of the calling thread's node. */
    public static final int NEAREST = -1;

    private final LogGroups<R, W, A> groups;
    private final LogMeeting<R, W, A> meeting;
    private final MultiLogWrites<R, W, A> writes;
    private final CutReads<R, W, A> reads;
    private final Reconfiguration<R, Object, A> reconfiguration;
    private final NumaTopology topology;

    /**
     * The replica that works alone, by log, so that operations need not look it up. Null if there are several replicas.
     *
     * <p>This is only a hint, as in {@link org.nr4j.NodeReplicated}. A retired replica redirects the call, and the
     * caller looks it up again. Volatile, so that a thread that finds the array sees all of it.
     */
    private volatile SoleReplica<R, Object, A> @Nullable [] sole;

    /**
     * Creates logs over these structures, one structure for each replica.
     *
     * @param nodes the node of each structure
     * @param copier copies a structure; null if structures cannot be copied
     * @param discard receives the structures that are out of use
     */
    @SuppressWarnings({"unchecked", "rawtypes", "this-escape"
    }) // W is Object inside; no other thread has a reference yet
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

    /**
     * Repeats a call at a replica that serves, after a retired one has redirected it. Also looks up the replica that
     * works alone.
     */
    private <T extends @Nullable Object> T callElsewhere(
            int log, Replica<R, Object, A> retired, Function<Replica<R, Object, A>, T> call, long threadId) {
        sole = groups.alone(groups.allLogs);
        return groups.get(log).callElsewhere(retired, call, threadId);
    }

    private Replica<R, Object, A> laneFast(int log, int replica, long threadId) {
        SoleReplica<R, Object, A>[] sole = this.sole;
        return sole != null ? sole[log] : groups.lane(log, replica, threadId);
    }

    /** Applies a write of one log. Returns its answer, or throws what the operation threw. */
    public A executeMut(W op, int log, int replica, long threadId) {
        Replica<R, Object, A> lane = laneFast(log, replica, threadId);
        A answer = lane.executeMut(op, threadId);
        return Replica.isRedirected(answer)
                ? callElsewhere(log, lane, other -> other.executeMut(op, threadId), threadId)
                : answer;
    }

    /** Applies a run of writes of these logs (ascending) as one operation. */
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
     * Answers a read of these logs (ascending) from the present state of a replica. Returns null if a thread is
     * writing.
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

    /**
     * Whether the replica has applied all entries of these logs. The caller is inside as a reader, so the replica stays
     * where it is.
     */
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
     * Whether a log of that replica may pass its entry of a multi-log operation.
     *
     * <ul>
     *   <li>A cancelled operation may be passed.
     *   <li>A replica that applies the operation may pass the entry once it has applied it.
     *   <li>A replica that does not serve this read may pass its entry once the entry is in every log. Passing it
     *       earlier could reorder operations around the read.
     * </ul>
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

    /** Creates the source of cuts for a follower: see {@link CutReader}. */
    CutReader newCutReader(List<LogCursor<Object>> readers) {
        return new CutReader(this, readers);
    }

    /** Returns the logs with their replicas. */
    LogGroups<R, W, A> groups() {
        return groups;
    }

    /** Returns the meeting of each replica's logs. */
    LogMeeting<R, W, A> meeting() {
        return meeting;
    }

    /** Returns the part that runs multi-log operations. */
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

    /** Returns the part that reads several logs at one moment. */
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

    /**
     * Returns {@code replica} if the replica with that number serves. Otherwise returns the number of the calling
     * thread's replica.
     */
    public int serving(int replica, long threadId) {
        return groups.serving(replica, threadId);
    }

    /** Returns how many writes each log has had. */
    public long[] indexes() {
        return groups.indexes();
    }

    /** Throws if the thread runs the consumer of a follower that writers wait for. */
    public void refuseConsumer(long threadId) {
        groups.refuseConsumer(threadId);
    }

    /** Throws if the instance is closed or has stopped. */
    public void checkUsable() {
        groups.checkUsable();
    }

    /** Throws if the calling thread is inside an operation. */
    public void refuseInside(long threadId) {
        groups.refuseInside(threadId);
    }

    /** Creates a backoff for one wait of the calling thread. */
    public Backoff newBackoff() {
        return groups.newBackoff();
    }

    /** Returns the number of logs. */
    public int logs() {
        return groups.logs();
    }

    /** Returns the numbers of the replicas that serve. */
    public List<Integer> replicas() {
        return groups.replicas();
    }

    /** Brings every replica up to the present ends of the logs, and frees the entries of the logs. */
    public void sync(long threadId) {
        groups.checkUsable();
        groups.groups.forEach(group -> group.sync(threadId));
    }

    /** Ends all service and closes the structures. Closing twice does nothing. */
    public void close(long threadId) {
        reconfiguration.close(threadId);
    }

    /** Whether the instance is closed, being closed, or has failed. */
    public boolean isEnding() {
        return groups.groups.stream().anyMatch(group -> group.isClosing() || group.isStopped());
    }

    /** Returns the figures of each log. */
    public List<NrStats> stats() {
        List<NrStats> stats = new ArrayList<>();
        for (int log = 0; log < groups.logs(); log++) {
            stats.add(Statistics.of(groups.get(log), reconfiguration.gone(log), topology));
        }
        return List.copyOf(stats);
    }

    /** Returns how many multi-log operations became entries in their logs, or took the locks of all their logs. */
    public long crossings() {
        return writes.count();
    }

    /** Returns how many reads of several logs found the logs at rest. */
    public long readCuts() {
        return reads.count();
    }

    /** The replicas of one log, for tests. */
    ReplicaSet<R, Object, A> group(int log) {
        return groups.get(log);
    }
}
