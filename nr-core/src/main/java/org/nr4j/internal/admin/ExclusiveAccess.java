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

/** Work as the holder of the locks of replicas, one of them or all. Any thread may call the methods. */
public final class ExclusiveAccess {
    private ExclusiveAccess() {}

    /**
     * Works as the holder of the lock of the calling thread's replica, and returns what came of it: see
     * {@link ReplicaHolder#workAsHolder}.
     */
    @SuppressWarnings("NullAway") // the result is set once the work was done
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
     * Takes the locks of all replicas that serve, one after the other, and brings them to the same place, the end of
     * the log: with all locks taken nobody can append. The holder of one that is still to be taken may be waiting for
     * room in the log, so those taken are kept up to date meanwhile.
     *
     * @return those held, by number; one that is quarantined on the way is not among them
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
                held.add(replica); // there is room for all of them
                return;
            }
            bringUpToDate(replicas, held, threadId);
            backoff.pauseOrSleep(replicas, CombinerPolicy.SLEEP_NANOS);
        }
    }

    /**
     * Leaves all these locks, and only then serves those who waited: they may need room in the log, and so another one.
     */
    static <R, W, A extends @Nullable Object> void release(List<Replica<R, W, A>> held, long threadId) {
        held.forEach(replica -> replica.holder().release());
        held.forEach(replica -> replica.holder().serve(threadId));
    }

    /** Brings them to the end of the log; one that is quarantined over it is held no more. */
    static <R, W, A extends @Nullable Object> void bringUpToDate(
            ReplicaSet<R, W, A> replicas, List<Replica<R, W, A>> held, long threadId) {
        long bound = replicas.log().tail();
        held.removeIf(replica -> !replica.holder().tryReplay(bound, threadId));
        replicas.reclaimer().reclaim();
    }
}
