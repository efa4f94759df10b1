package org.nr4j.internal.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.combine.CombinerPolicy;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.ReentrancyGuard;
import org.nr4j.internal.replica.Replica;
import org.nr4j.internal.replica.ReplicaHolder;
import org.nr4j.internal.replica.ReplicaSet;

/** Runs work while holding the lock of one replica, or the locks of all. Any thread may call the methods. */
public final class ExclusiveAccess {
    private ExclusiveAccess() {}

    /**
     * Runs {@code work} while holding the lock of the calling thread's replica, and returns its result: see
     * {@link ReplicaHolder#workAsHolder}.
     */
    @SuppressWarnings("NullAway") // work has set the result
    public static <R, W, A extends @Nullable Object, T> T toOne(
            ReplicaSet<R, W, A> replicas, Function<Replica<R, W, A>, T> work, long threadId) {
        replicas.checkUsable();
        replicas.refuseInside(threadId);
        replicas.followers().refuseConsumer(threadId);
        AtomicReference<T> result = new AtomicReference<>();
        ReentrancyGuard.Mark mark = replicas.guard().enter(threadId);
        try (Backoff backoff = replicas.newBackoff()) {
            for (; ; ) {
                Replica<R, W, A> replica = replicas.replicaOf(threadId);
                if (replica.holder().workAsHolder(() -> result.set(work.apply(replica)), threadId)) {
                    return result.get();
                }
                backoff.pauseOrSleep(replicas, CombinerPolicy.SLEEP_NANOS);
                replicas.settle();
                replicas.checkUsable();
            }
        } finally {
            mark.threadId = ReentrancyGuard.Mark.NOBODY;
        }
    }

    /**
     * Takes the locks of all replicas that serve, one after the other. Then brings these replicas to the same index,
     * the end of the log. Nobody can append while all locks are taken.
     *
     * <p>The holder of a lock not taken yet may be waiting for room in the log. So this method keeps the replicas that
     * it holds up to date meanwhile.
     *
     * @return the replicas held, by number, without those quarantined meanwhile
     */
    static <R, W, A extends @Nullable Object> List<Replica<R, W, A>> holdAll(
            ReplicaSet<R, W, A> replicas, long threadId) {
        List<Replica<R, W, A>> held = new ArrayList<>(replicas.all().size());
        boolean complete = false;
        try (Backoff backoff = replicas.newBackoff()) {
            for (Replica<R, W, A> replica : replicas.all()) {
                hold(replicas, replica, held, threadId, backoff);
            }
            bringUpToDate(replicas, held, threadId);
            complete = true;
        } finally {
            if (!complete) {
                release(held, threadId);
            }
        }
        return held;
    }

    private static <R, W, A extends @Nullable Object> void hold(
            ReplicaSet<R, W, A> replicas,
            Replica<R, W, A> replica,
            List<Replica<R, W, A>> held,
            long threadId,
            Backoff backoff) {
        while (!replica.isRetired()) {
            if (replica.holder().tryHold(threadId)) {
                held.add(replica); // the list has the capacity for all
                return;
            }
            bringUpToDate(replicas, held, threadId);
            backoff.pauseOrSleep(replicas, CombinerPolicy.SLEEP_NANOS);
        }
    }

    /**
     * Leaves all these locks, and only then serves the waiting requests. Serving may need room in the log, and so the
     * lock of another replica.
     */
    static <R, W, A extends @Nullable Object> void release(List<Replica<R, W, A>> held, long threadId) {
        for (Replica<R, W, A> replica : held) { // no lambda: see StackReserve
            replica.holder().release();
        }
        for (Replica<R, W, A> replica : held) {
            replica.holder().serve(threadId);
        }
    }

    /** Brings the replicas to the end of the log. Removes a replica that is quarantined meanwhile from {@code held}. */
    static <R, W, A extends @Nullable Object> void bringUpToDate(
            ReplicaSet<R, W, A> replicas, List<Replica<R, W, A>> held, long threadId) {
        long bound = replicas.log().tail();
        held.removeIf(replica -> !replica.holder().tryReplay(bound, threadId));
        replicas.reclaimer().reclaim();
    }
}
