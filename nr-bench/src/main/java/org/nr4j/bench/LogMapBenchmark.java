package org.nr4j.bench;

import java.util.HashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jctools.maps.NonBlockingHashMap;
import org.nr4j.cnr.ConcurrentReplicatedMap;
import org.nr4j.cnr.LogMapBuilder;
import org.nr4j.cnr.PartitionedMap;
import org.nr4j.kv.ReplicatedMap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Maps over several logs, by what a replica holds: a {@code HashMap} for each log, or one concurrent map for all; beside the replicated map with one log. Keys are uniform; a put replaces a value.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar LogMapBenchmark -t 2}; with {@code -p replicas=2} through the logs.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class LogMapBenchmark {
    @Param({"ReplicatedMap", "HashMap", "ConcurrentHashMap", "NonBlockingHashMap"})
    String holds;

    @Param("2")
    int logs;

    @Param("10000")
    int entries;

    @Param("1")
    int replicas;

    private ConcurrentMap<Long, Long> map;
    private Long[] keys;

    /** Builds the map; the keys are far apart, so that no form profits from their order. */
    @Setup
    public void build() {
        map = newMap();
        keys = new Long[entries];
        for (int i = 0; i < entries; i++) {
            keys[i] = i * 0x9E3779B97F4A7C15L;
            map.put(keys[i], keys[i]);
        }
    }

    private ConcurrentMap<Long, Long> newMap() {
        return switch (holds) {
            case "ReplicatedMap" ->
                ReplicatedMap.<Long, Long>builder().replicas(replicas).build();
            case "HashMap" -> built(PartitionedMap.<Long, Long>builder(HashMap::new));
            case "ConcurrentHashMap" -> built(ConcurrentReplicatedMap.<Long, Long>builder(ConcurrentHashMap::new));
            case "NonBlockingHashMap" -> built(ConcurrentReplicatedMap.<Long, Long>builder(NonBlockingHashMap::new));
            default -> throw new IllegalArgumentException("unknown kind of map: " + holds);
        };
    }

    private <M> M built(LogMapBuilder<M> builder) {
        return builder.logs(logs).replicas(replicas).build();
    }

    /** Closes it. */
    @TearDown
    public void close() throws Exception {
        ((AutoCloseable) map).close();
    }

    /** A read. */
    @Benchmark
    public Long get(Dice dice) {
        return map.get(keys[dice.below(entries)]);
    }

    /** A write. */
    @Benchmark
    public Long put(Dice dice) {
        return map.put(keys[dice.below(entries)], keys[dice.below(entries)]);
    }

    /** A write of a key that comes and goes. */
    @Benchmark
    public Long putAndRemove(Dice dice) {
        Long key = keys[dice.below(entries)];
        return dice.below(2) == 0 ? map.put(key, key) : map.remove(key);
    }

    /** An atomic update by a function. */
    @Benchmark
    public Long merge(Dice dice) {
        return map.merge(keys[dice.below(entries)], 1L, Long::sum);
    }
}
