package org.nr4j.internal.multilog;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nr4j.AnswerLostException;
import org.nr4j.Dispatch;
import org.nr4j.NrStats;
import org.nr4j.StaleRead;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.admin.LogBarriers;
import org.nr4j.internal.admin.Operations;
import org.nr4j.internal.admin.Reconfiguration;
import org.nr4j.internal.admin.Statistics;
import org.nr4j.internal.combine.Responses;
import org.nr4j.internal.follow.Followers;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.ReentrancyGuard;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.log.LogCursor;
import org.nr4j.internal.log.LogEntry;
import org.nr4j.internal.replica.Replica;
import org.nr4j.internal.replica.ReplicaSet;
import org.nr4j.internal.replica.SharedStructure;
import org.nr4j.internal.replica.SoleReplica;
import org.nr4j.topology.NumaTopology;

/**
 * Several logs over the same structures. Each log has {@link ReplicaSet} of its own, just as in node replication with one log; what these take for the structure of a replica is a {@link LogBarrier} to the structure that all logs
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
 *   - while it helps another replica to make room: that, up to where it has come itself (ReplicaSet.makeRoom), which is before E.
 * So it does not wait at a crossing. Whatever else it does comes to an end, or is waiting for room, in which it applies its own log again and again, and so comes to E.
 * Readers that are inside wait for nothing: who cannot enter all logs leaves those entered.
 *
 * With a single replica there are no logs. A write of several takes the locks of all, in ascending order; no other thread waits for a lock while it holds one.
 *
 * Who changes the replicas holds `publishing` too, and first lets all logs get past all crossings (pause). So nobody waits at a crossing while it takes the locks of a replica one after the other, and a replica that joins never meets a crossing
 * older than itself.
 */
public class MultiLog<R, W, A extends @Nullable Object> implements LogBarriers<R, Object, A> {
    /** Instead of the number of a replica: that of the calling thread's node. */
    public static final int NEAREST = -1;

    /** How often a read of several logs tries to find them at rest before it becomes an entry in them. */
    private static final int READ_ATTEMPTS = 8;

    private static final long SLEEP_NANOS = 50_000;

    private final List<ReplicaSet<R, Object, A>> groups = new ArrayList<>();
    private final Reconfiguration<R, Object, A> reconfiguration;
    private final int[] allLogs;
    private final NumaTopology topology;
    private final ReentrancyGuard guard = new ReentrancyGuard();

    /** Held while a crossing is put into its logs, and while the replicas change. Its holder is inside no replica. */
    private final ReentrantLock publishing = new ReentrantLock();

    /**
     * Where a single replica works alone: that one, by log, so that operations need not look it up on their way. Null where there are several, and a hint only, as in {@link org.nr4j.NodeReplicated}: one that was retired says so, and is looked up anew; volatile, so that who finds
     * it sees it whole.
     */
    private volatile SoleReplica<R, Object, A> @Nullable [] sole;

    private final LongAdder crossings = new LongAdder();
    private final LongAdder readCuts = new LongAdder();

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
        for (int log = 0; log < logs; log++) {
            groups.add(new ReplicaSet<>(logCapacity, waitStrategy, guard));
        }
        groups.forEach(group -> group.joinWith(groups));
        this.allLogs = IntStream.range(0, logs).toArray();
        this.reconfiguration =
                new Reconfiguration<>(groups, this, topology, (List) structures, nodes, (Function) copier, discard);
        this.sole = alone(allLogs);
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
        sole = alone(allLogs);
        return groups.get(log).callElsewhere(retired, call, threadId);
    }

    private Replica<R, Object, A> laneFast(int log, int replica, long threadId) {
        SoleReplica<R, Object, A>[] sole = this.sole;
        return sole != null ? sole[log] : lane(log, replica, threadId);
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
            return executeMutAcross(ops, logs, replica, threadId);
        }
        Replica<R, Object, A> lane = laneFast(logs[0], replica, threadId);
        Responses answers = lane.executeMutAll(ops, threadId);
        return Replica.isRedirected(answers)
                ? callElsewhere(logs[0], lane, other -> other.executeMutAll(ops, threadId), threadId)
                : answers;
    }

    /** Answers a read of these logs (ascending) from the state that a replica has just now; null if somebody is writing. */
    public @Nullable StaleRead<A> tryReadStale(R op, int[] logs, int replica, long threadId) {
        if (logs.length == 1) {
            return groups.get(logs[0]).tryReadStale(lane(logs[0], replica, threadId), op, threadId);
        }
        checkUsable();
        refuseInside(threadId);
        ReentrancyGuard.Mark inside = guard.enter(threadId);
        try {
            Replica<R, Object, A>[] lanes = lanes(logs, serving(replica, threadId));
            return lanes == null ? null : tryReadStale(op, logs, lanes, threadId);
        } finally {
            inside.threadId = ReentrancyGuard.Mark.NOBODY;
        }
    }

    private @Nullable StaleRead<A> tryReadStale(R op, int[] logs, Replica<R, Object, A>[] lanes, long threadId) {
        int[] entries = new int[lanes.length];
        int entered = enter(lanes, entries, threadId);
        try {
            A answer = entered == lanes.length ? lanes[0].dispatch().dispatch(op) : Replica.redirected();
            long lag = 0;
            for (int i = 0; i < lanes.length; i++) {
                lag += groups.get(logs[i]).lag(lanes[i]);
            }
            return Replica.isRedirected(answer) ? null : new StaleRead<>(answer, lag);
        } finally {
            leave(lanes, entries, entered, threadId);
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
    public Responses executeInOrder(Object[] routed, int replica, long threadId) {
        Responses answers = new Responses(routed.length);
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

    private void executeRun(Object[] ops, int[] logs, Responses answers, int replica, long threadId) {
        Responses ofRun = null;
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
        return logs.length == 1
                ? execute(op, logs[0], replica, threadId)
                : atOneMoment(
                        lanes -> lanes[0].dispatch().dispatch(op), /* withLogs= */ false, logs, replica, threadId);
    }

    /**
     * Does some work while a replica stays where these logs, several, were at one moment since the call.
     *
     * @param work is given the replica, by log; done with the locks held or inside all of them as a reader, perhaps by another thread
     * @param withLogs whether a reader inside may do it where the replica works with the logs only; else the locks must be held
     */
    private <T extends @Nullable Object> T atOneMoment(
            Function<Replica<R, Object, A>[], ? extends T> work,
            boolean withLogs,
            int[] logs,
            int replica,
            long threadId) {
        ReentrancyGuard.Mark inside = guard.enter(threadId);
        try (Backoff backoff = groups.get(0).newBackoff(threadId)) {
            // One whom writers wait for must not wait for them at a crossing; where they wait, the logs are at rest.
            for (int attempt = 0; attempt < READ_ATTEMPTS || isAwaitedConsumer(threadId); attempt++) {
                T result = tryAtOneMoment(work, withLogs, logs, serving(replica, threadId), threadId, backoff);
                if (!Replica.isRedirected(result)) {
                    readCuts.increment();
                    return result;
                }
                settle();
                checkUsable();
            }
            return Operations.answerOf(cross(new Object[] {work}, /* readOnly= */ true, logs, replica, threadId));
        } finally {
            inside.threadId = ReentrancyGuard.Mark.NOBODY;
        }
    }

    /**
     * Does it if nothing is in the way: brings the replica up to the ends of these logs and enters all of them as a reader; if everything in them has been applied here at one moment after that, the structure is as at that moment. While inside, the
     * replica stays where it is, so one look at each tail is enough: tails only grow, so one that is here now was here when the first was looked at. Never waits while inside.
     */
    private <T extends @Nullable Object> T tryAtOneMoment(
            Function<Replica<R, Object, A>[], ? extends T> work,
            boolean withLogs,
            int[] logs,
            int replica,
            long threadId,
            Backoff backoff) {
        Replica<R, Object, A>[] lanes = lanes(logs, replica);
        if (lanes == null || (withLogs && lanes[0].isSole())) {
            return Replica.redirected();
        }
        for (Replica<R, Object, A> lane : lanes) {
            lane.catchUp(threadId);
        }
        int[] entries = new int[lanes.length];
        int entered = enter(lanes, entries, threadId);
        try {
            if (entered == lanes.length
                    && isOneCut(lanes)
                    && !sharedOf(lanes[0]).isBroken()) {
                return work.apply(lanes);
            }
        } finally {
            leave(lanes, entries, entered, threadId);
        }
        if (entered < lanes.length) {
            lanes[entered].awaitReadable(backoff);
        }
        return Replica.redirected();
    }

    /** Enters as a reader those it can, in order; returns how many. */
    private int enter(Replica<R, Object, A>[] lanes, int[] entries, long threadId) {
        int entered = 0;
        boolean complete = false;
        try {
            while (entered < lanes.length
                    && (entries[entered] = lanes[entered].tryEnter(threadId)) != ReplicaLock.NOT_ENTERED) {
                entered++;
            }
            complete = true;
            return entered;
        } finally {
            if (!complete) {
                leave(lanes, entries, entered, threadId);
            }
        }
    }

    private void leave(Replica<R, Object, A>[] lanes, int[] entries, int entered, long threadId) {
        for (int i = entered - 1; i >= 0; i--) {
            lanes[i].leave(entries[i], threadId);
        }
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

    private Responses executeMutAcross(Object[] ops, int[] logs, int replica, long threadId) {
        ReentrancyGuard.Mark inside = guard.enter(threadId);
        try {
            return cross(ops, /* readOnly= */ false, logs, replica, threadId);
        } finally {
            inside.threadId = ReentrancyGuard.Mark.NOBODY;
        }
    }

    private Responses cross(Object[] ops, boolean readOnly, int[] logs, int replica, long threadId) {
        refuseInside(threadId);
        refuseConsumer(threadId);
        crossings.increment();
        try (Backoff backoff = newBackoff()) {
            for (; ; ) {
                checkUsable();
                MultiLogOperation crossing = new MultiLogOperation(ops, readOnly, logs);
                SoleReplica<R, Object, A>[] alone = alone(logs);
                Responses answers =
                        alone == null ? tryLogs(crossing, replica, threadId) : tryAlone(crossing, alone, threadId);
                if (answers != null) {
                    return answers;
                }
                settle();
                backoff.pauseOrSleep(this, SLEEP_NANOS);
            }
        }
    }

    /** Has it applied by way of the logs. Null if that has no effect: the replicas have changed meanwhile. */
    private @Nullable Responses tryLogs(MultiLogOperation crossing, int replica, long threadId) {
        Replica<R, Object, A> lane = publish(crossing, replica, threadId);
        if (lane == null) {
            return null;
        }
        if (crossing.readOnly) {
            awaitRead(crossing, sharedOf(lane), threadId);
            return crossing.answers();
        }
        long bound = crossing.position(0) + 1;
        if (!lane.awaitApplied(bound, threadId)) { // it is out of order: the others answer
            groups.get(crossing.logs[0]).awaitApplied(bound, threadId);
        }
        Responses answers = crossing.answers();
        if (answers == null) { // which cannot be: one of those that serve has applied it. Not to be applied again
            throw new AnswerLostException(crossing.origin(), lane.error());
        }
        return answers;
    }

    /** Waits until a read was answered, or its replica breaks. Without serving others: they may have to wait for a follower that this read makes join, and which is started after it. */
    private void awaitRead(MultiLogOperation crossing, SharedStructure<R, W, A> shared, long threadId) {
        try (Backoff backoff = newBackoff()) {
            while (!crossing.isDone(crossing.origin()) && !shared.isBroken()) {
                if (!help(crossing, crossing.origin(), shared, threadId)) {
                    backoff.pauseOrSleep(this, SLEEP_NANOS);
                }
            }
        }
    }

    /** Puts it into its logs. Returns the replica that answers, by its first log; null if nothing was done, since there are no logs any more. */
    private @Nullable Replica<R, Object, A> publish(MultiLogOperation crossing, int replica, long threadId) {
        if (!crossing.readOnly) { // not with the lock: a follower may need it to go on
            for (int log : crossing.logs) {
                groups.get(log).reclaimer().awaitFollowers(threadId);
            }
        }
        publishing.lock();
        try {
            checkUsable(); // once more: close holds the lock until all is closed
            if (isAlone()) {
                return null;
            }
            Replica<R, Object, A> origin = lane(crossing.logs[0], replica, threadId);
            crossing.begin(origin.id(), groups.get(0).members().numbers());
            append(crossing, threadId);
            return origin;
        } finally {
            publishing.unlock();
        }
    }

    /** For the holder of {@code publishing}. */
    private void append(MultiLogOperation crossing, long threadId) {
        boolean complete = false;
        try {
            for (int i = 0; i < crossing.logs.length; i++) {
                int log = crossing.logs[i];
                LogEntry entry = LogEntry.crossing(crossing, crossing.readOnly);
                append(entry, log, threadId);
                crossing.setPosition(i, entry.index);
            }
            crossing.setPublished();
            complete = true;
        } finally {
            if (!complete) { // out of memory, most likely; those who come to its entries would wait for ever
                crossing.cancel();
                groups.forEach(group -> group.followers().wake());
            }
        }
    }

    void append(LogEntry entry, int log, long threadId) {
        groups.get(log).reclaimer().append(entry, threadId);
    }

    /**
     * For the holder of a log's lock on a replica, in writing mode, who applies that log and has come to a crossing: waits until all its logs have, and it was applied.
     */
    void meet(MultiLogOperation crossing, int replica, SharedStructure<R, W, A> shared) {
        if (crossing.concerns(replica) && crossing.arrive(replica)) {
            crossing.applyTo(op -> apply(crossing, op, shared, lanes(crossing.logs, replica)), replica);
        } else {
            awaitMet(crossing, replica, shared);
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"
    }) // null is an answer where A is nullable; no lane goes while all are at a crossing
    private @Nullable Object apply(
            MultiLogOperation crossing,
            Object op,
            SharedStructure<R, W, A> shared,
            Replica<R, Object, A> @Nullable [] lanes) {
        return crossing.readOnly
                ? ((Function<Replica<R, Object, A>[], Object>) op).apply(lanes)
                : shared.dispatch.dispatchMut((W) op);
    }

    private void awaitMet(MultiLogOperation crossing, int replica, SharedStructure<R, W, A> shared) {
        long threadId = Operations.currentThreadId();
        try (Backoff backoff = newBackoff()) {
            while (!mayPass(crossing, replica)) {
                shared.check(); // else it would wait for a log that goes on no more
                if (!crossing.isPublished() || !help(crossing, replica, shared, threadId)) {
                    backoff.pauseOrSleep(this, SLEEP_NANOS);
                }
            }
        }
    }

    /** A read that is answered elsewhere holds up only what would overtake it: what comes behind it in one log, and is seen by something that comes before it in another. */
    boolean mayPass(MultiLogOperation crossing, int replica) {
        return crossing.isCancelled()
                || (crossing.concerns(replica) ? crossing.isDone(replica) : crossing.isPublished());
    }

    /** Brings the other logs of a crossing up to it, where nobody else is at it; true if there was something to do. */
    private boolean help(MultiLogOperation crossing, int replica, SharedStructure<R, W, A> shared, long threadId) {
        boolean helped = false;
        for (int i = 0; i < crossing.logs.length && !crossing.isDone(replica); i++) {
            Replica<R, Object, A> lane = groups.get(crossing.logs[i]).find(replica);
            if (lane == null || sharedOf(lane) != shared) {
                continue; // removed or rebuilt, as all lanes of this structure
            }
            if (lane.isQuarantined()) {
                shared.report(lane.error());
            }
            helped |= crossing.concerns(replica) && lane.tryHelp(crossing.position(i) + 1, threadId);
        }
        return helped;
    }

    /** With a single replica: applies it, holding the locks of all its logs. Null if that has no effect: the replica works alone no more, or is out of order. */
    private @Nullable Responses tryAlone(MultiLogOperation crossing, SoleReplica<R, Object, A>[] lanes, long threadId) {
        List<SoleReplica<R, Object, A>> held = new ArrayList<>(lanes.length);
        try {
            for (SoleReplica<R, Object, A> lane : lanes) {
                if (!lane.hold(threadId)) {
                    return null;
                }
                held.add(lane);
            }
            return applyHeld(crossing, lanes, held, threadId);
        } finally {
            leave(crossing, held, threadId);
        }
    }

    /** Who makes a follower join has to start it before it serves others, who may have to wait for it. */
    private static <R, A extends @Nullable Object> void leave(
            MultiLogOperation crossing, List<SoleReplica<R, Object, A>> held, long threadId) {
        if (crossing.readOnly) {
            held.forEach(Replica::leaveToOthers);
        } else {
            held.forEach(Replica::release);
            held.forEach(lane -> lane.serve(threadId));
        }
    }

    private @Nullable Responses applyHeld(
            MultiLogOperation crossing,
            SoleReplica<R, Object, A>[] lanes,
            List<SoleReplica<R, Object, A>> held,
            long threadId) {
        SharedStructure<R, W, A> shared = sharedOf(lanes[0]);
        if (!crossing.readOnly) {
            // One after the other: the room there is in a journal stays, since its lock is held. A follower that is
            // waited for needs none of the locks.
            held.forEach(lane -> lane.awaitJournal(threadId));
            held.forEach(lane -> lane.keepReadersOut(threadId));
            held.forEach(lane -> lane.record(crossing));
        }
        try {
            shared.check();
            return crossing.answersOf(op -> apply(crossing, op, shared, lanes));
        } catch (VirtualMachineError e) {
            shared.report(e);
            held.forEach(lane -> lane.setBroken(e, threadId));
            return null;
        }
    }

    // ---- for followers ----

    /**
     * What comes of some work that is done while a replica stays where all logs, several, were at one moment since the call, with those who follow the logs from there: see {@link Replica#newReader}.
     *
     * @param work is given the replica, by log
     */
    <T extends @Nullable Object> T atOneMomentOfAll(
            Function<Replica<R, Object, A>[], ? extends T> work, int replica, long threadId) {
        refuseConsumer(threadId);
        return atOneMoment(work, /* withLogs= */ true, allLogs, replica, threadId);
    }

    /** Whether a single replica works without the logs, but for the journals that followers have it write. */
    boolean isAlone() {
        return groups.get(0).sole() != null;
    }

    /**
     * With a single replica: looks at its journals at one moment, inside all logs as a reader, since who writes into one keeps readers out.
     *
     * <p>It stays inside those it has entered while it waits for the next, so writers that never pause do not keep it from coming to an end. That cannot be for ever: it enters in ascending order, and who keeps readers out of a log has no log below still to come to; who waits for
     * a follower lets readers in.
     *
     * @return false if there is not a single replica, and nothing was done
     */
    boolean tryLook(Runnable look, long threadId) {
        Replica<R, Object, A>[] lanes = alone(allLogs);
        if (lanes == null) {
            return false;
        }
        int[] entries = new int[lanes.length];
        int entered = 0;
        try (Backoff backoff = newBackoff()) {
            while (entered < lanes.length && !lanes[entered].isRetired()) {
                entries[entered] = lanes[entered].tryEnter(threadId);
                if (entries[entered] == ReplicaLock.NOT_ENTERED) {
                    lanes[entered].awaitReadable(backoff);
                } else {
                    entered++;
                }
            }
            if (entered == lanes.length) { // none was retired, so it still works alone
                look.run();
            }
            return entered == lanes.length;
        } finally {
            leave(lanes, entries, entered, threadId);
        }
    }

    /**
     * With several replicas: puts a mark into all logs. What is before it in each, and no more, had taken effect when the last of its entries was published: see docs/cnr.md. Never waits for one who waits for a follower.
     *
     * @return null if another thread is publishing something, which may be waiting for a follower, or there are no several replicas
     */
    @Nullable
    MultiLogOperation tryMark(long threadId) {
        if (!publishing.tryLock()) {
            return null;
        }
        try {
            if (isAlone() || isStopped() || groups.get(0).isClosing()) {
                return null;
            }
            ReentrancyGuard.Mark inside = guard.enter(threadId);
            try {
                MultiLogOperation mark = MultiLogOperation.mark(allLogs);
                append(mark, threadId);
                return mark;
            } finally {
                inside.threadId = ReentrancyGuard.Mark.NOBODY;
            }
        } finally {
            publishing.unlock();
        }
    }

    /** What a follower takes from all logs: see {@link CutReader}. */
    CutReader newCutReader(List<LogCursor<Object>> readers) {
        return new CutReader(this, readers);
    }

    /** The replicas of each log. */
    List<ReplicaSet<R, Object, A>> groups() {
        return List.copyOf(groups);
    }

    /** How many writes there have been in each log. */
    public long[] indexes() {
        return groups.stream().mapToLong(ReplicaSet::index).toArray();
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
            for (int log : allLogs) {
                groups.get(log).awaitWrites(lane(log, id, threadId), indexes.applyAsLong(log), threadId);
            }
        } while (lanes(allLogs, id) == null); // the replica was removed meanwhile
    }

    /** Throws if that thread runs the consumer of a follower that writers wait for: see {@link Followers#refuseConsumer}. */
    public void refuseConsumer(long threadId) {
        groups.get(0).followers().refuseConsumer(threadId); // who follows one log, follows all
    }

    private boolean isAwaitedConsumer(long threadId) {
        return groups.get(0).followers().isAwaitedConsumer(threadId);
    }

    // ---- the replicas ----

    /** The replica that serves a log, of that number if there is one. */
    private Replica<R, Object, A> lane(int log, int replica, long threadId) {
        ReplicaSet<R, Object, A> group = groups.get(log);
        return replica == NEAREST ? group.replicaOf(threadId) : group.serving(replica, threadId);
    }

    /** The number of the replica that serves, that one if it does. */
    public int serving(int replica, long threadId) {
        return lane(0, replica, threadId).id();
    }

    /** The replica of that number, by log; null if it does not serve all of them, being about to go out of order. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private Replica<R, Object, A> @Nullable [] lanes(int[] logs, int replica) {
        Replica<R, Object, A>[] lanes = new Replica[logs.length];
        for (int i = 0; i < logs.length; i++) {
            Replica<R, Object, A> lane = groups.get(logs[i]).find(replica);
            if (lane == null) {
                return null;
            }
            lanes[i] = lane;
        }
        return lanes;
    }

    /** The single replica, by log; null where there are several. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private SoleReplica<R, Object, A> @Nullable [] alone(int[] logs) {
        SoleReplica<R, Object, A>[] lanes = new SoleReplica[logs.length];
        for (int i = 0; i < logs.length; i++) {
            SoleReplica<R, Object, A> lane = groups.get(logs[i]).sole();
            if (lane == null) {
                return null;
            }
            lanes[i] = lane;
        }
        return lanes;
    }

    @SuppressWarnings("unchecked")
    private SharedStructure<R, W, A> sharedOf(Replica<R, Object, A> lane) {
        return ((LogBarrier<R, W, A>) lane.dispatch()).shared();
    }

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"})
    public List<Dispatch<R, Object, A>> lanes(int id, Dispatch<R, Object, A> structure) {
        if (groups.size() == 1) {
            return List.of(structure);
        }
        SharedStructure<R, W, A> shared = new SharedStructure<>((Dispatch) structure);
        return groups.stream()
                .<Dispatch<R, Object, A>>map(log -> new LogBarrier<>(this, shared, id))
                .toList();
    }

    @Override
    public void pause(long threadId) {
        publishing.lock();
        boolean paused = false;
        try {
            getPastCrossings(threadId);
            paused = true;
        } finally {
            if (!paused) {
                publishing.unlock();
            }
        }
    }

    @Override
    public void resume() {
        publishing.unlock();
    }

    private void getPastCrossings(long threadId) {
        if (groups.size() == 1 || isStopped()) {
            return;
        }
        try {
            groups.forEach(group -> group.awaitApplied(group.log().tail(), threadId));
        } catch (IllegalStateException e) {
            if (!isStopped()) { // which happened meanwhile
                throw e;
            }
        }
    }

    /** Adds, removes, compares and closes the replicas. */
    public Reconfiguration<R, Object, A> reconfiguration() {
        return reconfiguration;
    }

    // ---- all logs ----

    /** Brings every replica up to the ends of the logs as they are now, and lets go of what the logs hold. */
    public void sync(long threadId) {
        checkUsable();
        groups.forEach(group -> group.sync(threadId));
    }

    /** Ends all service, and closes the structures; closing twice does nothing. */
    public void close(long threadId) {
        reconfiguration.close(threadId);
    }

    private void settle() {
        groups.get(0).settle();
    }

    private boolean isStopped() {
        return groups.stream().anyMatch(ReplicaSet::isStopped);
    }

    /** Throws if no operation is possible any more. */
    public void checkUsable() {
        groups.forEach(ReplicaSet::checkUsable);
    }

    /** Whether the instance is closed, being closed, or has failed. */
    public boolean isEnding() {
        return groups.stream().anyMatch(group -> group.isClosing() || group.isStopped());
    }

    /** Throws if the calling thread is inside an operation. */
    public void refuseInside(long threadId) {
        groups.get(0).refuseInside(threadId);
    }

    /** A wait of the calling thread. */
    public Backoff newBackoff() {
        return groups.get(0).newBackoff();
    }

    /** How many logs there are. */
    public int logs() {
        return groups.size();
    }

    /** The numbers of the replicas that serve. */
    public List<Integer> replicas() {
        return groups.get(0).all().stream().map(Replica::id).toList();
    }

    /** What each log did. */
    public List<NrStats> stats() {
        List<NrStats> stats = new ArrayList<>();
        for (int log = 0; log < groups.size(); log++) {
            stats.add(Statistics.of(groups.get(log), reconfiguration.gone(log), topology));
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
    ReplicaSet<R, Object, A> group(int log) {
        return groups.get(log);
    }
}
