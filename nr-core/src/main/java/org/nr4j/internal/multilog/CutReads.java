package org.nr4j.internal.multilog;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.StaleRead;
import org.nr4j.internal.admin.Operations;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.ReentrancyGuard;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.replica.Replica;

/**
 * Reads of several logs at one moment: inside all of them as a reader, where that finds them at rest, or as an entry in
 * each.
 */
final class CutReads<R, W, A extends @Nullable Object> {
    /** How often a read of several logs tries to find them at rest before it becomes an entry in them. */
    private static final int READ_ATTEMPTS = 8;

    private final MultiLog<R, W, A> multiLog;
    private final LogGroups<R, W, A> groups;
    private final MultiLogWrites<R, W, A> writes;
    private final LongAdder readCuts = new LongAdder();

    CutReads(MultiLog<R, W, A> multiLog, MultiLogWrites<R, W, A> writes) {
        this.multiLog = multiLog;
        this.groups = multiLog.groups();
        this.writes = writes;
    }

    /** How many found the logs at rest. */
    long count() {
        return readCuts.sum();
    }

    @Nullable
    StaleRead<A> tryReadStale(R op, int[] logs, Replica<R, Object, A>[] lanes, long threadId) {
        CutSection<@Nullable StaleRead<A>> section = new CutSection<>(lanes, /* backoff= */ null, threadId);
        StaleRead<A> read = section.dispatch(() -> staleRead(op, logs, lanes));
        return ReplicaLock.isRefused(read) ? null : read;
    }

    private @Nullable StaleRead<A> staleRead(R op, int[] logs, Replica<R, Object, A>[] lanes) {
        A answer = lanes[0].dispatch().dispatch(op);
        long lag = 0;
        for (int i = 0; i < lanes.length; i++) {
            lag += groups.get(logs[i]).lag(lanes[i]);
        }
        return Replica.isRedirected(answer) ? null : new StaleRead<>(answer, lag);
    }

    /**
     * Does some work while a replica stays where these logs, several, were at one moment since the call.
     *
     * @param work is given the replica, by log; done with the locks held or inside all of them as a reader, perhaps by
     *     another thread
     * @param withLogs whether a reader inside may do it where the replica works with the logs only; else the locks must
     *     be held
     */
    <T extends @Nullable Object> T atOneMoment(
            Function<Replica<R, Object, A>[], ? extends T> work,
            boolean withLogs,
            int[] logs,
            int replica,
            long threadId) {
        ReentrancyGuard.Mark inside = groups.guard.enter(threadId);
        try (Backoff backoff = groups.get(0).newBackoff(threadId)) {
            // One whom writers wait for must not wait for them at a crossing; where they wait, the logs are at rest.
            for (int attempt = 0; attempt < READ_ATTEMPTS || groups.isAwaitedConsumer(threadId); attempt++) {
                T result = tryAtOneMoment(work, withLogs, logs, groups.serving(replica, threadId), threadId, backoff);
                if (!Replica.isRedirected(result)) {
                    readCuts.increment();
                    return result;
                }
                groups.settle();
                groups.checkUsable();
            }
            return Operations.answerOf(
                    writes.cross(new Object[] {work}, /* readOnly= */ true, logs, replica, threadId));
        } finally {
            inside.threadId = ReentrancyGuard.Mark.NOBODY;
        }
    }

    /**
     * Does it if nothing is in the way: brings the replica up to the ends of these logs and enters all of them as a
     * reader; if everything in them has been applied here at one moment after that, the structure is as at that moment.
     * While inside, the replica stays where it is, so one look at each tail is enough: tails only grow, so one that is
     * here now was here when the first was looked at. Never waits while inside.
     */
    <T extends @Nullable Object> T tryAtOneMoment(
            Function<Replica<R, Object, A>[], ? extends T> work,
            boolean withLogs,
            int[] logs,
            int replica,
            long threadId,
            Backoff backoff) {
        Replica<R, Object, A>[] lanes = groups.lanes(logs, replica);
        if (lanes == null || (withLogs && lanes[0].isSole())) {
            return Replica.redirected();
        }
        for (Replica<R, Object, A> lane : lanes) {
            lane.catchUp(threadId);
        }
        CutSection<T> section = new CutSection<>(lanes, /* backoff= */ null, threadId);
        T result = section.dispatch(() -> isOneCut(lanes) ? work.apply(lanes) : Replica.redirected());
        if (!ReplicaLock.isRefused(result)) {
            return result;
        }
        section.refusing().awaitReadable(backoff);
        return Replica.redirected();
    }

    private boolean isOneCut(Replica<R, Object, A>[] lanes) {
        return multiLog.isOneCut(lanes) && !groups.sharedOf(lanes[0]).isBroken();
    }

    /**
     * With a single replica: looks at its journals at one moment, inside all logs as a reader, since who writes into
     * one keeps readers out.
     *
     * <p>It stays inside those it has entered while it waits for the next, so writers that never pause do not keep it
     * from coming to an end. That cannot be for ever: it enters in ascending order, and who keeps readers out of a log
     * has no log below still to come to; who waits for a follower lets readers in.
     *
     * @return false if there is not a single replica, and nothing was done
     */
    boolean tryLook(Runnable look, long threadId) {
        Replica<R, Object, A>[] lanes = groups.alone(groups.allLogs);
        if (lanes == null) {
            return false;
        }
        try (Backoff backoff = groups.newBackoff()) {
            Object looked = new CutSection<@Nullable Object>(lanes, backoff, threadId).dispatch(() -> {
                look.run(); // none was retired, so it still works alone
                return null;
            });
            return !ReplicaLock.isRefused(looked);
        }
    }

    /**
     * What comes of some work that is done while a replica stays where all logs, several, were at one moment since the
     * call, and where a follower may start to read each log.
     *
     * @param work is given the replica, by log
     */
    <T extends @Nullable Object> T atOneMomentOfAll(
            Function<Replica<R, Object, A>[], ? extends T> work, int replica, long threadId) {
        groups.refuseConsumer(threadId);
        return atOneMoment(work, /* withLogs= */ true, groups.allLogs, replica, threadId);
    }
}
