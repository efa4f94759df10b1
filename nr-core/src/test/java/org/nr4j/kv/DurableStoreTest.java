package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.DurableStats;
import org.nr4j.kv.durable.SyncPolicy;
import org.nr4j.kv.transaction.Codec;
import org.nr4j.kv.transaction.Procedure;
import org.nr4j.testing.Seeded;

/** A store on disk has its contents again after it was closed and opened. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DurableStoreTest {
    private static final Procedure<String, String> APPEND =
            Procedure.writing("append", Codec.text(), Codec.text(), (tx, text) -> {
                byte[] before = tx.get(bytes("text"));
                String after = (before == null ? "" : new String(before, StandardCharsets.UTF_8)) + text;
                tx.set(bytes("text"), bytes(after.substring(Math.max(0, after.length() - 40))));
                return after;
            });

    @TempDir
    Path directory;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    private final ManualClock clock = new ManualClock();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private KeyValueStore.Builder builder(Durability options) {
        return KeyValueStore.builder()
                .clock(clock)
                .fingerprints(true)
                .procedure(APPEND)
                .durable(options);
    }

    private Durability options(SyncPolicy policy) {
        return Durability.in(directory).syncPolicy(policy);
    }

    // ---- contents ----

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "1, 2, 1", "3, 1, 3", "3, 2, 5", "5, 1, 1", "1, 1, 4"})
    void aStore_hasItsContentsAgain_alsoWithOtherLogs(int logs, int replicas, int logsLater) {
        RandomGenerator random = seeded.random();
        int logsNow = logs;
        Fingerprint expected = null;
        for (int opening = 0; opening < 6; opening++) {
            Durability options = options(
                            opening % 2 == 0 ? SyncPolicy.NEVER : SyncPolicy.interval(Duration.ofMillis(1)))
                    .segmentBytes(4_096)
                    .snapshotBytes(opening < 3 ? Durability.DEFAULT_SNAPSHOT_BYTES : 8_192);
            try (KeyValueStore store =
                    builder(options).logs(logsNow).replicas(replicas).build()) {
                if (opening > 0) {
                    assertThat(store.fingerprint(KeyRange.all())).isEqualTo(expected);
                }
                for (int i = 0; i < 1_000; i++) {
                    write(store, random);
                }
                expected = store.fingerprint(KeyRange.all());
            }
            logsNow = logsNow == logs ? logsLater : logs;
        }
    }

    private void write(KeyValueStore store, RandomGenerator random) {
        byte[] key = bytes("key" + random.nextInt(60));
        byte[] value = new byte[random.nextInt(50)];
        random.nextBytes(value);
        switch (random.nextInt(14)) {
            case 0 -> store.put(key, value, Expiry.after(Duration.ofMillis(random.nextInt(1, 20))));
            case 1 -> store.remove(key);
            case 2 -> store.transact(APPEND, "x" + random.nextInt(10));
            case 3 -> store.apply(new AtomicBatch().put(key, value).put(bytes("other"), value));
            case 4 -> store.setExpiry(key, Expiry.after(Duration.ofMillis(random.nextInt(1, 20))));
            case 5 -> store.increment(bytes("number"), random.nextInt(100));
            case 6 -> store.removeRange(KeyRange.atLeast(key).below(bytes("kez")));
            case 7 -> clock.advance(random.nextInt(3));
            case 8 -> restoreSometimes(store, random);
            default -> store.set(key, value);
        }
    }

    private static void restoreSometimes(KeyValueStore store, RandomGenerator random) {
        if (random.nextInt(30) == 0) {
            ByteArrayOutputStream snapshot = new ByteArrayOutputStream();
            try {
                store.writeSnapshot(snapshot);
                store.set(bytes("lost"), bytes("lost"));
                store.restore(new ByteArrayInputStream(snapshot.toByteArray()));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            assertThat(store.get(bytes("lost"))).isNull();
        }
    }

    @Test
    void snapshots_replaceTheStartOfTheLog() {
        Durability options = options(SyncPolicy.NEVER).segmentBytes(4_096).snapshotBytes(16_384);
        Fingerprint expected;
        try (KeyValueStore store = builder(options).build()) {
            for (int i = 0; i < 100 || store.durableStats().snapshots() < 3; i++) {
                store.set(bytes("key" + i % 100), bytes("value" + i));
            }
            assertThat(store.durableStats().segmentBytes())
                    .isLessThan(store.durableStats().bytes());
            expected = store.fingerprint(KeyRange.all());
        }
        assertThat(directory.toFile().list((file, name) -> name.startsWith("base-")))
                .hasSize(1);
        try (KeyValueStore store = builder(options).build()) {
            assertThat(store.fingerprint(KeyRange.all())).isEqualTo(expected);
            DurableStats stats = store.durableStats();
            assertThat(stats.recoveredEntries()).isEqualTo(100);
            assertThat(stats.recoveredBytes()).isPositive();
            assertThat(stats.cutBytes()).isZero();
        }
    }

    @Test
    void entriesExpire_alsoThoseOfAnEarlierOpening() {
        try (KeyValueStore store = builder(options(SyncPolicy.ALWAYS)).build()) {
            store.set(bytes("a"), bytes("1"), Expiry.after(Duration.ofMillis(10)));
            store.set(bytes("b"), bytes("2"), Expiry.after(Duration.ofMillis(30)));
        }
        clock.advance(20);
        try (KeyValueStore store = builder(options(SyncPolicy.ALWAYS)).build()) {
            assertThat(store.get(bytes("a"))).isNull();
            assertThat(store.get(bytes("b"))).containsExactly('2');
            assertThat(store.size()).isOne();
            clock.advance(10);
            assertThat(store.size()).isZero();
        }
    }

    @Test
    void always_syncsEachWrite_andTheWritesOfManyThreadsTogether() throws Exception {
        int threads = 8;
        int writes = 200;
        try (KeyValueStore store = builder(options(SyncPolicy.ALWAYS)).build()) {
            Thread[] writers = new Thread[threads];
            for (int i = 0; i < threads; i++) {
                byte[] key = bytes("key" + i);
                writers[i] = new Thread(() -> {
                    for (int n = 0; n < writes; n++) {
                        store.increment(key, 1);
                    }
                });
                writers[i].start();
            }
            for (Thread writer : writers) {
                writer.join();
            }
            DurableStats stats = store.durableStats();
            assertThat(stats.lag()).isZero();
            assertThat(stats.syncs()).isBetween((long) writes, (long) threads * writes);
            assertThat(stats.failure()).isNull();
        }
        try (KeyValueStore store = builder(options(SyncPolicy.ALWAYS)).build()) {
            for (int i = 0; i < threads; i++) {
                assertThat(KeyValueStore.decode(store.get(bytes("key" + i)))).isEqualTo(writes);
            }
        }
    }

    @Test
    void aRecording_hasTheSyncsTheSnapshotsAndTheOpening() throws Exception {
        Durability options = options(SyncPolicy.ALWAYS).segmentBytes(4_096).snapshotBytes(4_096);
        Path file = directory.resolveSibling("recording.jfr");
        try (Recording recording = new Recording()) {
            List.of("LogSync", "LogSnapshot", "Recovery").forEach(name -> recording.enable("org.nr4j." + name));
            recording.start();
            try (KeyValueStore store = builder(options).build()) {
                for (int i = 0; store.durableStats().snapshots() == 0; i++) {
                    store.set(bytes("key" + i % 100), bytes("value" + i));
                }
            }
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        Files.delete(file);
        assertThat(events)
                .filteredOn(event -> event.getEventType().getName().equals("org.nr4j.Recovery"))
                .singleElement()
                .matches(event -> event.getLong("entries") == 0);
        assertThat(events)
                .filteredOn(event -> event.getEventType().getName().equals("org.nr4j.LogSnapshot"))
                .anyMatch(event ->
                        event.getLong("entries") > 0 && event.getString("error").isEmpty());
        assertThat(events)
                .filteredOn(event -> event.getEventType().getName().equals("org.nr4j.LogSync"))
                .hasSizeGreaterThan(10)
                .allMatch(event -> event.getLong("bytes") > 0);
    }

    // ---- bad input ----

    @Test
    void aDirectory_isForOneStoreAtATime() {
        KeyValueStore.Builder builder = builder(options(SyncPolicy.NEVER));
        try (KeyValueStore store = builder.build()) {
            assertThatThrownBy(builder::build)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("one store only");
            store.set(bytes("a"), bytes("1"));
        }
        builder.build().close();
    }

    @Test
    void aPathThatIsAFile_isRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "text");

        assertThatThrownBy(() -> builder(Durability.in(file)).build()).hasMessageContaining("not a file");
        assertThat(file).hasContent("text");
    }

    @Test
    void aDirectoryOfAnotherProgram_isRefused_andStaysAsItIs() throws IOException {
        Files.writeString(directory.resolve("notes.txt"), "text");

        assertThatThrownBy(() -> builder(Durability.in(directory)).build())
                .hasMessageContaining("another program")
                .hasMessageContaining("notes.txt");
        assertThat(directory).isDirectoryNotContaining("glob:**.wal").isDirectoryContaining("glob:**notes.txt");
    }

    @Test
    void aFunctionWithoutAName_isRefused_andChangesNothing() {
        try (KeyValueStore store = builder(options(SyncPolicy.ALWAYS)).build()) {
            assertThatThrownBy(() -> store.transact(tx -> tx.put(bytes("a"), bytes("1"))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("must be registered");
            assertThatThrownBy(() -> store.transact(List.of(bytes("a")), tx -> tx.put(bytes("a"), bytes("1"))))
                    .hasMessageContaining("must be registered");
            assertThat(store.size()).isZero();
            assertThat(store.<Long>read(tx -> tx.count(KeyRange.all()))).isZero();
        }
    }

    @Test
    void aProcedureThatIsNotRegisteredAnyMore_isNamed_andNothingIsLost() {
        try (KeyValueStore store = builder(options(SyncPolicy.ALWAYS)).build()) {
            store.transact(APPEND, "x");
        }
        assertThatThrownBy(() -> KeyValueStore.builder().durable(directory).build())
                .hasMessageContaining("procedure=append")
                .hasMessageContaining("segment-");
        try (KeyValueStore store = builder(options(SyncPolicy.ALWAYS)).build()) {
            assertThat(store.get(bytes("text"))).containsExactly('x');
        }
    }

    @Test
    void options_areChecked() {
        Durability options = Durability.in(directory);

        assertThatThrownBy(() -> Durability.in(null)).hasMessageContaining("directory=null");
        assertThatThrownBy(() -> options.syncPolicy(null)).hasMessageContaining("policy=null");
        assertThatThrownBy(() -> options.segmentBytes(-1)).hasMessageContaining("segmentBytes=-1");
        assertThatThrownBy(() -> options.snapshotBytes(1)).hasMessageContaining("snapshotBytes=1");
        assertThatThrownBy(() -> options.minFreeBytes(Long.MAX_VALUE)).hasMessageContaining("1 TiB");
        assertThatThrownBy(() -> SyncPolicy.interval(Duration.ZERO)).hasMessageContaining("interval=PT0S");
        assertThatThrownBy(() -> SyncPolicy.interval(null)).hasMessageContaining("interval=null");
        assertThatThrownBy(() -> KeyValueStore.builder().durable((Durability) null))
                .hasMessageContaining("options");
        try (KeyValueStore store = KeyValueStore.builder().build()) {
            assertThatThrownBy(store::durableStats).hasMessageContaining("durable=false");
        }
    }

    @Test
    void closingTwice_isFine() {
        KeyValueStore store = builder(options(SyncPolicy.NEVER)).build();
        store.close();
        store.close();
    }
}
