package org.nr4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.SyncPolicy;

/**
 * Measures how long a durable store takes to be filled, and to be opened again: from its log, and from a snapshot.
 *
 * <p>{@code java -cp nr-bench/target/benchmarks.jar org.nr4j.bench.DurableRestart [entries] [bytes of a value]}. A run
 * uses a temporary directory, of which it deletes nothing.
 */
public final class DurableRestart {
    private static final int OPENINGS = 3;

    private DurableRestart() {}

    /** Fills, closes and opens a store, and prints the times. */
    public static void main(String[] args) throws IOException {
        int entries = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        int valueBytes = args.length > 1 ? Integer.parseInt(args[1]) : 100;
        Path directory = Files.createTempDirectory("nr4j-restart");
        long most = 1L << 40;
        Durability logOnly =
                Durability.in(directory).syncPolicy(SyncPolicy.NEVER).snapshotBytes(most);
        long start = System.nanoTime();
        try (KeyValueStore store = KeyValueStore.builder().durable(logOnly).build()) {
            fill(store, entries, valueBytes);
            print("filled, not closed yet", start);
        }
        print("filled and closed", start);
        open(logOnly, "opened from the log");
        try (KeyValueStore store =
                KeyValueStore.builder().durable(logOnly.snapshotBytes(4_096)).build()) {
            while (store.durableStats().snapshots() == 0) {
                Thread.onSpinWait();
            }
        }
        open(logOnly, "opened from a snapshot");
    }

    private static void fill(KeyValueStore store, int entries, int valueBytes) {
        SplittableRandom random = new SplittableRandom(42);
        for (int i = 0; i < entries; i++) {
            byte[] key = new byte[16];
            byte[] value = new byte[valueBytes];
            random.nextBytes(key);
            random.nextBytes(value);
            store.set(key, value);
        }
    }

    private static void open(Durability options, String what) {
        for (int i = 0; i < OPENINGS; i++) {
            long start = System.nanoTime();
            try (KeyValueStore store = KeyValueStore.builder().durable(options).build()) {
                print(
                        what + ", " + store.size() + " entries, "
                                + store.durableStats().recoveredBytes() + " bytes",
                        start);
            }
        }
    }

    private static void print(String what, long start) {
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        System.out.printf(Locale.ROOT, "%s: %.2f s%n", what, time.toMillis() / 1e3);
    }
}
