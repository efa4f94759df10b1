package org.nr4j.bench;

import java.util.HashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jctools.maps.NonBlockingHashMap;
import org.nr4j.cnr.ConcurrentReplicatedMap;
import org.nr4j.cnr.LogMapBuilder;
import org.nr4j.cnr.PartitionedMap;
import org.nr4j.kv.ReplicatedMap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Maps over several logs, by what a replica holds: a {@code HashMap} for each log, or one concurrent map for all; beside the replicated map with one log, and a {@code ConcurrentHashMap} without replication. Keys are uniform; a put replaces a value.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar LogMapBenchmark -t 2}; with {@code -p replicas=2} through the logs.
 */
public class LogMapBenchmark extends ConcurrentMapBenchmark {
    @Param({"ReplicatedMap", "HashMap", "ConcurrentHashMap", "NonBlockingHashMap", "unreplicated"})
    String holds;

    @Param("2")
    int logs;

    @Override
    ConcurrentMap<Long, Long> newMap() {
        return switch (holds) {
            case "ReplicatedMap" ->
                ReplicatedMap.<Long, Long>builder().replicas(replicas).build();
            case "HashMap" -> built(PartitionedMap.<Long, Long>builder(HashMap::new));
            case "ConcurrentHashMap" -> built(ConcurrentReplicatedMap.<Long, Long>builder(ConcurrentHashMap::new));
            case "NonBlockingHashMap" -> built(ConcurrentReplicatedMap.<Long, Long>builder(NonBlockingHashMap::new));
            case "unreplicated" -> new ConcurrentHashMap<>();
            default -> throw new IllegalArgumentException("unknown kind of map: " + holds);
        };
    }

    private <M> M built(LogMapBuilder<M> builder) {
        return builder.logs(logs).replicas(replicas).build();
    }

    /** A write of a key that comes and goes. */
    @Benchmark
    public Long putAndRemove(Dice dice) {
        Long key = key(dice);
        return dice.below(2) == 0 ? map.put(key, key) : map.remove(key);
    }
}
