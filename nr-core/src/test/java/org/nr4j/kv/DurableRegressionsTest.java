package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.kv.durable.DamagedLogException;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.SyncPolicy;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.disk.DiskFullException;
import org.nr4j.kv.internal.disk.ModelDisk;
import org.nr4j.testing.ThreadPerTask;

/**
 * Defects of two other stores, key-value-storage (KS) and kivi (KI), one test each. The store on disk must have none of
 * them.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DurableRegressionsTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int KEYS = 40;

    @TempDir
    Path directory;

    private final ModelDisk model = new ModelDisk(new Random(1));
    private final ManualClock clock = new ManualClock();

    private KeyValueStore.Builder builder(Path path, SyncPolicy policy) {
        return KeyValueStore.builder()
                .clock(clock)
                .durable(Durability.in(path)
                        .syncPolicy(policy)
                        .segmentBytes(4_096)
                        .snapshotBytes(8_192)
                        .minFreeBytes(4_096));
    }

    private KeyValueStore open() {
        return builder(directory, SyncPolicy.ALWAYS).build();
    }

    private KeyValueStore open(Disk disk) {
        return builder(Path.of("model"), SyncPolicy.ALWAYS).disk(disk).build();
    }

    private static byte[] key(int number) {
        return Keys.bytes("key" + number);
    }

    private static byte[] value(int number) {
        return Keys.bytes(number + ":" + "v".repeat(60));
    }

    /** Sets all keys, again and again, until the store has completed some snapshots. */
    private static void setUntilSnapshots(KeyValueStore store, int snapshots) {
        for (int i = 0; store.durableStats().snapshots() < snapshots; i++) {
            store.set(key(i % KEYS), value(i));
        }
    }

    // ---- key-value-storage ----

    @Test
    void ks7_valuesAreBinarySafe_afterARestart() {
        List<byte[]> values = List.of(
                Keys.bytes("a,b"),
                Keys.bytes("3.14"),
                Keys.bytes("a|b+c.d;e:f"),
                Keys.bytes("line\r\nline\0"),
                new byte[0],
                new byte[] {(byte) 0xFF, (byte) 0xC0, 0, (byte) 0x80});
        try (KeyValueStore store = open()) {
            for (byte[] value : values) {
                store.set(value, value);
            }
        }
        try (KeyValueStore store = open()) {
            assertThat(store.size()).isEqualTo(values.size());
            for (byte[] value : values) {
                assertThat(store.get(value)).isEqualTo(value);
            }
        }
    }

    @Test
    void ks8_aWriteIsSynced_beforeItReturns() {
        try (KeyValueStore store = open(model)) {
            for (int i = 0; i < 200; i++) {
                store.set(key(i % KEYS), value(i));
                try (KeyValueStore left = open(model.crash())) {
                    assertThat(left.get(key(i % KEYS))).isEqualTo(value(i));
                }
            }
        }
    }

    @Test
    void ks8_aChangedByte_isFound_andNotReturned() throws IOException {
        try (KeyValueStore store = open()) {
            store.set(key(1), value(1));
        }
        Path segment = directory.resolve("segment-0000000000000001.wal");
        byte[] bytes = Files.readAllBytes(segment);
        int at = Keys.text(bytes).indexOf("vvv");
        bytes[at] ^= 1;
        Files.write(segment, bytes);

        assertThatThrownBy(this::open)
                .hasCauseInstanceOf(DamagedLogException.class)
                .hasMessageContaining("segment-0000000000000001.wal");
    }

    @Test
    void ks9_ofTwoWritesInTheSameMillisecond_theLaterOneIsThere_afterARestart() {
        try (KeyValueStore store = open()) {
            for (int i = 0; i < 100; i++) {
                store.set(key(1), value(i));
                store.set(key(2), value(100 - i));
            }
        }
        try (KeyValueStore store = open()) {
            assertThat(store.get(key(1))).isEqualTo(value(99));
            assertThat(store.get(key(2))).isEqualTo(value(1));
        }
    }

    @Test
    void ks10_writesAfterASnapshot_areThere_afterARestart() {
        try (KeyValueStore store = open(model)) {
            setUntilSnapshots(store, 1);
            for (int i = 0; i < KEYS; i++) {
                store.set(key(i), value(-i));
                store.set(key(KEYS + i), value(i));
                try (KeyValueStore left = open(model.crash())) {
                    assertThat(left.get(key(i))).isEqualTo(value(-i));
                    assertThat(left.get(key(KEYS + i))).isEqualTo(value(i));
                }
            }
        }
        try (KeyValueStore store = open(model)) {
            assertThat(store.size()).isEqualTo(2 * KEYS);
        }
    }

    @Test
    void ks11_writesAndRemovalsDuringASnapshot_areNotUndoneByIt() throws Exception {
        Gate gate = Gate.ofSnapshots();
        try (KeyValueStore store = open(HookedDisk.of(model, gate))) {
            gate.shut();
            overwriteDuringSnapshot(store, gate);
            assertOverwritten(store);
        }
        for (int restart = 0; restart < 2; restart++) {
            try (KeyValueStore store = open(model)) {
                assertOverwritten(store);
            }
        }
    }

    /** Lets a snapshot take old values of all keys, and then changes all, before the snapshot goes on and ends. */
    private static void overwriteDuringSnapshot(KeyValueStore store, Gate gate) throws InterruptedException {
        CompletableFuture<Void> waits = ThreadPerTask.run(() -> {
            try {
                gate.awaitWaiting();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        for (int i = 0; !waits.isDone(); i++) {
            store.set(key(i % KEYS), value(i));
        }
        for (int i = 0; i < KEYS; i++) {
            if (i % 2 == 0) {
                store.set(key(i), value(-i));
            } else {
                store.remove(key(i));
            }
        }
        gate.open();
        while (store.durableStats().snapshots() == 0) {
            store.set(Keys.bytes("other"), value(0));
        }
    }

    private static void assertOverwritten(KeyValueStore store) {
        for (int i = 0; i < KEYS; i++) {
            assertThat(store.get(key(i))).isEqualTo(i % 2 == 0 ? value(-i) : null);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ks11_aSnapshotThatFails_isTriedAgain(boolean full) {
        AtomicInteger failures = new AtomicInteger();
        Disk disk = HookedDisk.of(model, (method, file) -> {
            if (method.equals("write") && file.startsWith("base-") && failures.get() < 3) {
                failures.incrementAndGet();
                IOException injected = new IOException("injected: " + file);
                throw full ? new DiskFullException(file, injected) : injected;
            }
        });
        try (KeyValueStore store = open(disk)) {
            setUntilSnapshots(store, 2);
            assertThat(failures).hasValue(3);
            assertThat(store.durableStats().failure()).isNull();
            store.set(key(1), value(1));
        }
        try (KeyValueStore store = open(model)) {
            assertThat(store.size()).isEqualTo(KEYS);
            assertThat(store.get(key(1))).isEqualTo(value(1));
        }
    }

    @Test
    void ks12_aRemovedKey_staysRemoved_afterARestart() {
        try (KeyValueStore store = open()) {
            for (int i = 0; i < 4; i++) {
                store.set(key(i), value(i));
            }
            store.remove(key(0));
            store.delete(key(1));
            store.removeRange(KeyRange.atLeast(key(2)).below(key(3)));
        }
        for (int restart = 0; restart < 3; restart++) {
            try (KeyValueStore store = open()) {
                assertThat(store.scan(KeyRange.all())).hasSize(1);
                assertThat(store.get(key(3))).isEqualTo(value(3));
            }
        }
    }

    // ---- kivi ----

    @Test
    void kiB1_anotherStart_leavesTheEarlierRecordsAsTheyAre() throws IOException {
        byte[] before = new byte[0];
        for (int start = 1; start <= 5; start++) {
            try (KeyValueStore store = open()) {
                assertThat(store.size()).isEqualTo(start - 1);
                store.set(key(start), value(start));
            }
            byte[] first = Files.readAllBytes(directory.resolve("segment-0000000000000001.wal"));
            assertThat(Arrays.copyOf(first, before.length)).isEqualTo(before);
            before = first;
        }
        try (KeyValueStore store = open()) {
            for (int start = 1; start <= 5; start++) {
                assertThat(store.get(key(start))).isEqualTo(value(start));
            }
        }
    }

    @Test
    void kiB2_aSnapshotReplacesManySegments_andTheRestStaysReadable() throws Exception {
        Gate gate = Gate.ofSnapshots();
        try (KeyValueStore store = open(HookedDisk.of(model, gate))) {
            gate.shut();
            for (int i = 0; store.durableStats().segments() < 8; i++) {
                store.set(key(i), value(i));
            }
            gate.awaitWaiting();
            long size = store.size();
            gate.open();
            while (store.durableStats().snapshots() == 0) {
                store.set(key(0), value(0));
            }
            List<String> files = model.list();
            assertThat(files).doesNotContain("segment-0000000000000001.wal", "segment-0000000000000002.wal");
            try (KeyValueStore left = open(model.crash())) {
                assertThat(left.size()).isEqualTo(size);
                for (int i = 0; i < size; i++) {
                    assertThat(left.get(key(i))).isEqualTo(value(i));
                }
            }
        }
    }

    @Test
    void kiB3_aSnapshot_doesNotComeBeforeNewerWrites() throws Exception {
        Gate gate = Gate.ofSnapshots();
        try (KeyValueStore store = open(HookedDisk.of(model, gate))) {
            gate.shut();
            overwriteDuringSnapshot(store, gate);
            assertOverwritten(store);
            long snapshots = store.durableStats().snapshots();
            while (store.durableStats().snapshots() < snapshots + 2) {
                store.set(Keys.bytes("other"), value(1));
            }
            assertOverwritten(store);
            try (KeyValueStore left = open(model.crash())) {
                assertOverwritten(left);
            }
        }
    }

    @Test
    void kiB4_closing_endsASnapshotThatIsBeingWritten() throws Exception {
        Gate gate = Gate.ofSnapshots();
        KeyValueStore store = open(HookedDisk.of(model, gate));
        gate.shut();
        CompletableFuture<Void> waits = ThreadPerTask.run(() -> setUntilSnapshots(store, 1));
        gate.awaitWaiting();
        CompletableFuture<Void> closed = ThreadPerTask.run(store::close);
        assertThat(waits).failsWithin(SOON); // the store is closed
        gate.open();
        assertThat(closed).succeedsWithin(SOON);
        assertThat(model.opened()).isZero();
        open(model).close();
    }

    @Test
    void kiB5_readsAndWrites_doNotWaitForTheDisk_ifThePolicyDoesNot() throws Exception {
        Gate gate = Gate.ofSyncs();
        SyncPolicy policy = SyncPolicy.interval(Duration.ofMillis(1));
        try (KeyValueStore store = builder(Path.of("model"), policy)
                .disk(HookedDisk.of(model, gate))
                .build()) {
            gate.shut();
            store.set(key(1), value(1));
            gate.awaitWaiting();
            CompletableFuture<byte[]> read = ThreadPerTask.supply(() -> {
                store.set(key(2), value(2));
                store.scan(KeyRange.all());
                store.count(KeyRange.all());
                store.snapshot();
                return store.get(key(1));
            });
            assertThat(read).succeedsWithin(SOON).isEqualTo(value(1));
            gate.open();
        }
        try (KeyValueStore store = open(model)) {
            assertThat(store.size()).isEqualTo(2);
        }
    }

    @Test
    void kiB5_reads_doNotWaitForASnapshot() throws Exception {
        Gate gate = Gate.ofSnapshots();
        try (KeyValueStore store = open(HookedDisk.of(model, gate))) {
            gate.shut();
            CompletableFuture<Void> waits = ThreadPerTask.run(() -> setUntilSnapshots(store, 1));
            gate.awaitWaiting();
            CompletableFuture<Long> read = ThreadPerTask.supply(() -> {
                store.get(key(1));
                return store.count(KeyRange.all());
            });
            assertThat(read).succeedsWithin(SOON);
            gate.open();
            assertThat(waits).succeedsWithin(SOON);
        }
    }
}
