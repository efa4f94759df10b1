package org.nr4j.bench;

import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reads and writes of one map by all threads, uniform keys: node replication against what one would use instead, in one run.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar MapBenchmark -t 2}; {@code -p way=nr,synchronized} for some of the ways only, {@code -prof gc} for the allocation.
 * With {@code -t 1}, {@code writes=0} and {@code writes=100} show what safety costs over {@code bare}, which is safe with one thread only.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class MapBenchmark {
    @Param({"nr", "synchronized", "ReentrantLock", "ReadWriteLock", "StampedLock", "jdk"})
    String way;

    @Param({"HashMap", "TreeMap"})
    String structure;

    @Param("10000")
    int entries;

    /** Per cent. */
    @Param({"0", "10", "50", "100"})
    int writes;

    @Param("1")
    int replicas;

    private SharedMap map;
    private Integer[] keys;
    private SharedMap.Put[] puts;

    /** Builds the map and the operations. */
    @Setup
    public void build() {
        map = SharedMap.of(way, structure, entries, replicas);
        keys = new Integer[entries];
        puts = new SharedMap.Put[entries];
        for (int i = 0; i < entries; i++) {
            keys[i] = i;
            puts[i] = new SharedMap.Put(keys[i], keys[i]);
        }
    }

    /** One read or write. */
    @Benchmark
    public Integer operation(Dice dice) {
        long roll = dice.roll();
        int i = Dice.below(roll, entries);
        boolean write = (roll & 0xFFFF) * 100 < (long) writes * 0x10000;
        return write ? map.put(puts[i]) : map.get(keys[i]);
    }
}
