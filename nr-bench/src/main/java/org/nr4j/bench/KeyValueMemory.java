package org.nr4j.bench;

import java.util.SplittableRandom;
import org.nr4j.kv.KeyValueStore;

/**
 * Measures how much memory one replica takes: the heap after a collection, with the store and without it. Keys have 16
 * bytes and values 100 bytes. The entries are put in random order, and once in ascending order.
 *
 * <p>{@code java -Xmx2g -XX:+UseSerialGC -cp nr-bench/target/benchmarks.jar org.nr4j.bench.KeyValueMemory [entries]}
 */
public final class KeyValueMemory {
    private static final int KEY = 16;
    private static final int VALUE = 100;

    private KeyValueMemory() {}

    /** Measures and prints. */
    public static void main(String[] args) {
        int entries = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        measure(entries, /* fingerprints= */ false, /* ascending= */ false);
        measure(entries, /* fingerprints= */ true, /* ascending= */ false);
        measure(entries, /* fingerprints= */ false, /* ascending= */ true);
    }

    private static void measure(int entries, boolean fingerprints, boolean ascending) {
        long before = used();
        try (KeyValueStore store =
                KeyValueStore.builder().replicas(1).fingerprints(fingerprints).build()) {
            SplittableRandom random = new SplittableRandom(42);
            for (int i = 0; i < entries; i++) {
                byte[] key = new byte[KEY];
                random.nextBytes(key);
                if (ascending) {
                    System.arraycopy(KeyValueStore.encode(i), 0, key, 0, Long.BYTES);
                }
                store.set(key, new byte[VALUE]);
            }
            double each = (double) (used() - before) / store.size();
            double allowed = 1.3 * (KEY + VALUE) + 40;
            System.out.printf(
                    "fingerprints=%b ascending=%b: %.1f bytes an entry, of which %d are key and value; target at most %.1f%n",
                    fingerprints, ascending, each, KEY + VALUE, allowed);
        }
    }

    private static long used() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            used = Math.min(
                    used,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return used;
    }
}
