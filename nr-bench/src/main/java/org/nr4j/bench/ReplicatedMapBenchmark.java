package org.nr4j.bench;

import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.nr4j.kv.ReplicatedMap;
import org.nr4j.kv.ReplicatedMapBuilder;
import org.nr4j.kv.ReplicatedNavigableMap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Compares the replicated maps with the maps of the JDK that they replace, through the interface. Keys are uniform; a
 * put replaces a value.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar ReplicatedMapBenchmark -t 2}; {@code -p entries=1000000} for a map
 * that is larger than the caches, {@code -jvmArgsAppend -XX:+UseParallelGC} for another collector, {@code -p
 * replicas=2} for what a second replica costs on one node.
 */
public class ReplicatedMapBenchmark extends ConcurrentMapBenchmark {
    private static final int WALK = 100;

    @Param({"ReplicatedMap", "ConcurrentHashMap", "ReplicatedNavigableMap", "ConcurrentSkipListMap"})
    String kind;

    /** The number of logs of the hashed map. */
    @Param("1")
    int logs;

    @Override
    ConcurrentMap<Long, Long> newMap() {
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

    /** Makes one operation in ten a write. */
    @Benchmark
    public Long mixed10(Dice dice) {
        return mixed(dice, 10);
    }

    /** Makes as many writes as reads. */
    @Benchmark
    public Long mixed50(Dice dice) {
        return mixed(dice, 50);
    }

    private Long mixed(Dice dice, int writes) {
        return dice.below(100) < writes ? put(dice) : get(dice);
    }

    /** Iterates over a hundred entries: from a random key in a sorted map, from the beginning in a hashed one. */
    @Benchmark
    public void iterate100(Dice dice, Blackhole blackhole) {
        Map<Long, Long> from = map instanceof NavigableMap<Long, Long> sorted ? sorted.tailMap(key(dice), true) : map;
        Iterator<Map.Entry<Long, Long>> iterator = from.entrySet().iterator();
        for (int i = 0; i < WALK && iterator.hasNext(); i++) {
            Map.Entry<Long, Long> entry = iterator.next();
            blackhole.consume(entry.getKey());
            blackhole.consume(entry.getValue());
        }
    }
}
