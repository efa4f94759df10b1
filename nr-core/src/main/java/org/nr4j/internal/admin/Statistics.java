package org.nr4j.internal.admin;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.nr4j.NrStats;
import org.nr4j.internal.replica.Replica;
import org.nr4j.internal.replica.ReplicaSet;
import org.nr4j.internal.stats.CombineCounters;
import org.nr4j.topology.NumaTopology;

/** Reports what the replicas of one log have done, and their state, for the façades. */
public final class Statistics {
    private Statistics() {}

    /**
     * Returns the figures. They are read while other threads work, so they may not all be of the same moment.
     *
     * @param gone the counters of removed and replaced replicas
     */
    public static <R, W, A extends @Nullable Object> NrStats of(
            ReplicaSet<R, W, A> replicas, CombineCounters gone, NumaTopology topology) {
        CombineCounters all = new CombineCounters();
        all.addAll(gone);
        List<NrStats.ReplicaStats> each = new ArrayList<>();
        for (Replica<R, W, A> replica : replicas.all()) {
            all.addAll(replica.counters());
            each.add(of(replica, replicas, NrStats.ReplicaState.SERVING));
        }
        for (Replica<R, W, A> replica : replicas.quarantined()) {
            all.addAll(replica.counters());
            each.add(of(replica, replicas, NrStats.ReplicaState.QUARANTINED));
        }
        each.sort(Comparator.comparingInt(NrStats.ReplicaStats::id));
        List<Long> batchSizes = LongStream.range(0, CombineCounters.SIZE_CLASSES)
                .mapToObj(sizeClass -> all.batches((int) sizeClass))
                .toList();
        return new NrStats(
                replicas.index(),
                batchSizes.stream().mapToLong(Long::longValue).sum(),
                batchSizes,
                replicas.log().capacity(),
                replicas.log().occupancy(),
                replicas.reclaimer().helps(),
                replicas.waits(),
                Collections.unmodifiableList(each),
                followersOf(replicas),
                topology.placement().toString());
    }

    private static <R, W, A extends @Nullable Object> NrStats.ReplicaStats of(
            Replica<R, W, A> replica, ReplicaSet<R, W, A> replicas, NrStats.ReplicaState state) {
        return new NrStats.ReplicaStats(
                replica.id(), replica.node(), state, replica.counters().operations(), replicas.lag(replica));
    }

    private static List<NrStats.FollowerStats> followersOf(ReplicaSet<?, ?, ?> replicas) {
        List<NrStats.FollowerStats> result = new ArrayList<>();
        replicas.followers().forEach((follower, reader) -> {
            long index = reader.index();
            long lag = Math.max(0, replicas.index() - index);
            result.add(new NrStats.FollowerStats(follower.name(), index, lag, follower.maxLag()));
        });
        return Collections.unmodifiableList(result);
    }
}
