package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.FollowerOptions;
import org.nr4j.cnr.CnrFollower;
import org.nr4j.kv.durable.DamagedLogException;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.DurableStats;
import org.nr4j.kv.durable.NotDurableException;
import org.nr4j.kv.durable.RepairReport;
import org.nr4j.kv.durable.StoreFiles;
import org.nr4j.kv.durable.StoreReport;
import org.nr4j.kv.durable.SyncPolicy;
import org.nr4j.kv.internal.disk.ModelDisk;
import org.nr4j.kv.transaction.Codec;
import org.nr4j.kv.transaction.Procedure;
import org.nr4j.testing.ThreadPerTask;

/** Values that are on the disk only. {@link DurableCrashTest} has the power failures. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ValuesOnDiskTest {
    private static final int LONG = 1_000;

    private static final Set<ByteBuffer> POSSIBLE =
            IntStream.range(0, 50).mapToObj(i -> ByteBuffer.wrap(value(i))).collect(Collectors.toUnmodifiableSet());

    /** Puts a value of which the argument says the first byte, and answers the length of the value before. */
    private static final Procedure<Long, Long> FILL =
            Procedure.writing("fill", Codec.number(), Codec.number(), (tx, first) -> {
                byte[] before = tx.put(Keys.bytes("filled"), value(first.intValue()));
                return before == null ? -1L : before.length;
            });

    @TempDir
    Path directory;

    private static byte[] key(int number) {
        return Keys.bytes("key" + (1_000 + number));
    }

    /** A long value that its number determines. */
    private static byte[] value(int number) {
        byte[] value = new byte[LONG];
        new Random(number).nextBytes(value);
        return value;
    }

    private Durability options() {
        return Durability.in(directory)
                .syncPolicy(SyncPolicy.NEVER)
                .segmentBytes(1 << 14)
                .snapshotBytes(1 << 14)
                .valuesOnDisk(128)
                .valueCacheBytes(0);
    }

    private static KeyValueStore open(Durability options) {
        return KeyValueStore.builder()
                .fingerprints(true)
                .procedure(FILL)
                .durable(options)
                .build();
    }

    private static void fill(KeyValueStore store, int count) {
        for (int i = 0; i < count; i++) {
            store.set(key(i), value(i));
        }
    }

    private static void check(KeyValueStore store, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(store.get(key(i))).isEqualTo(value(i));
        }
    }

    private List<Path> valueFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("values-"))
                    .sorted()
                    .toList();
        }
    }

    // ---- what users see ----

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 3"})
    void allReads_giveTheValues(int replicas, int logs) {
        try (KeyValueStore store = KeyValueStore.builder()
                .replicas(replicas)
                .logs(logs)
                .durable(options())
                .build()) {
            fill(store, 50);
            check(store, 50);
            assertThat(store.put(key(1), value(100))).isEqualTo(value(1));
            assertThat(store.put(key(1), value(1))).isEqualTo(value(100));
            assertThat(store.putIfAbsent(key(2), value(3))).isEqualTo(value(2));
            assertThat(store.remove(key(3))).isEqualTo(value(3));
            store.set(key(3), value(3));
            assertThat(store.multiGet(List.of(key(4), Keys.bytes("none"), key(5))))
                    .containsExactly(value(4), null, value(5));
            assertThat(store.compareAndSet(key(4), value(5), value(6))).isFalse();
            assertThat(store.compareAndSet(key(4), value(4), value(4))).isTrue();
            assertThat(store.remove(key(5), value(4))).isFalse();
            AtomicBatch.Answers answers = store.apply(
                    new AtomicBatch().requireValue(key(7), value(7)).get(key(6)).put(key(7), value(7)));
            assertThat(answers.value(0)).isEqualTo(value(6));
            assertThat(answers.value(1)).isEqualTo(value(7));
            List<Entry> entries = store.scan(KeyRange.all());
            Iterator<Entry> iterator = store.iterator(KeyRange.all(), ScanOrder.ASCENDING);
            for (int i = 0; i < 50; i++) {
                assertThat(entries.get(i).value()).isEqualTo(value(i));
                assertThat(iterator.next().value()).isEqualTo(value(i));
            }
            assertThat(iterator).isExhausted();
            byte[] read = store.read(tx -> tx.get(key(8)));
            assertThat(read).isEqualTo(value(8));
            assertThat(store.bytes()).isEqualTo(50L * (LONG + key(0).length));
            assertThat(store.durableStats().valueFiles()).isPositive();
        }
    }

    @Test
    void aSnapshot_hasTheValues_andAnotherStoreRestoresThem() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Fingerprint expected;
        try (KeyValueStore store = open(options())) {
            fill(store, 50);
            expected = store.fingerprint(KeyRange.all());
            store.writeSnapshot(out);
            long before = store.durableStats().valueBytes();
            store.restore(new ByteArrayInputStream(out.toByteArray()));
            assertThat(store.durableStats().valueBytes()).isGreaterThanOrEqualTo(before + 50 * LONG);
            check(store, 50);
        }
        try (KeyValueStore store = open(options())) {
            check(store, 50);
        }
        try (KeyValueStore other = KeyValueStore.builder().fingerprints(true).build()) {
            other.restore(new ByteArrayInputStream(out.toByteArray()));
            assertThat(other.fingerprint(KeyRange.all())).isEqualTo(expected);
        }
    }

    @Test
    void copiesElsewhere_getTheValues() throws Exception {
        try (KeyValueStore store = open(options());
                KeyValueStore copy = KeyValueStore.builder()
                        .fingerprints(true)
                        .procedure(FILL)
                        .build()) {
            CnrFollower follower = store.follow(writes -> copy.replay(writes.writes()), FollowerOptions.defaults());
            for (int round = 0; round < 5 || store.durableStats().snapshots() == 0; round++) {
                fill(store, 50);
                store.transact(FILL, (long) round);
            }
            follower.finish();
            follower.ended().get();
            assertThat(copy.fingerprint(KeyRange.all())).isEqualTo(store.fingerprint(KeyRange.all()));
            check(copy, 50);
        }
    }

    @Test
    void listeners_hearOfValues_andNotOfTheirMoves() throws Exception {
        BlockingQueue<Change> changes = new LinkedBlockingQueue<>();
        try (KeyValueStore store = open(options())) {
            store.listen(KeyRange.all(), changes::add);
            fill(store, 100);
            overwriteUntilFilesAreDeleted(store, 100);
            store.set(Keys.bytes("last"), value(1));
            Change change = changes.take();
            byte[] before = null;
            while (!Arrays.equals(change.key(), Keys.bytes("last"))) {
                assertThat(change.after()).isNotNull();
                byte[] after = Objects.requireNonNull(change.after()).value();
                if (Arrays.equals(change.key(), key(0))) {
                    assertThat(after).isNotEqualTo(before); // a move would not change the value
                    before = after;
                }
                change = changes.take();
            }
            assertThat(Objects.requireNonNull(change.after()).value()).isEqualTo(value(1));
        }
    }

    // ---- files ----

    /** Overwrites some values again and again, so that files become mostly dead. */
    private void overwriteUntilFilesAreDeleted(KeyValueStore store, int count) {
        Path first = directory.resolve("values-0000000000000001.dat");
        for (int round = 1; Files.exists(first); round++) {
            for (int i = 0; i < count; i++) {
                if (i % 3 != 2) {
                    store.set(key(i), value(i + round * 10_000));
                }
            }
            awaitSnapshot(store);
        }
    }

    private static void awaitSnapshot(KeyValueStore store) {
        for (long before = store.durableStats().snapshots();
                store.durableStats().snapshots() == before; ) {
            store.set(Keys.bytes("small"), new byte[100]); // so that the log works
            LockSupport.parkNanos(100_000);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void files_thatAreMostlyDead_areDeleted_andLiveValuesMove(int logs) throws IOException {
        KeyValueStore.Builder builder =
                KeyValueStore.builder().logs(logs).fingerprints(true).durable(options());
        Fingerprint expected;
        try (KeyValueStore store = builder.build()) {
            fill(store, 100);
            KeyValueSnapshot early = store.snapshot();
            overwriteUntilFilesAreDeleted(store, 100);
            for (int i = 0; i < 100; i++) {
                assertThat(early.get(key(i))).isEqualTo(value(i)); // from files whose names are gone
            }
            assertThat(store.get(key(2))).isEqualTo(value(2)); // was never overwritten
            expected = store.fingerprint(KeyRange.all());
            DurableStats stats = store.durableStats();
            assertThat(stats.liveValueBytes()).isBetween(100L * LONG, 100L * (LONG + 8));
            assertThat(stats.valueFiles()).isEqualTo(valueFiles().size());
        }
        assertThat(StoreFiles.check(directory).isIntact()).isTrue();
        try (KeyValueStore store = builder.build()) {
            assertThat(store.fingerprint(KeyRange.all())).isEqualTo(expected);
            assertThat(store.get(key(2))).isEqualTo(value(2));
        }
    }

    @Test
    void theSpaceOfValues_isBounded_whileTheyAreOverwritten() throws IOException {
        try (KeyValueStore store = open(options())) {
            for (int round = 0; round < 30; round++) {
                for (int i = 0; i < 100; i++) {
                    store.set(key(i), value(i + round));
                }
                while (store.durableStats().valueBytes() > 4L * 100 * LONG) {
                    awaitSnapshot(store);
                }
            }
        }
    }

    @Test
    void valuesOfProcedures_leaveTheMemory_withTheNextSnapshot() {
        try (KeyValueStore store = open(options())) {
            assertThat(store.transact(FILL, 1L)).isEqualTo(-1L);
            assertThat(store.durableStats().valueFiles()).isZero();
            while (store.durableStats().valueFiles() == 0) {
                awaitSnapshot(store);
            }
            assertThat(store.transact(FILL, 1L)).isEqualTo(LONG);
        }
        try (KeyValueStore store = open(options())) {
            assertThat(store.get(Keys.bytes("filled"))).isEqualTo(value(1));
        }
    }

    @Test
    void otherOptions_keepTheValues() throws IOException {
        Durability inMemory = options().valuesOnDisk(1 << 20);
        try (KeyValueStore store = open(options())) {
            fill(store, 60);
        }
        int files = valueFiles().size();
        try (KeyValueStore store = open(inMemory)) {
            check(store, 60);
            fill(store, 60);
            assertThat(valueFiles()).hasSize(files);
        }
        try (KeyValueStore store = open(options())) {
            check(store, 60);
        }
    }

    /** The hash of an entry is kept beside the place of its value. It counts for the same key of the hash only. */
    @Test
    void fingerprints_areRight_withAnotherKey() {
        byte[] secret = new byte[32];
        try (KeyValueStore store = KeyValueStore.builder().durable(options()).build()) {
            fill(store, 50);
            awaitSnapshot(store);
            store.delete(Keys.bytes("small"));
        }
        KeyValueStore.Builder keyed = KeyValueStore.builder().fingerprintKey(secret);
        Fingerprint expected;
        try (KeyValueStore memory = keyed.build()) {
            fill(memory, 50);
            expected = memory.fingerprint(KeyRange.all());
        }
        for (int opening = 0; opening < 2; opening++) {
            try (KeyValueStore store = keyed.durable(options()).build()) {
                assertThat(store.fingerprint(KeyRange.all())).isEqualTo(expected);
                for (long before = store.durableStats().snapshots();
                        store.durableStats().snapshots() == before; ) {
                    store.set(key(1), value(1));
                }
            }
        }
    }

    // ---- threads ----

    @Test
    void interrupts_disturbNoRead() throws Exception {
        try (KeyValueStore store = open(options())) {
            fill(store, 50);
            AtomicBoolean stop = new AtomicBoolean();
            AtomicLong reads = new AtomicLong();
            CompletableFuture<Void> reader = ThreadPerTask.run(() -> {
                while (!stop.get()) {
                    Thread.currentThread().interrupt();
                    check(store, 50);
                    store.set(key(0), value(0));
                    reads.incrementAndGet();
                }
            });
            while (reads.get() < 20) {
                check(store, 50);
            }
            stop.set(true);
            reader.get();
            check(store, 50);
        }
    }

    @Test
    void manyThreads_readAndWriteWhileValuesMove() throws Exception {
        try (KeyValueStore store = open(options().valueCacheBytes(20_000))) {
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int number = thread;
                threads.add(ThreadPerTask.run(() -> {
                    for (int i = 0; i < 500; i++) {
                        byte[] key = key((number * 7 + i) % 60);
                        store.set(key, value(i % 50));
                        byte[] read = Objects.requireNonNull(store.get(key));
                        assertThat(POSSIBLE).contains(ByteBuffer.wrap(read));
                    }
                }));
            }
            for (CompletableFuture<Void> thread : threads) {
                thread.get();
            }
            awaitSnapshot(store);
        }
        assertThat(StoreFiles.check(directory).isIntact()).isTrue();
    }

    // ---- failures ----

    @Test
    void aDamagedValue_isFound_andConcernsItselfOnly() throws IOException {
        try (KeyValueStore store = open(options())) {
            fill(store, 20);
        }
        Path file = valueFiles().get(0);
        byte[] intact = Files.readAllBytes(file);
        Random random = new Random(1);
        for (int offset = 0; offset < intact.length; offset += 1 + random.nextInt(40)) {
            byte[] damaged = intact.clone();
            damaged[offset] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            StoreReport report = StoreFiles.check(directory);
            assertThat(report.damage()).as("offset=%s", offset).hasSize(1);
            assertThat(report.damage().get(0).file())
                    .isEqualTo(file.getFileName().toString());
        }
        byte[] damaged = intact.clone();
        damaged[intact.length / 2] ^= 1;
        Files.write(file, damaged);
        try (KeyValueStore store = open(options())) {
            int unreadable = 0;
            for (int i = 0; i < 20; i++) {
                try {
                    assertThat(store.get(key(i))).isEqualTo(value(i));
                } catch (UncheckedIOException e) {
                    unreadable = i;
                    assertThat(e).hasCauseInstanceOf(DamagedLogException.class);
                }
            }
            int damagedKey = unreadable;
            assertThatThrownBy(() -> store.scan(KeyRange.all())).isInstanceOf(UncheckedIOException.class);
            assertThatThrownBy(() -> store.setExpiry(key(damagedKey), Expiry.after(Duration.ofDays(1))))
                    .isInstanceOf(UncheckedIOException.class);
            assertThatThrownBy(() -> store.compareAndSet(key(damagedKey), value(damagedKey), value(0)))
                    .isInstanceOf(UncheckedIOException.class);
            store.set(key(damagedKey), value(damagedKey));
            check(store, 20);
        }
    }

    @Test
    void aDamagedValue_keepsItsFile_andStopsNoSnapshot() throws IOException {
        try (KeyValueStore store = open(options())) {
            fill(store, 20);
        }
        Path file = valueFiles().get(0);
        byte[] damaged = Files.readAllBytes(file);
        damaged[3 * LONG] ^= 1; // in the third value
        Files.write(file, damaged);
        try (KeyValueStore store = open(options())) {
            for (int round = 0; round < 4; round++) {
                for (int i = 3; i < 20; i++) {
                    store.set(key(i), value(i));
                }
                awaitSnapshot(store);
            }
            assertThat(file).exists();
            assertThatThrownBy(() -> store.get(key(2))).isInstanceOf(UncheckedIOException.class);
            assertThat(store.get(key(1))).isEqualTo(value(1));
            store.delete(key(2));
            awaitSnapshot(store);
            awaitSnapshot(store);
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void aLostOrShortFile_isRefused() throws IOException {
        try (KeyValueStore store = open(options())) {
            fill(store, 20);
        }
        Path file = valueFiles().get(0);
        byte[] intact = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(intact, intact.length / 2));
        assertThatThrownBy(() -> open(options()))
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(DamagedLogException.class)
                .hasMessageContaining(file.getFileName().toString());
        Files.delete(file);
        assertThatThrownBy(() -> open(options()))
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(DamagedLogException.class)
                .hasMessageContaining(file.getFileName().toString());
        assertThat(StoreFiles.check(directory).isIntact()).isFalse();
        Files.write(file, intact);
        try (KeyValueStore store = open(options())) {
            check(store, 20);
        }
    }

    /** After a power failure, a record can be there although the value that it names is not. Neither was synced. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRecord_whoseValueIsLost_isATornTail(boolean fileIsLost) throws IOException {
        ModelDisk disk = new ModelDisk(new Random(1));
        String file = "values-0000000000000001.dat";
        KeyValueStore store =
                KeyValueStore.builder().disk(disk).durable(options()).build();
        for (int i = 0; i < 2; i++) {
            store.set(key(i), value(i)); // a record each
            while (store.durableStats().lag() > 0) {
                Thread.onSpinWait();
            }
        }
        ModelDisk left = disk.copy();
        if (fileIsLost) {
            left.delete(file);
        } else {
            left.put(file, Arrays.copyOf(disk.bytes(file), disk.bytes(file).length - 1));
        }
        store.close();
        try (KeyValueStore recovered =
                KeyValueStore.builder().disk(left).durable(options()).build()) {
            assertThat(recovered.durableStats().cutBytes()).isPositive();
            assertThat(recovered.get(key(0))).isEqualTo(fileIsLost ? null : value(0));
            assertThat(recovered.get(key(1))).isNull();
            recovered.set(key(2), value(2));
            assertThat(recovered.get(key(2))).isEqualTo(value(2));
        }
    }

    @Test
    void aRepairedCopy_hasTheValues(@TempDir Path parent) throws IOException {
        try (KeyValueStore store = open(options())) {
            fill(store, 20);
        }
        Path copy = parent.resolve("copy");
        RepairReport report = StoreFiles.repair(directory, copy);
        assertThat(report.copied().isIntact()).isTrue();
        assertThat(report.copied().values()).isEqualTo(20);
        try (KeyValueStore store = KeyValueStore.builder()
                .procedure(FILL)
                .durable(Durability.in(copy))
                .build()) {
            check(store, 20);
        }
    }

    @Test
    void aFullDisk_refusesLongValuesWhole() {
        ModelDisk disk = new ModelDisk(new Random(1));
        KeyValueStore.Builder builder =
                KeyValueStore.builder().disk(disk).durable(options().minFreeBytes(4_096));
        try (KeyValueStore store = builder.build()) {
            fill(store, 10);
            disk.capacity(disk.used() + LONG / 2);
            assertThatThrownBy(() -> store.set(key(10), value(10)))
                    .isInstanceOfSatisfying(NotDurableException.class, e -> {
                        assertThat(e.isApplied()).isFalse();
                        assertThat(e.isForGood()).isFalse();
                    });
            assertThat(store.get(key(10))).isNull();
            disk.capacity(Long.MAX_VALUE);
            setOnceThereIsRoom(store);
            check(store, 11);
        }
    }

    private static void setOnceThereIsRoom(KeyValueStore store) {
        while (true) {
            try {
                store.set(key(10), value(10));
                return;
            } catch (NotDurableException e) {
                assertThat(e.isForGood()).isFalse();
            }
        }
    }

    @Test
    void aFailedWriteOfAValue_stopsWrites() throws IOException {
        ModelDisk disk = new ModelDisk(new Random(1));
        KeyValueStore store =
                KeyValueStore.builder().disk(disk).durable(options()).build();
        fill(store, 10);
        disk.failAfter(0, /* always= */ true);
        assertThatThrownBy(() -> store.set(key(10), value(10))).isInstanceOfSatisfying(NotDurableException.class, e -> {
            assertThat(e.isApplied()).isFalse();
            assertThat(e.isForGood()).isTrue();
        });
        disk.failNoMore();
        assertThatThrownBy(() -> store.set(key(0), value(1))).isInstanceOf(NotDurableException.class);
        check(store, 10);
        assertThatThrownBy(store::close).isInstanceOf(NotDurableException.class);
    }

    @Test
    void badOptions_areRefused() {
        Durability options = Durability.in(directory);
        for (int bytes : new int[] {-1, 0, 127, (1 << 30) + 1}) {
            assertThatThrownBy(() -> options.valuesOnDisk(bytes))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("valuesOnDisk=" + bytes);
        }
        for (long bytes : new long[] {-1, (1L << 40) + 1}) {
            assertThatThrownBy(() -> options.valueCacheBytes(bytes))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("valueCacheBytes=" + bytes);
        }
    }
}
