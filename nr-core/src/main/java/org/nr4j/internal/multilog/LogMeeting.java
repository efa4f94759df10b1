package org.nr4j.internal.multilog;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.admin.Operations;
import org.nr4j.internal.combine.CombinerPolicy;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.replica.Replica;
import org.nr4j.internal.replica.SharedStructure;

/**
 * The meeting of a replica's logs at a multi-log operation. A thread that applies a log and comes to the operation
 * waits here until all its logs have come to it. The last log to arrive applies the operation, while the locks of all
 * of them are held.
 */
final class LogMeeting<R, W, A extends @Nullable Object> {
    private final MultiLog<R, W, A> logs;
    private final LogGroups<R, W, A> groups;

    LogMeeting(MultiLog<R, W, A> logs) {
        this.logs = logs;
        this.groups = logs.groups();
    }

    /**
     * Arrives at a multi-log operation with one log. Waits until all its logs have arrived and the operation is
     * applied. Where the replica does not serve a read, waits only until the log {@linkplain MultiLog#mayPass may pass}
     * it. For the holder of the log's lock on the replica, in writing mode, that applies this log and has come to the
     * operation.
     */
    void meet(MultiLogOperation crossing, int replica, SharedStructure<R, W, A> shared) {
        if (crossing.concerns(replica) && crossing.arrive(replica)) {
            crossing.applyTo(op -> apply(crossing, op, shared, groups.lanes(crossing.logs, replica)), replica);
        } else {
            awaitMet(crossing, replica, shared);
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"
    }) // null is an answer where A is nullable; no replica goes while all its logs are at the operation
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
                shared.check(); // otherwise it would wait for a log that has stopped
                if (!crossing.isPublished() || !help(crossing, replica, shared, threadId)) {
                    backoff.pauseOrSleep(this, CombinerPolicy.SLEEP_NANOS);
                }
            }
        }
    }

    /**
     * Brings the other logs of a multi-log operation up to it, if no other thread is applying them. Returns true if
     * there was something to apply.
     */
    boolean help(MultiLogOperation crossing, int replica, SharedStructure<R, W, A> shared, long threadId) {
        boolean helped = false;
        for (int i = 0; i < crossing.logs.length && !crossing.isDone(replica); i++) {
            Replica<R, Object, A> lane = groups.get(crossing.logs[i]).find(replica);
            if (lane == null || groups.sharedOf(lane) != shared) {
                continue; // the replica was removed or rebuilt, for all logs
            }
            if (lane.isQuarantined()) {
                shared.report(lane.error());
            }
            helped |= crossing.concerns(replica) && lane.tryHelp(crossing.position(i) + 1, threadId);
        }
        return helped;
    }

    /**
     * Waits until a read is answered, or its replica breaks. Serves no requests: they may have to wait for a follower
     * that this read lets join, and the follower starts after the read.
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
