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
 * Measures maps through the interface of the JDK. Keys are uniform; a put replaces a value. The subclasses say which
 * maps are measured.
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

    /** Creates the map that was asked for, empty. */
    abstract ConcurrentMap<Long, Long> newMap();

    /** Builds the map. The keys are far apart, so no form profits from their order. */
    @Setup
    public void build() {
        map = newMap();
        keys = new Long[entries];
        for (int i = 0; i < entries; i++) {
            keys[i] = i * 0x9E3779B97F4A7C15L;
            map.put(keys[i], keys[i]);
        }
    }

    /** Closes the replicated maps. */
    @TearDown
    public void close() throws Exception {
        if (map instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    /** Returns a key that is in the map. */
    Long key(Dice dice) {
        return keys[dice.below(entries)];
    }

    /** Reads. */
    @Benchmark
    public Long get(Dice dice) {
        return map.get(key(dice));
    }

    /** Writes. */
    @Benchmark
    public Long put(Dice dice) {
        return map.put(key(dice), key(dice));
    }

    /** Updates atomically by a function. */
    @Benchmark
    public Long merge(Dice dice) {
        return map.merge(key(dice), 1L, Long::sum);
    }
}
