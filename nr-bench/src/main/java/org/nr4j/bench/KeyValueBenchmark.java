package org.nr4j.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.ScanOrder;
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
 * Compares the key-value store with a {@link ConcurrentSkipListMap} of byte arrays, and measures the store's range
 * queries. Both have 16-byte random keys and 100-byte values.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar KeyValueBenchmark -jvmArgs "-Xmx4g -XX:+UseParallelGC"}; add
 * {@code -t 2} for two threads, {@code -p logs=2} for two logs.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class KeyValueBenchmark {
    private static final int RANGE = 100;

    /**
     * The number of ranges, which are made beforehand, so that only the store is measured. They are enough to cover the
     * whole store.
     */
    private static final int RANGES = 1 << 14;

    @Param("1000000")
    int entries;

    @Param("false")
    boolean fingerprints;

    /** The number of logs. With 2 and {@code -t 2}, most puts of the two threads use different logs. */
    @Param("1")
    int logs;

    private byte[][] keys;
    private byte[][] sorted;
    private KeyRange[] ranges;
    private KeyValueStore store;
    private final ConcurrentSkipListMap<byte[], byte[]> map = new ConcurrentSkipListMap<>(Arrays::compareUnsigned);

    /** Builds both maps with the same entries. */
    @Setup
    public void build() {
        SplittableRandom random = new SplittableRandom(42);
        store = KeyValueStore.builder()
                .fingerprints(fingerprints)
                .replicas(1)
                .logs(logs)
                .build();
        keys = new byte[entries][];
        for (int i = 0; i < entries; i++) {
            keys[i] = new byte[16];
            random.nextBytes(keys[i]);
            byte[] value = new byte[100];
            random.nextBytes(value);
            store.set(keys[i], value);
            map.put(keys[i].clone(), value);
        }
        sorted = keys.clone();
        Arrays.sort(sorted, Arrays::compareUnsigned);
        ranges = new KeyRange[Math.min(RANGES, 4 * entries)];
        for (int i = 0; i < ranges.length; i++) {
            ranges[i] = newRange(sorted, random);
        }
    }

    /** Closes the store. */
    @TearDown
    public void close() {
        store.close();
    }

    /** A thread's own value. */
    @State(Scope.Thread)
    public static class Value {
        private final byte[] bytes = new byte[100];
    }

    private byte[] key(Dice dice) {
        return keys[dice.below(entries)];
    }

    private KeyRange range(Dice dice) {
        return ranges[dice.below(ranges.length)];
    }

    /** Returns the range between two random keys of an ascending array. */
    static KeyRange newRange(byte[][] sorted, SplittableRandom random) {
        int from = random.nextInt(sorted.length - 1);
        int to = random.nextInt(sorted.length - 1);
        return KeyRange.atLeast(sorted[Math.min(from, to)]).below(sorted[Math.max(from, to) + 1]);
    }

    /** Reads from the store. */
    @Benchmark
    public byte[] getStore(Dice dice) {
        return store.get(key(dice));
    }

    /** A read. */
    @Benchmark
    public byte[] getSkipList(Dice dice) {
        return map.get(key(dice));
    }

    /** Replaces a value and returns the old one. */
    @Benchmark
    public byte[] putStore(Dice dice, Value value) {
        value.bytes[0]++;
        return store.put(key(dice), value.bytes);
    }

    /** Replaces a value without returning the old one. */
    @Benchmark
    public void setStore(Dice dice, Value value) {
        value.bytes[0]++;
        store.set(key(dice), value.bytes);
    }

    /** Replaces a value in the skip list, by a copy as the store makes one. */
    @Benchmark
    public byte[] putSkipList(Dice dice, Value value) {
        value.bytes[0]++;
        return map.put(key(dice), value.bytes.clone());
    }

    /** A hundred entries in order. */
    @Benchmark
    public Object scanStore(Dice dice) {
        return store.scan(KeyRange.atLeast(key(dice)), ScanOrder.ASCENDING, RANGE);
    }

    /** A hundred entries in order. */
    @Benchmark
    public Object scanSkipList(Dice dice) {
        int from = dice.below(Math.max(1, entries - RANGE));
        List<Map.Entry<byte[], byte[]>> result = new ArrayList<>(RANGE);
        for (Map.Entry<byte[], byte[]> entry : map.subMap(
                        sorted[from], true, sorted[Math.min(from + RANGE, entries - 1)], false)
                .entrySet()) {
            result.add(entry);
        }
        return result;
    }

    /** Counts the keys of a random range. */
    @Benchmark
    public long countStore(Dice dice) {
        return store.count(range(dice));
    }

    /** Returns the key at a random rank. */
    @Benchmark
    public byte[] keyAtStore(Dice dice) {
        return store.keyAt(dice.below(entries));
    }

    /** How many keys a random range has. */
    @Benchmark
    public long countSkipList(Dice dice) {
        int a = dice.below(entries);
        int b = dice.below(entries);
        return map.subMap(sorted[Math.min(a, b)], true, sorted[Math.max(a, b)], true)
                .size();
    }
}
