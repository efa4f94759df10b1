package org.nr4j.internal.multilog;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.follow.Followers;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.ReentrancyGuard;
import org.nr4j.internal.replica.Replica;
import org.nr4j.internal.replica.ReplicaSet;
import org.nr4j.internal.replica.SharedStructure;
import org.nr4j.internal.replica.SoleReplica;

/**
 * The logs of an instance. Each has its own set of {@link Replica} objects for the structures that all logs share. Any
 * thread may call the methods.
 */
final class LogGroups<R, W, A extends @Nullable Object> {
    /** The sets of replicas, by log. */
    final List<ReplicaSet<R, Object, A>> groups;

    /** The numbers of all logs. */
    final int[] allLogs;

    /** Detects a re-entrant call, whatever its log. */
    final ReentrancyGuard guard;

    LogGroups(List<ReplicaSet<R, Object, A>> groups, ReentrancyGuard guard) {
        this.groups = List.copyOf(groups);
        this.allLogs = IntStream.range(0, groups.size()).toArray();
        this.guard = guard;
    }

    /** Returns the replicas of one log. */
    ReplicaSet<R, Object, A> get(int log) {
        return groups.get(log);
    }

    /**
     * Returns the replica with that number if it serves the log. Otherwise returns the replica of the calling thread.
     */
    Replica<R, Object, A> lane(int log, int replica, long threadId) {
        ReplicaSet<R, Object, A> group = groups.get(log);
        return replica == MultiLog.NEAREST ? group.replicaOf(threadId) : group.serving(replica, threadId);
    }

    /**
     * Returns {@code replica} if the replica with that number serves. Otherwise returns the number of the calling
     * thread's replica.
     */
    int serving(int replica, long threadId) {
        return lane(0, replica, threadId).id();
    }

    /**
     * Returns the replica with that number, by log. Returns null if some of these logs have no such replica, because it
     * was removed.
     */
    @SuppressWarnings({"unchecked", "rawtypes"})
    Replica<R, Object, A> @Nullable [] lanes(int[] logs, int replica) {
        Replica<R, Object, A>[] lanes = new Replica[logs.length];
        for (int i = 0; i < logs.length; i++) {
            Replica<R, Object, A> lane = groups.get(logs[i]).find(replica);
            if (lane == null) {
                return null;
            }
            lanes[i] = lane;
        }
        return lanes;
    }

    /** Returns the single replica, by log, or null if there are several replicas. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    SoleReplica<R, Object, A> @Nullable [] alone(int[] logs) {
        SoleReplica<R, Object, A>[] lanes = new SoleReplica[logs.length];
        for (int i = 0; i < logs.length; i++) {
            SoleReplica<R, Object, A> lane = groups.get(logs[i]).sole();
            if (lane == null) {
                return null;
            }
            lanes[i] = lane;
        }
        return lanes;
    }

    @SuppressWarnings("unchecked")
    SharedStructure<R, W, A> sharedOf(Replica<R, Object, A> lane) {
        return ((LogBarrier<R, W, A>) lane.dispatch()).shared();
    }

    /** Whether a single replica works without the logs. It writes to them only as journals for followers. */
    boolean isAlone() {
        return groups.get(0).sole() != null;
    }

    /** Returns how many writes each log has had. */
    long[] indexes() {
        return groups.stream().mapToLong(ReplicaSet::index).toArray();
    }

    /**
     * Throws if the thread runs the consumer of a follower that writers wait for: see {@link Followers#refuseConsumer}.
     */
    void refuseConsumer(long threadId) {
        groups.get(0).followers().refuseConsumer(threadId); // a follower of one log follows all logs
    }

    boolean isAwaitedConsumer(long threadId) {
        return groups.get(0).followers().isAwaitedConsumer(threadId);
    }

    void settle() {
        groups.get(0).settle();
    }

    boolean isStopped() {
        return groups.stream().anyMatch(ReplicaSet::isStopped);
    }

    /** Throws if the instance is closed or has stopped. */
    void checkUsable() {
        groups.forEach(ReplicaSet::checkUsable);
    }

    /** Throws if the calling thread is inside an operation. */
    void refuseInside(long threadId) {
        groups.get(0).refuseInside(threadId);
    }

    /** Creates a backoff for one wait of the calling thread. */
    Backoff newBackoff() {
        return groups.get(0).newBackoff();
    }

    /** Returns the number of logs. */
    int logs() {
        return groups.size();
    }

    /** Returns the numbers of the replicas that serve. */
    List<Integer> replicas() {
        return groups.get(0).all().stream().map(Replica::id).toList();
    }
}
