package org.nr4j.internal.multilog;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.admin.Operations;
import org.nr4j.internal.combine.CombinerPolicy;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.replica.Replica;
import org.nr4j.internal.replica.SharedStructure;

/**
 * Where the logs of a replica meet: who applies a log and comes to an operation of several waits here until all its
 * logs have come to it. The last one applies it, while the locks of all of them are held.
 */
final class LogMeeting<R, W, A extends @Nullable Object> {
    private final MultiLog<R, W, A> logs;
    private final LogGroups<R, W, A> groups;

    LogMeeting(MultiLog<R, W, A> logs) {
        this.logs = logs;
        this.groups = logs.groups();
    }

    /**
     * For the holder of a log's lock on a replica, in writing mode, who applies that log and has come to a crossing:
     * waits until all its logs have, and it was applied.
     */
    void meet(MultiLogOperation crossing, int replica, SharedStructure<R, W, A> shared) {
        if (crossing.concerns(replica) && crossing.arrive(replica)) {
            crossing.applyTo(op -> apply(crossing, op, shared, groups.lanes(crossing.logs, replica)), replica);
        } else {
            awaitMet(crossing, replica, shared);
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"
    }) // null is an answer where A is nullable; no lane goes while all are at a crossing
    @Nullable
    Object apply(
            MultiLogOperation crossing,
            Object op,
            SharedStructure<R, W, A> shared,
            Replica<R, Object, A> @Nullable [] lanes) {
        return crossing.readOnly
                ? ((Function<Replica<R, Object, A>[], Object>) op).apply(lanes)
                : shared.dispatch.dispatchMut((W) op);
    }

    void awaitMet(MultiLogOperation crossing, int replica, SharedStructure<R, W, A> shared) {
        long threadId = Operations.currentThreadId();
        try (Backoff backoff = groups.newBackoff()) {
            while (!logs.mayPass(crossing, replica)) {
                shared.check(); // else it would wait for a log that goes on no more
                if (!crossing.isPublished() || !help(crossing, replica, shared, threadId)) {
                    backoff.pauseOrSleep(this, CombinerPolicy.SLEEP_NANOS);
                }
            }
        }
    }

    /** Brings the other logs of a crossing up to it, where nobody else is at it; true if there was something to do. */
    boolean help(MultiLogOperation crossing, int replica, SharedStructure<R, W, A> shared, long threadId) {
        boolean helped = false;
        for (int i = 0; i < crossing.logs.length && !crossing.isDone(replica); i++) {
            Replica<R, Object, A> lane = groups.get(crossing.logs[i]).find(replica);
            if (lane == null || groups.sharedOf(lane) != shared) {
                continue; // removed or rebuilt, as all lanes of this structure
            }
            if (lane.isQuarantined()) {
                shared.report(lane.error());
            }
            helped |= crossing.concerns(replica) && lane.tryHelp(crossing.position(i) + 1, threadId);
        }
        return helped;
    }

    /**
     * Waits until a read was answered, or its replica breaks. Without serving others: they may have to wait for a
     * follower that this read makes join, and which is started after it.
     */
    void awaitRead(MultiLogOperation crossing, SharedStructure<R, W, A> shared, long threadId) {
        try (Backoff backoff = groups.newBackoff()) {
            while (!crossing.isDone(crossing.origin()) && !shared.isBroken()) {
                if (!help(crossing, crossing.origin(), shared, threadId)) {
                    backoff.pauseOrSleep(this, CombinerPolicy.SLEEP_NANOS);
                }
            }
        }
    }
}
