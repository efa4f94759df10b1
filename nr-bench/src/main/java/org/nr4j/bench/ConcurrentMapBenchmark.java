package org.nr4j.bench;

import java.util.concurrent.ConcurrentMap;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The operations of maps that are used through the interface of the JDK. Keys are uniform; a put replaces a value.
 * Which maps, say the classes that extend this.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public abstract class ConcurrentMapBenchmark {
    @Param("10000")
    int entries;

    @Param("1")
    int replicas;

    ConcurrentMap<Long, Long> map;
    private Long[] keys;

    /** The map asked for, empty. */
    abstract ConcurrentMap<Long, Long> newMap();

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

    /** Closes the replicated ones. */
    @TearDown
    public void close() throws Exception {
        if (map instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    /** One that is there. */
    Long key(Dice dice) {
        return keys[dice.below(entries)];
    }

    /** A read. */
    @Benchmark
    public Long get(Dice dice) {
        return map.get(key(dice));
    }

    /** A write. */
    @Benchmark
    public Long put(Dice dice) {
        return map.put(key(dice), key(dice));
    }

    /** An atomic update by a function. */
    @Benchmark
    public Long merge(Dice dice) {
        return map.merge(key(dice), 1L, Long::sum);
    }
}
