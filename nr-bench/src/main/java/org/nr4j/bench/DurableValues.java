package org.nr4j.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import org.nr4j.kv.Entry;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.ScanOrder;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.SyncPolicy;

/**
 * Measures a store whose values are on the disk only: filling it, reading, overwriting and scanning it, and opening it
 * again. One thread.
 *
 * <p>{@code java -Xmx1g -cp nr-bench/target/benchmarks.jar org.nr4j.bench.DurableValues [entries] [bytes of a value]}.
 * A run uses a temporary directory, which it deletes at its end.
 */
public final class DurableValues {
    private static final Duration PHASE = Duration.ofSeconds(10);
    private static final int SCANNED = 1_000;

    private final int entries;
    private final byte[] value;
    private final SplittableRandom random = new SplittableRandom(42);

    private DurableValues(int entries, int valueBytes) {
        this.entries = entries;
        this.value = new byte[valueBytes];
        random.nextBytes(value);
    }

    /** Runs all phases, and prints what each took. */
    public static void main(String[] args) throws IOException {
        int entries = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        int valueBytes = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        try (TemporaryDirectory directory = new TemporaryDirectory("nr4j-values")) {
            Durability options =
                    Durability.in(directory.path()).syncPolicy(SyncPolicy.NEVER).valuesOnDisk(1_000);
            new DurableValues(entries, valueBytes).run(options);
        }
    }

    private void run(Durability options) {
        long start = System.nanoTime();
        try (KeyValueStore store = KeyValueStore.builder().durable(options).build()) {
            for (int i = 0; i < entries; i++) {
                store.set(key(i), changed(i));
            }
            report(store, "filled", entries, start);
            phase(store, "get", () -> store.get(key(random.nextInt(entries))));
            phase(store, "set", () -> store.set(key(random.nextInt(entries)), changed(random.nextInt())));
            phase(store, "get", () -> store.get(key(random.nextInt(entries))));
            scan(store);
            start = System.nanoTime();
        }
        report(null, "closed", 1, start);
        start = System.nanoTime();
        try (KeyValueStore store = KeyValueStore.builder().durable(options).build()) {
            report(store, "opened", 1, start);
            phase(store, "get", () -> store.get(key(random.nextInt(entries))));
        }
    }

    private static byte[] key(int number) {
        return KeyValueStore.encode(number * 0x9E3779B97F4A7C15L); // all different, in no order
    }

    private byte[] changed(int number) {
        value[0] = (byte) number;
        return value;
    }

    private static void phase(KeyValueStore store, String what, Runnable operation) {
        long start = System.nanoTime();
        long count = 0;
        while (System.nanoTime() - start < PHASE.toNanos()) {
            operation.run();
            count++;
        }
        report(store, what, count, start);
    }

    private static void scan(KeyValueStore store) {
        long start = System.nanoTime();
        var iterator = store.iterator(KeyRange.all(), ScanOrder.ASCENDING);
        long bytes = 0;
        int count = 0;
        while (count < SCANNED && iterator.hasNext()) {
            Entry entry = iterator.next();
            bytes += entry.value().length;
            count++;
        }
        report(store, "iterated " + bytes + " bytes", count, start);
    }

    private static void report(KeyValueStore store, String what, long operations, long start) {
        double seconds = (System.nanoTime() - start) / 1e9;
        Runtime runtime = Runtime.getRuntime();
        System.out.printf(
                Locale.ROOT,
                "%s: %.2f s, %.0f operations a second, heap in use %d MB%n",
                what,
                seconds,
                operations / seconds,
                (runtime.totalMemory() - runtime.freeMemory()) >> 20);
        if (store != null) {
            System.out.println("    " + store.durableStats());
        }
    }
}
