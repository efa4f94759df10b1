package org.nr4j.internal.admin;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.combine.CombinerPolicy;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.replica.Membership;
import org.nr4j.internal.replica.Replica;
import org.nr4j.internal.replica.ReplicaSet;

/**
 * The logs of an instance, with the replicas of each.
 *
 * <p>Where several logs share the structures, a replica has one {@link Replica} object for each log. These objects are
 * its <i>lanes</i>, in the order of the logs.
 */
final class Lanes<R, W, A extends @Nullable Object> {
    final List<ReplicaSet<R, W, A>> logs;

    Lanes(List<ReplicaSet<R, W, A>> logs) {
        this.logs = logs;
    }

    /** The first log. Its replica numbers are those of every log. */
    ReplicaSet<R, W, A> first() {
        return logs.get(0);
    }

    /**
     * Returns the lanes of a replica that serves. Returns null if no replica has that number, or if one of its lanes is
     * quarantined.
     */
    @Nullable
    List<Replica<R, W, A>> serving(int id) {
        List<Replica<R, W, A>> lanes = new ArrayList<>();
        for (ReplicaSet<R, W, A> log : logs) {
            Replica<R, W, A> lane = log.find(id);
            if (lane == null || lane.isQuarantined()) {
                return null;
            }
            lanes.add(lane);
        }
        return lanes;
    }

    /**
     * Returns the lanes of a replica, whether it serves or is quarantined.
     *
     * @throws IllegalArgumentException if no replica has that number
     */
    List<Replica<R, W, A>> find(int id) {
        List<Replica<R, W, A>> lanes = new ArrayList<>();
        for (ReplicaSet<R, W, A> log : logs) {
            Replica<R, W, A> lane = log.find(id);
            if (lane == null) {
                throw new IllegalArgumentException("replica must be one there is: replica=" + id + " replicas="
                        + ids(log.members()) + "; see stats()");
            }
            lanes.add(lane);
        }
        return lanes;
    }

    static List<Integer> ids(Membership<?, ?, ?> members) {
        return members.replicas.stream().<Integer>map(Replica::id).toList();
    }

    /**
     * Runs {@code work} while holding the locks of all lanes of a replica. Each lane has applied its log by then.
     * Readers of the replica go on. Returns false, without starting the work, if a lane is retired.
     *
     * <p>While this method waits for a lock, it keeps the lanes that it holds up to date. The reason: the lock's holder
     * may wait for a follower, and that follower may wait to read one of these lanes.
     *
     * <p>This method serves no requests when it leaves, because serving could also wait for the follower.
     */
    boolean workAsHolder(List<Replica<R, W, A>> lanes, Runnable work, long threadId) {
        if (lanes.size() == 1) {
            return lanes.get(0).holder().workAsHolder(work, threadId);
        }
        List<Replica<R, W, A>> held = new ArrayList<>(lanes.size());
        try (Backoff backoff = first().newBackoff()) {
            for (Replica<R, W, A> lane : lanes) {
                while (!lane.holder().tryHold(threadId)) {
                    if (lane.isRetired() || !bringUpToDate(held, threadId)) {
                        return false;
                    }
                    backoff.pauseOrSleep(this, CombinerPolicy.SLEEP_NANOS);
                }
                held.add(lane);
            }
            if (!bringUpToDate(held, threadId)) {
                return false;
            }
            work.run();
            return true;
        } finally {
            for (Replica<R, W, A> lane : held) { // no lambda: see StackReserve
                lane.holder().leaveToOthers();
            }
        }
    }

    /** Returns false if a lane was quarantined meanwhile. The lock of that lane is then left. */
    private boolean bringUpToDate(List<Replica<R, W, A>> held, long threadId) {
        return held.stream()
                .allMatch(lane -> lane.holder().tryReplay(lane.group().log().tail(), threadId));
    }

    void settle() {
        first().settle();
    }

    void checkUsable() {
        logs.forEach(ReplicaSet::checkUsable);
    }
}
