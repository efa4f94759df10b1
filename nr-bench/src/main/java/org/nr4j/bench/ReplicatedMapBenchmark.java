package org.nr4j.bench;

import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.nr4j.kv.ReplicatedMap;
import org.nr4j.kv.ReplicatedMapBuilder;
import org.nr4j.kv.ReplicatedNavigableMap;
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
import org.openjdk.jmh.infra.Blackhole;

/**
 * The replicated maps beside those of the JDK that they stand in for, used through the interface. Keys are uniform; a put replaces a value.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar ReplicatedMapBenchmark -t 2}; {@code -p entries=1000000} for a map that is larger than the caches, {@code -jvmArgsAppend -XX:+UseParallelGC}
 * for another collector, {@code -p replicas=2} for what a second replica costs on one node.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class ReplicatedMapBenchmark {
    private static final int WALK = 100;

    @Param({"ReplicatedMap", "ConcurrentHashMap", "ReplicatedNavigableMap", "ConcurrentSkipListMap"})
    String kind;

    @Param("10000")
    int entries;

    @Param("1")
    int replicas;

    /** Of the hashed map. */
    @Param("1")
    int logs;

    private ConcurrentMap<Long, Long> map;
    private Long[] keys;

    /** Builds the map; the keys are far apart, so that neither form profits from their order. */
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
        return switch (kind) {
            case "ReplicatedMap" -> built(ReplicatedMap.<Long, Long>builder().logs(logs));
            case "ReplicatedNavigableMap" -> built(ReplicatedNavigableMap.<Long, Long>builder());
            case "ConcurrentHashMap" -> new ConcurrentHashMap<>();
            case "ConcurrentSkipListMap" -> new ConcurrentSkipListMap<>();
            default -> throw new IllegalArgumentException("unknown kind of map: " + kind);
        };
    }

    private <M> M built(ReplicatedMapBuilder<M, ?> builder) {
        return builder.replicas(replicas).build();
    }

    /** Closes the replicated ones. */
    @TearDown
    public void close() throws Exception {
        if (map instanceof AutoCloseable closeable) {
            closeable.close();
        }
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

    /** One write in ten operations. */
    @Benchmark
    public Long mixed10(Dice dice) {
        return mixed(dice, 10);
    }

    /** As many writes as reads. */
    @Benchmark
    public Long mixed50(Dice dice) {
        return mixed(dice, 50);
    }

    private Long mixed(Dice dice, int writes) {
        return dice.below(100) < writes ? put(dice) : get(dice);
    }

    /** An atomic update by a function. */
    @Benchmark
    public Long merge(Dice dice) {
        return map.merge(keys[dice.below(entries)], 1L, Long::sum);
    }

    /** A hundred entries: from a random key on in a sorted map, from the beginning in a hashed one. */
    @Benchmark
    public void iterate100(Dice dice, Blackhole blackhole) {
        Map<Long, Long> from =
                map instanceof NavigableMap<Long, Long> sorted ? sorted.tailMap(keys[dice.below(entries)], true) : map;
        Iterator<Map.Entry<Long, Long>> iterator = from.entrySet().iterator();
        for (int i = 0; i < WALK && iterator.hasNext(); i++) {
            Map.Entry<Long, Long> entry = iterator.next();
            blackhole.consume(entry.getKey());
            blackhole.consume(entry.getValue());
        }
    }
}
