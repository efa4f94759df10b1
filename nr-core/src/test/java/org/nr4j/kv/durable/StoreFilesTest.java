package org.nr4j.kv.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.kv.AtomicBatch;
import org.nr4j.kv.Fingerprint;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.transaction.Codec;
import org.nr4j.kv.transaction.Procedure;
import org.nr4j.testing.Seeded;
import org.nr4j.testing.Soak;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class StoreFilesTest {
    private static final Procedure<String, Boolean> MARK =
            Procedure.writing("mark", Codec.text(), Codec.truth(), (tx, key) -> {
                tx.set(bytes(key), bytes("marked"));
                return true;
            });
    private static final String MANIFEST = "manifest";

    /** The length of the record at the end of a segment, in bytes. */
    private static final int END_MARK = 24;

    @TempDir
    Path temporary;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    private Path directory;
    private Path copy;
    private int copies;

    /** The fingerprint of the contents after each write, from the empty store on. */
    private final List<Fingerprint> history = new ArrayList<>();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static KeyValueStore open(Path path) {
        return KeyValueStore.builder()
                .fingerprints(true)
                .procedure(MARK)
                .durable(Durability.in(path).segmentBytes(4_096).snapshotBytes(8_192))
                .build();
    }

    /** Fills a store, so that it has several segments, and a snapshot on demand. */
    private void fill(boolean snapshot) {
        directory = temporary.resolve("store");
        copy = temporary.resolve("repaired");
        Durability options = Durability.in(directory).segmentBytes(4_096);
        try (KeyValueStore store = KeyValueStore.builder()
                .fingerprints(true)
                .procedure(MARK)
                .durable(snapshot ? options.snapshotBytes(8_192) : options)
                .build()) {
            note(store);
            for (int i = 0; i < 120 || (snapshot && store.durableStats().snapshots() == 0); i++) {
                write(store, i);
                note(store);
            }
            for (int i = 0; i < 20; i++) {
                write(store, i);
                note(store);
            }
        }
    }

    private void note(KeyValueStore store) {
        history.add(store.fingerprint(KeyRange.all()));
    }

    private static void write(KeyValueStore store, int i) {
        byte[] key = bytes("key" + i % 50);
        switch (i % 7) {
            case 0 -> store.transact(MARK, "key" + i);
            case 1 -> store.apply(new AtomicBatch().increment(bytes("a"), 1).increment(bytes("b"), 1));
            case 2 -> store.remove(key);
            default -> store.set(key, bytes(i + ":" + "v".repeat(80)));
        }
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> result = new TreeMap<>();
        try (Stream<Path> paths = Files.list(directory)) {
            for (Path path : paths.toList()) {
                result.put(path.getFileName().toString(), Arrays.toString(Files.readAllBytes(path)));
            }
        }
        return result;
    }

    private List<String> names(String pattern) {
        return Stream.of(directory.toFile().list())
                .filter(name -> name.matches(pattern))
                .sorted()
                .toList();
    }

    private void flip(String file, int at) throws IOException {
        Path path = directory.resolve(file);
        byte[] content = Files.readAllBytes(path);
        content[at] ^= 4;
        Files.write(path, content);
    }

    private int length(String file) throws IOException {
        return (int) Files.size(directory.resolve(file));
    }

    /** Repairs into a new directory, checks that the copy is intact, and returns its fingerprint. */
    private Fingerprint repaired() throws IOException {
        copy = temporary.resolve("repaired" + copies++);
        StoreFiles.repair(directory, copy);
        assertThat(StoreFiles.check(copy).damage()).isEmpty();
        try (KeyValueStore store = open(copy)) {
            Fingerprint found = store.fingerprint(KeyRange.all());
            store.set(bytes("later"), bytes("value"));
            return found;
        } finally {
            try (KeyValueStore store = open(copy)) {
                assertThat(store.get(bytes("later"))).isNotNull();
            }
        }
    }

    // ---- intact stores ----

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anIntactStore_isReported_andCopiedWhole(boolean snapshot) throws IOException {
        fill(snapshot);
        Map<String, String> before = files();

        StoreReport report = StoreFiles.check(directory);
        assertThat(report.isIntact()).isTrue();
        assertThat(report.base() != null).isEqualTo(snapshot);
        assertThat(report.entries() > 0).isEqualTo(snapshot);
        assertThat(report.segments()).isPositive();
        assertThat(report.records()).isPositive();
        assertThat(report.writes()).containsKeys("put", "batch", "remove", "procedure");
        assertThat(report.procedures()).containsOnlyKeys("mark");
        assertThat(report.procedures().get("mark")).isEqualTo(report.writes().get("procedure"));
        assertThat(report.tornBytes()).isZero();
        assertThat(report.toString()).contains("damage: none");
        if (!snapshot) {
            assertThat(report.records()).isEqualTo(history.size() - 1);
        }

        assertThat(repaired()).isEqualTo(history.get(history.size() - 1));
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void aTornTail_isNoDamage() throws IOException {
        fill(/* snapshot= */ false);
        List<String> segments = names("segment.*");
        Path last = directory.resolve(segments.get(segments.size() - 1));
        byte[] content = Files.readAllBytes(last);
        // Without the record of the end and the last bytes of the last write, as after a crash.
        Files.write(last, Arrays.copyOf(content, content.length - END_MARK - 3));

        StoreReport report = StoreFiles.check(directory);
        assertThat(report.isIntact()).isTrue();
        assertThat(report.tornBytes()).isPositive();
        assertThat(repaired()).isEqualTo(history.get(history.size() - 2));
    }

    @Test
    void aCopyWithoutTheLockFile_isChecked_andStaysAsItIs() throws IOException {
        fill(/* snapshot= */ false);
        Files.delete(directory.resolve("lock"));
        Map<String, String> before = files();

        assertThat(StoreFiles.check(directory).isIntact()).isTrue();
        assertThat(files()).isEqualTo(before);
    }

    // ---- damage ----

    @ParameterizedTest
    @ValueSource(strings = {MANIFEST, "segment.*", "base.*"})
    void aFlippedBit_isFound_andTheCopyIsAPrefix(String kind) throws IOException {
        fill(kind.startsWith("base"));
        RandomGenerator random = seeded.random();
        for (int i = 0; i < Soak.times(15); i++) {
            List<String> files = names(kind);
            String file = files.get(random.nextInt(files.size()));
            // The end mark of the newest segment looks like a torn tail if it is damaged. It has no write.
            int at = random.nextInt(length(file) - (kind.startsWith("segment") ? END_MARK : 0));
            flip(file, at);
            Map<String, String> damaged = files();

            StoreReport report = StoreFiles.check(directory);
            assertThat(report.damage())
                    .as("file=%s at=%s", file, at)
                    .isNotEmpty()
                    .anySatisfy(each -> {
                        assertThat(each.file()).isEqualTo(file);
                        assertThat(each.offset()).isLessThanOrEqualTo(at);
                    });
            assertThatThrownBy(() -> open(directory)).hasCauseInstanceOf(DamagedLogException.class);
            Fingerprint found = repaired();
            if (!kind.startsWith("base")) {
                assertThat(history).contains(found);
            }
            assertThat(files()).isEqualTo(damaged);
            flip(file, at);
        }
        assertThat(StoreFiles.check(directory).isIntact()).isTrue();
    }

    @Test
    void aDamagedRecord_isTheEndOfTheCopy_andTheReportSaysWhatIsLeftOut() throws IOException {
        fill(/* snapshot= */ false);
        List<String> segments = names("segment.*");
        assertThat(segments).hasSizeGreaterThan(3);
        long records = StoreFiles.check(directory).records();
        String second = segments.get(1);
        flip(second, length(second) / 2);

        RepairReport report = StoreFiles.repair(directory, copy);
        assertThat(report.copied().damage()).hasSize(1);
        // One record is damaged in its header, or has an intact header and a damaged payload.
        assertThat(report.copied().records() + report.recordsLeftOut()).isBetween(records - 1, records);
        assertThat(report.bytesLeftOut()).isGreaterThan(length(second) / 3).isLessThan(1 << 20);
        assertThat(report.toString()).contains("left out: records=" + report.recordsLeftOut());
        try (KeyValueStore store = open(copy)) {
            assertThat(store.fingerprint(KeyRange.all()))
                    .isEqualTo(history.get((int) report.copied().records()));
        }
    }

    @Test
    void aMissingSegment_isTheEndOfTheCopy() throws IOException {
        fill(/* snapshot= */ false);
        String third = names("segment.*").get(2);
        Files.delete(directory.resolve(third));

        StoreReport report = StoreFiles.check(directory);
        assertThat(report.damage())
                .singleElement()
                .satisfies(each -> assertThat(each.file()).isEqualTo(third));
        assertThat(repaired()).isEqualTo(history.get((int) report.records()));
    }

    @Test
    void ofADamagedSnapshot_theCopyHasTheEntriesBeforeTheDamage_andNoWrites() throws IOException {
        fill(/* snapshot= */ true);
        String base = names("base.*").get(0);
        flip(base, length(base) - 5);

        RepairReport report = StoreFiles.repair(directory, copy);
        assertThat(report.copied().entries()).isPositive();
        assertThat(report.copied().records()).isZero();
        assertThat(report.recordsLeftOut()).isPositive();
        try (KeyValueStore store = open(copy)) {
            assertThat(store.size()).isEqualTo(report.copied().entries());
        }
    }

    @Test
    void aMissingSnapshot_leavesNothing() throws IOException {
        fill(/* snapshot= */ true);
        Files.delete(directory.resolve(names("base.*").get(0)));

        assertThat(StoreFiles.check(directory).isIntact()).isFalse();
        assertThat(repaired()).isEqualTo(history.get(0));
    }

    @Test
    void withoutTheManifest_theCopyHasTheSnapshot() throws IOException {
        fill(/* snapshot= */ true);
        long entries = StoreFiles.check(directory).entries();
        Files.delete(directory.resolve(MANIFEST));

        RepairReport report = StoreFiles.repair(directory, copy);
        assertThat(report.copied().damage())
                .singleElement()
                .satisfies(each -> assertThat(each.file()).isEqualTo(MANIFEST));
        assertThat(report.recordsLeftOut()).isPositive();
        try (KeyValueStore store = open(copy)) {
            assertThat(store.size()).isEqualTo(entries);
            assertThat(history).contains(store.fingerprint(KeyRange.all()));
        }
    }

    // ---- bad input ----

    private int run(ByteArrayOutputStream out, String... arguments) {
        PrintStream stream = new PrintStream(out, /* autoFlush= */ true, StandardCharsets.UTF_8);
        return StoreFiles.run(stream, stream, arguments);
    }

    @Test
    void theProgram_printsAReport_andExitsWithTheResult() throws IOException {
        fill(/* snapshot= */ false);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(run(out, "check", directory.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("procedures: {mark=", "damage: none");

        String first = names("segment.*").get(0);
        flip(first, length(first) - 100);
        out.reset();
        assertThat(run(out, "check", directory.toString())).isOne();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("file=" + first, "offset=", "must be intact");

        out.reset();
        assertThat(run(out, "repair", directory.toString(), "--to", copy.toString()))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("left out: records=");
        assertThat(run(out, "check", copy.toString())).isZero();
    }

    @Test
    void wrongArguments_areAnsweredWithTheUsage() {
        List<String[]> wrong = List.of(
                new String[] {},
                new String[] {"check"},
                new String[] {"check", "a", "b"},
                new String[] {"mend", "a"},
                new String[] {"repair", "a"},
                new String[] {"repair", "a", "--into", "b"});
        for (String[] arguments : wrong) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertThat(run(out, arguments)).isEqualTo(2);
            assertThat(out.toString(StandardCharsets.UTF_8)).contains("usage:");
        }
    }

    @Test
    void directoriesThatHaveNoStore_areRefused_andStayAsTheyAre() throws IOException {
        Path missing = temporary.resolve("missing");
        assertThatThrownBy(() -> StoreFiles.check(missing)).hasMessageContaining("must exist");
        assertThat(missing).doesNotExist();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(run(out, "check", missing.toString())).isOne();

        Path empty = Files.createDirectory(temporary.resolve("empty"));
        assertThatThrownBy(() -> StoreFiles.check(empty)).hasMessageContaining("files=0");
        assertThat(empty).isEmptyDirectory();

        Path other = Files.createDirectory(temporary.resolve("other"));
        Files.writeString(other.resolve("notes.txt"), "text");
        assertThatThrownBy(() -> StoreFiles.check(other)).hasMessageContaining("notes.txt");
        assertThatThrownBy(() -> open(other)).hasMessageContaining("notes.txt");
        assertThat(other.toFile().list()).containsExactly("notes.txt");
    }

    @Test
    void anOpenStore_isRefused() {
        fill(/* snapshot= */ false);
        try (KeyValueStore store = open(directory)) {
            assertThatThrownBy(() -> StoreFiles.check(directory)).hasMessageContaining("one store only");
            assertThat(store.size()).isPositive();
        }
    }

    @Test
    void aRepair_needsANewDirectory() throws IOException {
        fill(/* snapshot= */ false);
        Map<String, String> before = files();
        assertThatThrownBy(() -> StoreFiles.repair(directory, directory)).hasMessageContaining("outside");
        assertThatThrownBy(() -> StoreFiles.repair(directory, directory.resolve("inside")))
                .hasMessageContaining("outside");
        assertThat(files()).isEqualTo(before);

        Files.createDirectory(copy);
        Files.writeString(copy.resolve("notes.txt"), "text");
        assertThatThrownBy(() -> StoreFiles.repair(directory, copy)).hasMessageContaining("new directory");
        assertThat(copy.toFile().list()).containsExactly("notes.txt");
    }
}
