package org.nr4j.bench;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import org.nr4j.NodeReplicated;
import org.nr4j.bench.report.Statistics;
import org.nr4j.kv.KeyValueStore;

/**
 * Measures how long a writer stands still while a replica is added.
 *
 * <p>Only one thread writes. The program takes the longest time between two of its writes: once while a replica is
 * added, and once in an equal time without. It measures a map of a million entries in two forms. One form is copied
 * entry by entry. The other is a key-value store, whose copy shares pages.
 *
 * <p>{@code java -cp nr-bench/target/benchmarks.jar org.nr4j.bench.AddReplica [entries]} prints the median and the
 * largest of eleven rounds. The figures include the collector's pauses; a JVM option chooses the collector.
 */
public final class AddReplica {
    private static final int ROUNDS = 11;
    private static final int DEFAULT_ENTRIES = 1_000_000;

    private final int entries;
    private volatile boolean done;

    /**
     * The longest time between two writes since it was last reset, in nanoseconds. The writer raises it; the other
     * thread reads and resets it.
     */
    private volatile long longest;

    private AddReplica(int entries) {
        this.entries = entries;
    }

    /** Runs both measurements. */
    public static void main(String[] args) throws InterruptedException {
        int entries = args.length > 0 ? Integer.parseInt(args[0]) : DEFAULT_ENTRIES;
        try (NodeReplicated<Integer, MapSubject.Put, Object> map =
                MapSubject.uniform(MapSubject.Kind.ORDERED, entries).replicated(1)) {
            new AddReplica(entries)
                    .run(
                            "TreeMap, copied entry by entry",
                            key -> map.executeMut(new MapSubject.Put(key, key)),
                            () -> map.addReplica(0),
                            map::removeReplica);
        }
        try (KeyValueStore store = KeyValueStore.builder().replicas(1).build()) {
            byte[] value = new byte[100];
            for (int i = 0; i < entries; i++) {
                store.set(key(i), value);
            }
            new AddReplica(entries)
                    .run(
                            "KeyValueStore, pages shared",
                            key -> store.set(key(key), value),
                            () -> store.addReplica(0),
                            store::removeReplica);
        }
    }

    private static byte[] key(int i) {
        return ByteBuffer.allocate(16)
                .putLong(i * 0x9E3779B97F4A7C15L)
                .putLong(i)
                .array();
    }

    private void run(String title, IntConsumer write, IntSupplier add, IntConsumer remove) throws InterruptedException {
        Thread writer = new Thread(() -> writeUntilDone(write), "writer");
        writer.start();
        Thread.sleep(2_000);
        double[] before = new double[ROUNDS];
        double[] during = new double[ROUNDS];
        double[] took = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            longest = 0;
            long start = System.nanoTime();
            int id = add.getAsInt();
            took[round] = millisSince(start);
            Thread.sleep(5);
            during[round] = longest / 1e6;
            remove.accept(id);
            Thread.sleep(200);
            longest = 0;
            Thread.sleep((long) took[round] + 5);
            before[round] = longest / 1e6;
        }
        done = true;
        writer.join();
        System.out.printf("%s, %,d entries, milliseconds, median (largest) of %d%n", title, entries, ROUNDS);
        System.out.printf("  addReplica took          %s%n", summary(took));
        System.out.printf("  longest wait of a write  %s%n", summary(during));
        System.out.printf("  in an equal time without %s%n", summary(before));
    }

    private void writeUntilDone(IntConsumer write) {
        long state = 42;
        long last = System.nanoTime();
        while (!done) {
            state = Dice.next(state);
            write.accept(Dice.below(state, entries));
            long now = System.nanoTime();
            if (now - last > longest) {
                longest = now - last;
            }
            last = now;
        }
    }

    private static double millisSince(long start) {
        return (System.nanoTime() - start) / 1e6;
    }

    private static String summary(double[] values) {
        return String.format(
                "%8.2f (%.2f)",
                Statistics.median(values), Arrays.stream(values).max().orElseThrow());
    }
}
