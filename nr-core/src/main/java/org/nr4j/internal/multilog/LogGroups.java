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
 * The logs of an instance, and for each the replicas of the structures that they share. Any thread may call the
 * methods.
 */
final class LogGroups<R, W, A extends @Nullable Object> {
    /** By log. */
    final List<ReplicaSet<R, Object, A>> groups;

    /** The numbers of all logs. */
    final int[] allLogs;

    /** Recognises a thread that calls back, whatever the log. */
    final ReentrancyGuard guard;

    LogGroups(List<ReplicaSet<R, Object, A>> groups, ReentrancyGuard guard) {
        this.groups = List.copyOf(groups);
        this.allLogs = IntStream.range(0, groups.size()).toArray();
        this.guard = guard;
    }

    /** The replicas of one log. */
    ReplicaSet<R, Object, A> get(int log) {
        return groups.get(log);
    }

    /** The replica that serves a log, of that number if there is one. */
    Replica<R, Object, A> lane(int log, int replica, long threadId) {
        ReplicaSet<R, Object, A> group = groups.get(log);
        return replica == MultiLog.NEAREST ? group.replicaOf(threadId) : group.serving(replica, threadId);
    }

    /** The number of the replica that serves, that one if it does. */
    int serving(int replica, long threadId) {
        return lane(0, replica, threadId).id();
    }

    /** The replica of that number, by log; null if it does not serve all of them, being about to be quarantined. */
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

    /** The single replica, by log; null where there are several. */
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

    /** Whether a single replica works without the logs, but for the journals that followers have it write. */
    boolean isAlone() {
        return groups.get(0).sole() != null;
    }

    /** How many writes there have been in each log. */
    long[] indexes() {
        return groups.stream().mapToLong(ReplicaSet::index).toArray();
    }

    /**
     * Throws if that thread runs the consumer of a follower that writers wait for: see {@link
     * Followers#refuseConsumer}.
     */
    void refuseConsumer(long threadId) {
        groups.get(0).followers().refuseConsumer(threadId); // who follows one log, follows all
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

    /** Throws if no operation is possible any more. */
    void checkUsable() {
        groups.forEach(ReplicaSet::checkUsable);
    }

    /** Throws if the calling thread is inside an operation. */
    void refuseInside(long threadId) {
        groups.get(0).refuseInside(threadId);
    }

    /** A wait of the calling thread. */
    Backoff newBackoff() {
        return groups.get(0).newBackoff();
    }

    /** How many logs there are. */
    int logs() {
        return groups.size();
    }

    /** The numbers of the replicas that serve. */
    List<Integer> replicas() {
        return groups.get(0).all().stream().map(Replica::id).toList();
    }
}
