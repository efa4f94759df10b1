package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.NotDurableException;
import org.nr4j.kv.durable.SyncPolicy;
import org.nr4j.kv.internal.disk.ModelDisk;
import org.nr4j.testing.Seeded;
import org.nr4j.testing.Soak;
import org.nr4j.testing.ThreadPerTask;

/**
 * Power failures at random moments, on a disk that forgets and tears what was not synced: a store has what it
 * acknowledged, and nothing that nobody wrote.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DurableCrashTest {
    private static final int RUNS = 40;
    private static final int LIVES = 4;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    private final ManualClock clock = new ManualClock();

    private KeyValueStore open(ModelDisk disk, SyncPolicy policy, int logs) {
        return open(disk, policy, logs, /* valuesOnDisk= */ false);
    }

    private KeyValueStore open(ModelDisk disk, SyncPolicy policy, int logs, boolean valuesOnDisk) {
        Durability options = Durability.in(Path.of("model"))
                .syncPolicy(policy)
                .segmentBytes(4_096)
                .snapshotBytes(5_000)
                .minFreeBytes(4_096)
                .valueCacheBytes(1_000);
        return KeyValueStore.builder()
                .logs(logs)
                .clock(clock)
                .fingerprints(true)
                .expiryInterval(Duration.ofDays(1))
                .shape(Keys.TINY)
                .durable(valuesOnDisk ? options.valuesOnDisk(128) : options)
                .disk(disk)
                .build();
    }

    /** One store after the other on one disk, each until a power failure. */
    private final class Lives {
        final RandomGenerator random;
        final SyncPolicy policy;
        ModelDisk disk;

        /** The fingerprints that the contents may have after the failure. */
        List<Fingerprint> possible = new ArrayList<>();

        Lives(RandomGenerator random, SyncPolicy policy) {
            this.random = random;
            this.policy = policy;
            this.disk = new ModelDisk(new Random(random.nextLong()));
        }

        void run() {
            for (int life = 0; life < LIVES; life++) {
                live();
                disk = disk.crash();
            }
            check(open(disk, policy, 1)).close();
        }

        private KeyValueStore check(KeyValueStore store) {
            Fingerprint found = store.fingerprint(KeyRange.all());
            assertThat(possible.isEmpty() || possible.contains(found))
                    .as("found=%s possible=%s", found, possible)
                    .isTrue();
            assertThat(fingerprintOfValues(store)).isEqualTo(found);
            possible = new ArrayList<>(List.of(found));
            return store;
        }

        /** Computes the fingerprint from the values, which a store with values on the disk does not. */
        private Fingerprint fingerprintOfValues(KeyValueStore store) {
            try (KeyValueStore other =
                    KeyValueStore.builder().clock(clock).fingerprints(true).build()) {
                for (Entry entry : store.scan(KeyRange.all())) {
                    Expiry expiry = entry.expiry().map(Expiry::at).orElse(Expiry.never());
                    other.set(entry.key(), entry.value(), expiry);
                }
                return other.fingerprint(KeyRange.all());
            }
        }

        private void live() {
            boolean dies = random.nextInt(5) > 0;
            if (dies && random.nextInt(4) == 0) {
                disk.failAfter(random.nextInt(20), /* always= */ true);
            }
            KeyValueStore store;
            try {
                store = open(disk, policy, 1 + random.nextInt(3), random.nextInt(4) > 0);
            } catch (UncheckedIOException e) {
                return;
            }
            check(store);
            if (dies) {
                disk.failAfter(random.nextInt(1_500), /* always= */ true);
            }
            try {
                for (int i = 0; i < 300; i++) {
                    tryToWrite(store);
                }
            } catch (NotDurableException e) {
                possible.add(store.fingerprint(KeyRange.all()));
            }
            close(store);
        }

        private void tryToWrite(KeyValueStore store) {
            try {
                write(store);
                acknowledged(store);
            } catch (UncheckedIOException e) {
                // A value in a file cannot be read; perhaps the one that the write replaced.
                possible.add(store.fingerprint(KeyRange.all()));
            }
        }

        /** The last write is on the disk. Without ALWAYS, it may also be lost, with others before it. */
        private void acknowledged(KeyValueStore store) {
            if (policy.equals(SyncPolicy.ALWAYS)) {
                possible.clear();
            }
            possible.add(store.fingerprint(KeyRange.all()));
        }

        private void close(KeyValueStore store) {
            try {
                store.close();
                possible = List.of(possible.get(possible.size() - 1));
            } catch (NotDurableException e) {
                // the disk may lack some writes
            }
        }

        private void write(KeyValueStore store) {
            byte[] key = {(byte) random.nextInt(30)};
            byte[] value = new byte[random.nextInt(300)];
            random.nextBytes(value);
            switch (random.nextInt(12)) {
                case 0 -> store.put(key, value, Expiry.after(Duration.ofMillis(1 + random.nextInt(20))));
                case 1 -> store.remove(key);
                case 2 -> store.apply(new AtomicBatch().put(key, value).put(new byte[] {1, 2}, value));
                case 3 -> store.setExpiry(key, Expiry.after(Duration.ofMillis(1 + random.nextInt(20))));
                case 4 -> store.increment(new byte[] {3, 4}, 1);
                case 5 -> store.removeRange(KeyRange.atLeast(key).below(new byte[] {(byte) (key[0] + 2)}));
                case 6 -> advanceIfAlways();
                case 7 -> restoreSometimes(store);
                default -> store.set(key, value);
            }
        }

        /** Without ALWAYS, entries would be due after the failure that were not due before. */
        private void advanceIfAlways() {
            if (policy.equals(SyncPolicy.ALWAYS)) {
                clock.advance(random.nextInt(3));
            }
        }

        private void restoreSometimes(KeyValueStore store) {
            if (random.nextInt(10) == 0) {
                ByteArrayOutputStream snapshot = new ByteArrayOutputStream();
                try {
                    store.writeSnapshot(snapshot);
                    store.restore(new ByteArrayInputStream(snapshot.toByteArray()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    @Test
    void always_losesNoAcknowledgedWrite() {
        for (int run = 0; run < Soak.times(RUNS); run++) {
            new Lives(seeded.random(run), SyncPolicy.ALWAYS).run();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 50})
    void intervalAndNever_loseOnlyTheLastWrites(long millis) {
        SyncPolicy policy = millis == 0 ? SyncPolicy.NEVER : SyncPolicy.interval(Duration.ofMillis(millis));
        for (int run = 0; run < Soak.times(RUNS / 2); run++) {
            new Lives(seeded.random(run), policy).run();
        }
    }

    // ---- many writers ----

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void always_losesNoWriteOfManyThreads_andNoPartOfABatch(int logs) throws Exception {
        RandomGenerator random = seeded.random();
        for (int run = 0; run < Soak.times(20); run++) {
            crashUnderLoad(random, logs);
        }
    }

    private void crashUnderLoad(RandomGenerator random, int logs) throws Exception {
        int writers = 3;
        ModelDisk disk = new ModelDisk(new Random(random.nextLong()));
        AtomicLongArray acknowledged = new AtomicLongArray(writers);
        AtomicLongArray begun = new AtomicLongArray(writers);
        KeyValueStore store = open(disk, SyncPolicy.ALWAYS, logs);
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            int number = writer;
            threads.add(ThreadPerTask.run(() -> incrementAll(store, number, begun, acknowledged)));
        }
        Thread.sleep(random.nextInt(20));
        long[] least = new long[writers];
        for (int writer = 0; writer < writers; writer++) {
            least[writer] = acknowledged.get(writer);
        }
        ModelDisk left = disk.crash();
        try (KeyValueStore recovered = open(left, SyncPolicy.ALWAYS, logs)) {
            for (int writer = 0; writer < writers; writer++) {
                long first = number(recovered, new byte[] {(byte) writer, 1});
                long second = number(recovered, new byte[] {(byte) writer, 2});
                assertThat(first).isEqualTo(second).isBetween(least[writer], begun.get(writer));
            }
        }
        disk.failAfter(0, /* always= */ true);
        threads.forEach(CompletableFuture::join);
        try {
            store.close();
        } catch (NotDurableException e) {
            // as injected
        }
    }

    private static long number(KeyValueStore store, byte[] key) {
        byte[] value = store.get(key);
        return value == null ? 0 : KeyValueStore.decode(value);
    }

    private static void incrementAll(
            KeyValueStore store, int writer, AtomicLongArray begun, AtomicLongArray acknowledged) {
        AtomicBatch batch = new AtomicBatch()
                .increment(new byte[] {(byte) writer, 1}, 1)
                .increment(new byte[] {(byte) writer, 2}, 1);
        try {
            while (true) {
                begun.incrementAndGet(writer);
                store.apply(batch);
                acknowledged.incrementAndGet(writer);
            }
        } catch (NotDurableException e) {
            assertThat(e.isForGood()).isTrue();
        }
    }
}
