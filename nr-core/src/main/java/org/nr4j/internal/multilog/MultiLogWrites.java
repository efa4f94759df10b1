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
import org.nr4j.internal.replica.ReplicaSet;
import org.nr4j.internal.replica.SharedStructure;
import org.nr4j.internal.replica.SoleReplica;

/**
 * Runs multi-log operations, which have an entry in each of their logs: writes, reads that did not find the logs at
 * rest, and marks. A sole replica works without the logs. There, the operation takes the locks of all its logs instead.
 */
final class MultiLogWrites<R, W, A extends @Nullable Object> {
    private final MultiLog<R, W, A> multiLog;
    private final LogGroups<R, W, A> groups;
    private final LogMeeting<R, W, A> meeting;

    /**
     * Held while a thread appends a multi-log operation to its logs, and while the replicas change. Its holder is
     * inside no replica.
     */
    private final ReentrantLock publishing = new ReentrantLock();

    private final LongAdder crossings = new LongAdder();

    MultiLogWrites(MultiLog<R, W, A> multiLog, LogMeeting<R, W, A> meeting) {
        this.multiLog = multiLog;
        this.groups = multiLog.groups();
        this.meeting = meeting;
    }

    /** Returns how many multi-log operations there were, without marks. */
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

    /**
     * Applies the operation through the logs. Returns null if that had no effect, because the replicas have changed
     * meanwhile.
     */
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
        if (!lane.awaitApplied(bound, threadId)) { // it is quarantined: other replicas answer
            groups.get(crossing.logs[0]).awaitApplied(bound, threadId);
        }
        Responses answers = crossing.answers();
        if (answers == null) { // cannot happen: a serving replica has applied it. It must not be applied twice
            throw new AnswerLostException(crossing.origin(), lane.error());
        }
        return answers;
    }

    /**
     * Appends the operation to its logs. Returns the {@link Replica} of its first log that answers. Returns null,
     * without appending, if a single replica works without the logs.
     */
    @Nullable
    Replica<R, Object, A> publish(MultiLogOperation crossing, int replica, long threadId) {
        if (!crossing.readOnly) { // before taking the lock, which a follower may need in order to continue
            for (int log : crossing.logs) {
                groups.get(log).reclaimer().awaitFollowers(threadId);
            }
        }
        publishing.lock();
        try {
            groups.checkUsable(); // checked again: close holds the lock until all is closed
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

    /** Appends an entry to each log. For the holder of {@code publishing}. */
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
            if (!complete) { // most likely out of memory: without this, threads that come to its entries wait for ever
                crossing.cancel();
                groups.groups.forEach(group -> group.followers().wake());
            }
        }
    }

    /**
     * Applies the operation on a single replica, holding the locks of all its logs. Returns null if that had no effect,
     * because the replica does not work alone any more or is quarantined.
     */
    @Nullable
    Responses tryAlone(MultiLogOperation crossing, SoleReplica<R, Object, A>[] lanes, long threadId) {
        Object answers = lanes[0].holder().whileHeld(new AllHeld(lanes), crossing, threadId);
        // Not after a read. A read may let a follower join, and the requests may have to wait for that follower. So it
        // must start first.
        if (!crossing.readOnly) {
            for (SoleReplica<R, Object, A> lane : lanes) {
                lane.holder().serve(threadId);
            }
        }
        return ReplicaLock.isRefused(answers) ? null : (Responses) answers;
    }

    /**
     * Takes the locks of the logs of a sole replica in order, and applies an operation. Each call is nested in the one
     * before. So each lock is left, or abandoned, whatever error comes: see {@link HolderSection}.
     */
    @SuppressWarnings("NullAway") // it does not know that an argument of a type may be nullable
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
                if (own.error() != null) { // the last holder could not quarantine the replica
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
                    // The caller gets the answer of its operation. If a lock was not left, another thread takes it
                    // over.
                }
            }
        }
    }

    private @Nullable Responses applyHeld(
            MultiLogOperation crossing, SoleReplica<R, Object, A>[] lanes, long threadId) {
        SharedStructure<R, W, A> shared = groups.sharedOf(lanes[0]);
        if (!crossing.readOnly) {
            // Waits for one journal after the other. The room found in a journal stays, since this thread holds the
            // lock. A follower that this thread waits for needs none of the locks.
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
     * With several replicas: appends a mark to all logs. In each log, the entries before the mark are exactly those
     * that had taken effect when the mark's last entry was published: see docs/cnr.md. Never waits for a thread that
     * waits for a follower.
     *
     * @return the mark; null if another thread holds {@code publishing}, since that thread may be waiting for a
     *     follower. Also null if there is a single replica, or the instance is closing or has stopped
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
            for (ReplicaSet<R, Object, A> group :
                    groups.groups) { // no lambda, since close waits here: see StackReserve
                group.awaitApplied(group.log().tail(), threadId);
            }
        } catch (IllegalStateException e) {
            if (!groups.isStopped()) { // else it has stopped meanwhile
                throw e;
            }
        }
    }
}
