package org.nr4j.bench;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.nr4j.kv.Fingerprint;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueStore;
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
 * Measures the fingerprint of a range between two random keys, in a store of random 16-byte keys and 100-byte values.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar FingerprintBenchmark -jvmArgs -Xmx4g -p entries=1000000,10}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class FingerprintBenchmark {
    /**
     * The number of ranges, which are made beforehand, so that only the store is measured. They are enough to cover the
     * whole store.
     */
    private static final int RANGES = 1 << 14;

    @Param("1000000")
    int entries;

    private final KeyRange[] ranges = new KeyRange[RANGES];
    private KeyValueStore store;

    /** Builds the store and the ranges. */
    @Setup
    public void build() {
        SplittableRandom random = new SplittableRandom(42);
        store = KeyValueStore.builder().fingerprints(true).replicas(1).build();
        byte[][] keys = new byte[entries][16];
        for (byte[] key : keys) {
            byte[] value = new byte[100];
            random.nextBytes(key);
            random.nextBytes(value);
            store.set(key, value);
        }
        Arrays.sort(keys, Arrays::compareUnsigned);
        for (int i = 0; i < RANGES; i++) {
            ranges[i] = KeyValueBenchmark.newRange(keys, random);
        }
    }

    /** Closes the store. */
    @TearDown
    public void close() {
        store.close();
    }

    /** A thread's place among the ranges. */
    @State(Scope.Thread)
    public static class Place {
        int next;
    }

    /** Computes the fingerprint of the next range. */
    @Benchmark
    public Fingerprint range(Place place) {
        return store.fingerprint(ranges[place.next++ & RANGES - 1]);
    }
}
