package org.nr4j.internal.multilog;

import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.nr4j.AnswerLostException;
import org.nr4j.internal.combine.CombinerPolicy;
import org.nr4j.internal.combine.Responses;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.HolderSection;
import org.nr4j.internal.lock.ReentrancyGuard;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.log.LogEntry;
import org.nr4j.internal.replica.Replica;
import org.nr4j.internal.replica.SharedStructure;
import org.nr4j.internal.replica.SoleReplica;

/**
 * Operations of several logs that have an entry in each: writes, reads that did not find the logs at rest, and marks.
 * With a sole replica, which works without the logs, they take the locks of all instead.
 */
final class MultiLogWrites<R, W, A extends @Nullable Object> {
    private final MultiLog<R, W, A> multiLog;
    private final LogGroups<R, W, A> groups;
    private final LogMeeting<R, W, A> meeting;

    /** Held while an operation is put into its logs, and while the replicas change. Its holder is inside no replica. */
    private final ReentrantLock publishing = new ReentrantLock();

    private final LongAdder crossings = new LongAdder();

    MultiLogWrites(MultiLog<R, W, A> multiLog, LogMeeting<R, W, A> meeting) {
        this.multiLog = multiLog;
        this.groups = multiLog.groups();
        this.meeting = meeting;
    }

    /** How many there were. */
    long count() {
        return crossings.sum();
    }

    Responses executeMutAcross(Object[] ops, int[] logs, int replica, long threadId) {
        ReentrancyGuard.Mark inside = groups.guard.enter(threadId);
        try {
            return cross(ops, /* readOnly= */ false, logs, replica, threadId);
        } finally {
            inside.threadId = ReentrancyGuard.Mark.NOBODY;
        }
    }

    Responses cross(Object[] ops, boolean readOnly, int[] logs, int replica, long threadId) {
        groups.refuseInside(threadId);
        groups.refuseConsumer(threadId);
        crossings.increment();
        try (Backoff backoff = groups.newBackoff()) {
            for (; ; ) {
                groups.checkUsable();
                MultiLogOperation crossing = new MultiLogOperation(ops, readOnly, logs);
                SoleReplica<R, Object, A>[] alone = groups.alone(logs);
                Responses answers =
                        alone == null ? tryLogs(crossing, replica, threadId) : tryAlone(crossing, alone, threadId);
                if (answers != null) {
                    return answers;
                }
                groups.settle();
                backoff.pauseOrSleep(this, CombinerPolicy.SLEEP_NANOS);
            }
        }
    }

    /** Has it applied by way of the logs. Null if that has no effect: the replicas have changed meanwhile. */
    @Nullable
    Responses tryLogs(MultiLogOperation crossing, int replica, long threadId) {
        Replica<R, Object, A> lane = publish(crossing, replica, threadId);
        if (lane == null) {
            return null;
        }
        if (crossing.readOnly) {
            meeting.awaitRead(crossing, groups.sharedOf(lane), threadId);
            return crossing.answers();
        }
        long bound = crossing.position(0) + 1;
        if (!lane.awaitApplied(bound, threadId)) { // it is quarantined: the others answer
            groups.get(crossing.logs[0]).awaitApplied(bound, threadId);
        }
        Responses answers = crossing.answers();
        if (answers == null) { // which cannot be: one of those that serve has applied it. Not to be applied again
            throw new AnswerLostException(crossing.origin(), lane.error());
        }
        return answers;
    }

    /**
     * Puts it into its logs. Returns the replica that answers, by its first log; null if nothing was done, since there
     * are no logs any more.
     */
    @Nullable
    Replica<R, Object, A> publish(MultiLogOperation crossing, int replica, long threadId) {
        if (!crossing.readOnly) { // not with the lock: a follower may need it to go on
            for (int log : crossing.logs) {
                groups.get(log).reclaimer().awaitFollowers(threadId);
            }
        }
        publishing.lock();
        try {
            groups.checkUsable(); // once more: close holds the lock until all is closed
            if (groups.isAlone()) {
                return null;
            }
            Replica<R, Object, A> origin = groups.lane(crossing.logs[0], replica, threadId);
            crossing.begin(origin.id(), groups.get(0).members().numbers());
            append(crossing, threadId);
            return origin;
        } finally {
            publishing.unlock();
        }
    }

    /** For the holder of {@code publishing}. */
    void append(MultiLogOperation crossing, long threadId) {
        boolean complete = false;
        try {
            for (int i = 0; i < crossing.logs.length; i++) {
                int log = crossing.logs[i];
                LogEntry entry = LogEntry.crossing(crossing, crossing.readOnly);
                multiLog.append(entry, log, threadId);
                crossing.setPosition(i, entry.index);
            }
            crossing.setPublished();
            complete = true;
        } finally {
            if (!complete) { // out of memory, most likely; those who come to its entries would wait for ever
                crossing.cancel();
                groups.groups.forEach(group -> group.followers().wake());
            }
        }
    }

    /**
     * With a single replica: applies it, holding the locks of all its logs. Null if that has no effect: the replica
     * works alone no more, or is quarantined.
     */
    @Nullable
    Responses tryAlone(MultiLogOperation crossing, SoleReplica<R, Object, A>[] lanes, long threadId) {
        Object answers = lanes[0].holder().whileHeld(new AllHeld(lanes), crossing, threadId);
        if (!crossing.readOnly) { // a read may be one that makes a follower join, which has to be started first
            for (SoleReplica<R, Object, A> lane : lanes) {
                lane.holder().serve(threadId);
            }
        }
        return ReplicaLock.isRefused(answers) ? null : (Responses) answers;
    }

    /**
     * Takes the locks of the logs of a sole replica in order, each inside the one before, and applies an operation. So
     * each lock is left, or abandoned, whatever error comes: see {@link HolderSection}.
     */
    private final class AllHeld implements HolderSection<MultiLogOperation, @Nullable Responses> {
        private final SoleReplica<R, Object, A>[] lanes;
        private int held;

        AllHeld(SoleReplica<R, Object, A>[] lanes) {
            this.lanes = lanes;
        }

        @Override
        public @Nullable Responses asHolder(MultiLogOperation crossing, long threadId) {
            SoleReplica<R, Object, A> own = lanes[held++];
            try {
                if (own.error() != null) { // taken over from one who could not quarantine it
                    return null;
                }
                if (held == lanes.length) {
                    return applyHeld(crossing, lanes, threadId);
                }
                Object answers = lanes[held].holder().whileHeld(this, crossing, threadId);
                return ReplicaLock.isRefused(answers) ? null : (Responses) answers;
            } finally {
                try {
                    if (crossing.readOnly) {
                        own.holder().leaveToOthers();
                    } else {
                        own.holder().release();
                    }
                } catch (VirtualMachineError e) {
                    // The caller hears of its operation. Where the lock was not left, others take over.
                }
            }
        }
    }

    private @Nullable Responses applyHeld(
            MultiLogOperation crossing, SoleReplica<R, Object, A>[] lanes, long threadId) {
        SharedStructure<R, W, A> shared = groups.sharedOf(lanes[0]);
        if (!crossing.readOnly) {
            // One after the other: the room there is in a journal stays, since its lock is held. A follower that is
            // waited for needs none of the locks.
            for (SoleReplica<R, Object, A> lane : lanes) {
                lane.awaitJournal(threadId);
            }
            for (SoleReplica<R, Object, A> lane : lanes) {
                lane.holder().keepReadersOut(threadId);
            }
        }
        try {
            shared.check();
            for (SoleReplica<R, Object, A> lane : lanes) {
                if (!crossing.readOnly) {
                    lane.record(crossing); // from here on it must be applied, in all journals
                }
            }
            return crossing.answersOf(op -> meeting.apply(crossing, op, shared, lanes));
        } catch (VirtualMachineError e) {
            shared.report(e);
            for (SoleReplica<R, Object, A> lane : lanes) {
                lane.holder().setBroken(e, threadId);
            }
            return null;
        }
    }

    /**
     * With several replicas: puts a mark into all logs. What is before it in each, and no more, had taken effect when
     * the last of its entries was published: see docs/cnr.md. Never waits for one who waits for a follower.
     *
     * @return null if another thread is publishing something, which may be waiting for a follower, or there are no
     *     several replicas
     */
    @Nullable
    MultiLogOperation tryMark(long threadId) {
        if (!publishing.tryLock()) {
            return null;
        }
        try {
            if (groups.isAlone() || groups.isStopped() || groups.get(0).isClosing()) {
                return null;
            }
            ReentrancyGuard.Mark inside = groups.guard.enter(threadId);
            try {
                MultiLogOperation mark = MultiLogOperation.mark(groups.allLogs);
                append(mark, threadId);
                return mark;
            } finally {
                inside.threadId = ReentrancyGuard.Mark.NOBODY;
            }
        } finally {
            publishing.unlock();
        }
    }

    void pause(long threadId) {
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

    void resume() {
        publishing.unlock();
    }

    void getPastCrossings(long threadId) {
        if (groups.logs() == 1 || groups.isStopped()) {
            return;
        }
        try {
            groups.groups.forEach(group -> group.awaitApplied(group.log().tail(), threadId));
        } catch (IllegalStateException e) {
            if (!groups.isStopped()) { // which happened meanwhile
                throw e;
            }
        }
    }
}
