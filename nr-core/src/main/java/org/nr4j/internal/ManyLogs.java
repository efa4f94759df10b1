package org.nr4j.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.NrStats;
import org.nr4j.WaitStrategy;
import org.nr4j.topology.NumaTopology;

/**
 * Several logs over the same structures. Each log has {@link Replicas} of its own, just as in node replication with one log; what these take for the structure of a replica is a {@link Lane} to the structure that all logs
 * share. So an operation of one log takes the same ways as there. This class adds the operations of several logs. With one log it adds nothing: that is node replication.
 *
 * <p>Any thread may call the public methods.
 */
/*
 * A write of several logs (crossing) has an entry in each. `publishing` is held over these appends, so any two crossings are in the same order in all logs that they share: the order of their turns. On each replica, who applies a log and comes to the entry arrives and
 * waits; the last of its logs to arrive applies the operation, while the locks of all of them are held. Nobody goes past the entry before.
 *
 * It takes effect when its last entry is published. What is behind it in one of its logs takes effect after that, even if it was published before: it cannot return before, since its replica has to get past the crossing. (docs/cnr.md has the
 * whole argument.)
 *
 * No deadlock. Take the crossing E with the earliest turn at which somebody waits. It is waited for one of its logs on that replica. (a) E is not in that log yet: the publisher holds no lock of a replica, and waits for room at most; who makes room meets only
 * crossings before E. (b) The lock is free: who waits takes it, and applies that log up to E and no further (help). (c) A thread holds it and has not come to E. If it waits at a crossing, then at one before E, against the choice of E:
 *   - as the one who applies that log: what it has come to is before E in this log, hence in turn;
 *   - while it helps another log of the same replica: up to the crossing at which it stands itself, which is before E;
 *   - while it helps another replica to make room: that, up to where it has come itself (Replicas.makeRoom), which is before E.
 * So it does not wait at a crossing. Whatever else it does comes to an end, or is waiting for room, in which it applies its own log again and again, and so comes to E.
 * Readers that are inside wait for nothing: who cannot enter all logs leaves those entered.
 *
 * With a single replica there are no logs. A write of several takes the locks of all, in ascending order; no other thread waits for a lock while it holds one.
 */
public class ManyLogs<R, W, A extends @Nullable Object> {
    /** How often a read of several logs tries to find them at rest before it becomes an entry in them. */
    private static final int READ_ATTEMPTS = 8;

    private static final long SLEEP_NANOS = 50_000;

    private final List<Replicas<R, Object, A>> groups = new ArrayList<>();
    private final List<Reconfiguration<R, Object, A>> reconfigurations = new ArrayList<>();

    /** By log, then by number of the replica; they do not change. */
    private final Replica<R, Object, A>[][] lanes;

    private final NumaTopology topology;
    private final Router router;
    private final Breakdown breakdown = new Breakdown();
    private final Entrants entrants = new Entrants();
    private final List<? extends Dispatch<R, W, A>> structures;

    /** Held while a crossing is put into its logs, and by close. Its holder is inside no replica. */
    private final ReentrantLock publishing = new ReentrantLock();

    private final LongAdder crossings = new LongAdder();
    private final LongAdder readCuts = new LongAdder();

    private boolean closed;

    /**
     * Logs over these structures, one a replica.
     *
     * @param nodes for each structure the node it is on
     */
    @SuppressWarnings({"unchecked", "rawtypes", "this-escape"})
    public ManyLogs(
            int logs,
            List<? extends Dispatch<R, W, A>> structures,
            List<Integer> nodes,
            NumaTopology topology,
            int logCapacity,
            WaitStrategy waitStrategy) {
        this.structures = structures;
        this.topology = topology;
        this.router = new Router(topology, nodes);
        this.lanes = new Replica[logs][];
        for (int log = 0; log < logs; log++) {
            Replicas<R, Object, A> group = new Replicas<>(logCapacity, waitStrategy, logs == 1 ? null : breakdown);
            List<Dispatch<R, Object, A>> toStructures = new ArrayList<>();
            for (int replica = 0; replica < structures.size(); replica++) {
                Dispatch<R, W, A> structure = structures.get(replica);
                toStructures.add(logs == 1 ? (Dispatch) structure : new Lane<>(this, breakdown, structure, replica));
            }
            groups.add(group);
            reconfigurations.add(
                    new Reconfiguration<>(group, topology, toStructures, nodes, /* copier= */ null, lane -> {}));
            lanes[log] = group.all().toArray(new Replica[0]);
        }
    }

    // ---- operations of one log ----

    /** The number of the replica that serves the calling thread. */
    public int replicaOf(long threadId) {
        return structures.size() == 1 ? 0 : router.replicaOf(threadId);
    }

    /** Answers a read of one log. */
    public A execute(R op, int log, int replica, long threadId) {
        if (lanes.length == 1) {
            return executeInLog(op, log, replica, threadId);
        }
        entrants.enter(threadId);
        try {
            return executeInLog(op, log, replica, threadId);
        } finally {
            entrants.leave(threadId);
        }
    }

    private A executeInLog(R op, int log, int replica, long threadId) {
        Replica<R, Object, A> lane = lanes[log][replica];
        A answer = lane.execute(op, threadId);
        return Replica.isMoved(answer)
                ? groups.get(log).callElsewhere(lane, other -> other.execute(op, threadId), threadId)
                : answer;
    }

    /** Applies a write of one log and answers it; throws what it threw. */
    public A executeMut(W op, int log, int replica, long threadId) {
        if (lanes.length == 1) {
            return executeMutInLog(op, log, replica, threadId);
        }
        entrants.enter(threadId);
        try {
            return executeMutInLog(op, log, replica, threadId);
        } finally {
            entrants.leave(threadId);
        }
    }

    private A executeMutInLog(W op, int log, int replica, long threadId) {
        Replica<R, Object, A> lane = lanes[log][replica];
        A answer = lane.executeMut(op, threadId);
        return Replica.isMoved(answer)
                ? groups.get(log).callElsewhere(lane, other -> other.executeMut(op, threadId), threadId)
                : answer;
    }

    /** Applies a run of writes of these logs (ascending) as one. */
    public Answers executeMutAll(Object[] ops, int[] logs, int replica, long threadId) {
        entrants.enter(threadId);
        try {
            if (logs.length > 1) {
                return cross(new Crossing(ops, /* readOnly= */ false, logs, replica, structures.size()), threadId);
            }
            Replica<R, Object, A> lane = lanes[logs[0]][replica];
            Answers answers = lane.executeMutAll(ops, threadId);
            return Replica.isMoved(answers)
                    ? groups.get(logs[0]).callElsewhere(lane, other -> other.executeMutAll(ops, threadId), threadId)
                    : answers;
        } finally {
            entrants.leave(threadId);
        }
    }

    /** A write and its logs, ascending. */
    public static final class Routed {
        private final Object op;
        private final int[] logs;

        /** That write, of these logs. */
        public Routed(Object op, int[] logs) {
            this.op = op;
            this.logs = logs;
        }
    }

    /** Applies writes ({@link Routed}) one after the other. Those of one log that follow each other are appended together. */
    public Answers executeInOrder(Object[] routed, int replica, long threadId) {
        Answers answers = new Answers(routed.length);
        int to;
        for (int from = 0; from < routed.length; from = to) {
            to = endOfRun(routed, from);
            Object[] ops = new Object[to - from];
            for (int i = from; i < to; i++) {
                ops[i - from] = ((Routed) routed[i]).op;
            }
            executeRun(ops, ((Routed) routed[from]).logs, answers, replica, threadId);
        }
        return answers;
    }

    private static int endOfRun(Object[] routed, int from) {
        int[] logs = ((Routed) routed[from]).logs;
        int to = from + 1;
        while (logs.length == 1
                && to < routed.length
                && ((Routed) routed[to]).logs.length == 1
                && ((Routed) routed[to]).logs[0] == logs[0]) {
            to++;
        }
        return to;
    }

    private void executeRun(Object[] ops, int[] logs, Answers answers, int replica, long threadId) {
        Answers ofRun = null;
        Throwable refused = null;
        try {
            ofRun = executeMutAll(ops, logs, replica, threadId);
        } catch (Throwable e) { // the runs before it have their answers
            refused = e;
        }
        for (int i = 0; i < ops.length; i++) {
            answers.add(ofRun == null ? null : ofRun.value(i), ofRun == null ? refused : ofRun.failure(i));
        }
    }

    // ---- reads of several logs ----

    /** Answers a read of several logs (ascending). */
    public A executeAcross(R op, int[] logs, int replica, long threadId) {
        if (logs.length == 1) {
            return execute(op, logs[0], replica, threadId);
        }
        entrants.enter(threadId);
        try (Backoff backoff = newBackoff()) {
            refuseInside(threadId);
            int[] entries = new int[logs.length];
            for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
                catchUp(logs, replica, threadId);
                if (tryEnter(logs, replica, entries, threadId, backoff)) {
                    readCuts.increment();
                    return dispatchInside(op, logs, replica, entries, threadId);
                }
            }
            Crossing crossing = new Crossing(new Object[] {op}, /* readOnly= */ true, logs, replica, structures.size());
            return Operations.answerOf(cross(crossing, threadId));
        } finally {
            entrants.leave(threadId);
        }
    }

    private void catchUp(int[] logs, int replica, long threadId) {
        for (int log : logs) {
            lanes[log][replica].catchUp(threadId);
        }
    }

    /**
     * Enters all of these logs as a reader, if no writer is at work, and if at one moment after that everything in them has been applied here: then the structure is as at that moment. While inside, the replica stays where it is, so one look at each tail
     * is enough: tails only grow, so one that is here now was here when the first was looked at. Never waits while inside.
     */
    private boolean tryEnter(int[] logs, int replica, int[] entries, long threadId, Backoff backoff) {
        int entered = 0;
        boolean complete = false;
        try {
            while (entered < logs.length
                    && (entries[entered] = lanes[logs[entered]][replica].tryEnter(threadId))
                            != ReplicaLock.NOT_ENTERED) {
                entered++;
            }
            complete = entered == logs.length && isOneCut(logs, replica);
        } finally {
            if (!complete) {
                leave(logs, replica, entries, entered, threadId);
            }
        }
        if (entered < logs.length) {
            lanes[logs[entered]][replica].awaitReadable(backoff);
        }
        return complete;
    }

    /** Whether the replica, which readers keep where it is, has applied all there is in these logs. */
    boolean isOneCut(int[] logs, int replica) {
        for (int log : logs) {
            if (!lanes[log][replica].isUpToDate()) {
                return false;
            }
        }
        return true;
    }

    private A dispatchInside(R op, int[] logs, int replica, int[] entries, long threadId) {
        try {
            breakdown.check();
            return structures.get(replica).dispatch(op);
        } finally {
            leave(logs, replica, entries, logs.length, threadId);
        }
    }

    private void leave(int[] logs, int replica, int[] entries, int entered, long threadId) {
        for (int i = entered - 1; i >= 0; i--) {
            lanes[logs[i]][replica].leave(entries[i], threadId);
        }
    }

    // ---- crossings ----

    private Answers cross(Crossing crossing, long threadId) {
        checkUsable();
        refuseInside(threadId);
        crossings.increment();
        if (structures.size() == 1) {
            applyAlone(crossing, threadId);
        } else {
            publish(crossing, threadId);
            lanes[crossing.logs[0]][crossing.origin].awaitApplied(crossing.position(0) + 1, threadId);
        }
        if (!crossing.isDone(crossing.origin)) {
            groups.get(crossing.logs[0]).settle();
            breakdown.check();
            throw new IllegalStateException(
                    "an operation of several logs must be applied once its replica is past it: log="
                            + crossing.logs[0] + " index=" + crossing.position(0)
                            + "; this is a defect of nr4j, please report it");
        }
        return crossing.answers();
    }

    private void publish(Crossing crossing, long threadId) {
        int[] logs = crossing.logs;
        LogEntry[] entries = new LogEntry[logs.length];
        for (int i = 0; i < logs.length; i++) {
            entries[i] = new LogEntry(lanes[logs[i]][crossing.origin], new Object[] {crossing}, LogEntry.NOBODY);
        }
        publishing.lock();
        try {
            checkUsable(); // once more: close holds the lock until all is closed
            publish(crossing, entries, threadId);
        } finally {
            publishing.unlock();
        }
    }

    private void publish(Crossing crossing, LogEntry[] entries, long threadId) {
        try {
            for (int i = 0; i < entries.length; i++) {
                append(entries[i], crossing.logs[i], threadId);
                crossing.setPosition(i, entries[i].index);
            }
            crossing.setPublished();
        } catch (Throwable e) { // out of memory, most likely; those who came to its entries would wait for ever
            breakdown.report(e);
            throw e;
        }
    }

    void append(LogEntry entry, int log, long threadId) {
        groups.get(log).append(entry, threadId);
    }

    /**
     * For the holder of a log's lock on a replica, in writing mode, who applies that log and has come to a crossing: waits until all its logs have, and it was applied.
     */
    void meet(Crossing crossing, int replica, Dispatch<R, W, A> structure) {
        if (crossing.concerns(replica) && crossing.arrive(replica)) {
            crossing.applyTo(structure, replica);
        } else {
            awaitMet(crossing, replica);
        }
    }

    private void awaitMet(Crossing crossing, int replica) {
        long threadId = Operations.currentThreadId();
        try (Backoff backoff = newBackoff()) {
            while (!mayPass(crossing, replica)) {
                breakdown.check();
                if (!crossing.isPublished() || !help(crossing, replica, threadId)) {
                    backoff.pauseOrSleep(this, SLEEP_NANOS);
                }
            }
        }
    }

    /** A read that is answered elsewhere holds up only what would overtake it: what comes behind it in one log, and is seen by something that comes before it in another. */
    boolean mayPass(Crossing crossing, int replica) {
        return crossing.concerns(replica) ? crossing.isDone(replica) : crossing.isPublished();
    }

    /** Brings the other logs of a crossing up to it, where nobody else is at it; true if there was something to do. */
    private boolean help(Crossing crossing, int replica, long threadId) {
        boolean helped = false;
        for (int i = 0; i < crossing.logs.length && !crossing.isDone(replica); i++) {
            Replica<R, Object, A> lane = lanes[crossing.logs[i]][replica];
            if (lane.isOutOfOrder()) {
                groups.get(crossing.logs[i]).settle(); // which stops the instance
            }
            helped |= crossing.concerns(replica) && lane.tryHelp(crossing.position(i) + 1, threadId);
        }
        return helped;
    }

    /** With a single replica: applies it, holding the locks of all its logs. */
    private void applyAlone(Crossing crossing, long threadId) {
        List<Replica<R, Object, A>> held = new ArrayList<>(crossing.logs.length);
        try {
            for (int log : crossing.logs) {
                while (!lanes[log][0].hold(threadId)) { // retired: the instance is closed, or has stopped
                    groups.get(log).settle();
                    checkUsable();
                }
                held.add(lanes[log][0]);
            }
            applyHeld(crossing, held, threadId);
        } finally {
            held.forEach(Replica::release);
            held.forEach(lane -> lane.serve(threadId));
        }
    }

    private void applyHeld(Crossing crossing, List<Replica<R, Object, A>> held, long threadId) {
        breakdown.check();
        if (!crossing.readOnly) {
            held.forEach(lane -> lane.keepReadersOut(threadId));
            held.forEach(Replica::countApplied);
        }
        try {
            crossing.applyTo(structures.get(0), 0);
        } catch (VirtualMachineError e) {
            breakdown.report(e);
            breakdown.check();
        }
    }

    // ---- all logs ----

    /** Brings every replica up to the ends of the logs as they are now, and lets go of what the logs hold. */
    public void sync(long threadId) {
        checkUsable();
        refuseInside(threadId);
        entrants.enter(threadId);
        try {
            groups.forEach(group -> group.sync(threadId));
        } finally {
            entrants.leave(threadId);
        }
    }

    /**
     * Ends all service: what was published before is completed, what comes later is refused. Returns whether this call did it, which then has to close the structures.
     *
     * <p>While it holds {@code publishing}, there come no more crossings. It first lets the logs get past those there are, so that none is left to wait at while it holds the locks of all replicas of a log.
     */
    public boolean close(long threadId) {
        refuseInside(threadId);
        entrants.enter(threadId);
        publishing.lock();
        try {
            if (lanes.length > 1 && !breakdown.isReported() && !closed) {
                getPastCrossings(threadId);
            }
            boolean first = !closed;
            closed = true;
            reconfigurations.forEach(reconfiguration -> reconfiguration.close(threadId));
            return first;
        } finally {
            publishing.unlock();
            entrants.leave(threadId);
        }
    }

    private void getPastCrossings(long threadId) {
        try {
            groups.forEach(group -> group.awaitApplied(group.log().tail(), threadId));
        } catch (IllegalStateException e) {
            if (!breakdown.isReported()) { // which happened meanwhile, and lets everybody pass
                throw e;
            }
        }
    }

    /** Throws if no operation is possible any more. */
    public void checkUsable() {
        groups.forEach(Replicas::checkUsable);
    }

    /** Throws if the calling thread is inside an operation. */
    public void refuseInside(long threadId) {
        groups.forEach(group -> group.refuseInside(threadId));
    }

    /** A wait of the calling thread. */
    public Backoff newBackoff() {
        return groups.get(0).newBackoff();
    }

    /** How many logs there are. */
    public int logs() {
        return lanes.length;
    }

    /** How many replicas there are. */
    public int replicas() {
        return structures.size();
    }

    /** What each log did. */
    public List<NrStats> stats() {
        List<NrStats> stats = new ArrayList<>();
        for (int log = 0; log < lanes.length; log++) {
            stats.add(Statistics.of(groups.get(log), reconfigurations.get(log), topology));
        }
        return List.copyOf(stats);
    }

    /** Operations of several logs that became entries in them, or took all their locks. */
    public long crossings() {
        return crossings.sum();
    }

    /** Reads of several logs that found them at rest. */
    public long readCuts() {
        return readCuts.sum();
    }

    /** The replicas of one log, for tests. */
    Replicas<R, Object, A> group(int log) {
        return groups.get(log);
    }
}
