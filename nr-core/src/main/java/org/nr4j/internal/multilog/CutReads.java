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
 * Reads several logs at one moment. The thread enters all of them as a reader if it finds them at rest. Otherwise the
 * read gets an entry in each.
 */
final class CutReads<R, W, A extends @Nullable Object> {
    /** How often a read of several logs tries to find them at rest before it becomes an entry in each. */
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

    /** Returns how many reads found the logs at rest. */
    long count() {
        return readCuts.sum();
    }

    @Nullable
    StaleRead<A> tryReadStale(R op, int[] logs, Replica<R, Object, A>[] lanes, long threadId) {
        CutSection<@Nullable Object> section = new CutSection<>(lanes, /* backoff= */ null, threadId);
        Object read = section.dispatch(() -> staleRead(op, logs, lanes)); // an Object: it may be no StaleRead
        return Replica.staleRead(read);
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
     * Does some work while a replica stays where these logs stood at one moment since the call. There must be several
     * logs.
     *
     * @param work receives the replica, by log. It runs while the thread holds all the locks or is inside all the logs
     *     as a reader, perhaps on another thread
     * @param withLogs whether being inside as a reader suffices only if the replica works with the logs. On a sole
     *     replica, the thread must then hold the locks
     */
    <T extends @Nullable Object> T atOneMoment(
            Function<Replica<R, Object, A>[], ? extends T> work,
            boolean withLogs,
            int[] logs,
            int replica,
            long threadId) {
        ReentrancyGuard.Mark inside = groups.guard.enter(threadId);
        try (Backoff backoff = groups.get(0).newBackoff(threadId)) {
            // A consumer that writers wait for must not become an entry, where it would wait for the writers. It keeps
            // trying: while the writers wait for it, the logs are at rest.
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
     * Does the work if nothing is in the way. Brings the replica up to the ends of these logs, then enters all of them
     * as a reader. If the replica has then applied all entries of these logs, the structure is as at that moment.
     *
     * <p>The replica stays where it is while the thread is inside, so one look at each tail is enough. A tail is never
     * below the replica's index, and it only grows. So a tail that equals this index equalled it when the first tail
     * was looked at.
     *
     * <p>Never waits while inside.
     *
     * @return the result of the work, or what {@link Replica#isRedirected} recognizes if the work was not done
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
     * With a single replica: runs {@code look} at one moment of all its journals. The thread is inside all logs as a
     * reader. A thread that writes into a journal keeps readers out, so none writes meanwhile.
     *
     * <p>The thread stays inside the logs it has entered while it waits for the next. So writers that never pause
     * cannot keep it from finishing. Each wait ends: the thread enters the logs in ascending order, and a thread that
     * keeps readers out of a log needs no lower log any more. A thread that waits for a follower lets readers in.
     *
     * @return false if there is no single replica; {@code look} did not run then
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
     * Does some work while a replica stays where all logs stood at one moment since the call. There must be several
     * logs. A follower may start at that place in each log.
     *
     * @param work receives the replica, by log
     */
    <T extends @Nullable Object> T atOneMomentOfAll(
            Function<Replica<R, Object, A>[], ? extends T> work, int replica, long threadId) {
        groups.refuseConsumer(threadId);
        return atOneMoment(work, /* withLogs= */ true, groups.allLogs, replica, threadId);
    }
}
