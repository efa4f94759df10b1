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
 * The logs of an instance, and its replicas by log. Where several logs share the structures, a replica is a {@link
 * Replica} for each of them: its lanes.
 */
final class Lanes<R, W, A extends @Nullable Object> {
    final List<ReplicaSet<R, W, A>> logs;

    Lanes(List<ReplicaSet<R, W, A>> logs) {
        this.logs = logs;
    }

    /** The first log: all logs have the same replicas. */
    ReplicaSet<R, W, A> first() {
        return logs.get(0);
    }

    /** The lanes of a replica that serves; null if there is none of that number, or one of them is quarantined. */
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
     * The lanes of a replica, whether it serves or is quarantined.
     *
     * @throws IllegalArgumentException if there is none of that number
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
     * Works as the holder of the locks of all lanes of a replica, each having applied its log; its readers go on. False
     * if one is retired and the work was not begun.
     *
     * <p>While it waits for a lock it keeps the lanes that it holds up to date. The holder may be waiting for a
     * follower, and that may be waiting for one of these, to read. It serves nobody, who might have to wait for the
     * follower too.
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
            held.forEach(lane -> lane.holder().leaveToOthers());
        }
    }

    /** False if one of them is quarantined over it, and its lock is left. */
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
