package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nr4j.kv.durable.SyncPolicy;
import org.nr4j.testing.Seeded;
import org.nr4j.testing.Soak;

/**
 * Kills processes that write to a durable store, at random moments, on real files. The system keeps what the process
 * had passed to it, so this shows the order of the store's steps, not its syncs: {@link DurableCrashTest} does that.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class DurableKillTest {
    private static final int KILLS = 2;
    private static final int WRITERS = StoreProcess.WRITERS;

    @TempDir
    Path temporary;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    /** An acknowledged step of a writer. */
    private record Ack(int writer, long step) {}

    /** What a process said before it was killed. */
    private final class Life {
        final List<Ack> acks = new ArrayList<>();
        final long[] acknowledged;
        final long[] kept;

        /** The entries after the kill are those after a number of steps from {@code least} to {@code most}. */
        final long[] least = new long[WRITERS];

        final long[] most = new long[WRITERS];

        Life(long... before) {
            this.acknowledged = before.clone();
            this.kept = before.clone();
        }

        void read(String line) {
            String[] words = line.split(" ");
            if (words[0].equals("ack")) {
                Ack ack = new Ack(Integer.parseInt(words[1]), Long.parseLong(words[2]));
                acks.add(ack);
                acknowledged[ack.writer] = ack.step;
            } else if (words[0].equals("kept")) {
                Arrays.setAll(kept, writer -> Long.parseLong(words[1 + writer]));
            }
        }

        /** Checks the entries of a writer, and finds out how many of its steps they have. */
        void checkEntries(int number, long from, Map<String, ScriptedWriter.Content> found) {
            ScriptedWriter writer = new ScriptedWriter(number, from);
            least[number] = -1;
            while (true) {
                if (writer.entries().equals(found)) {
                    least[number] = least[number] < 0 ? writer.steps() : least[number];
                    most[number] = writer.steps();
                }
                if (writer.steps() > acknowledged[number]) {
                    break;
                }
                Consumer<KeyValueStore> unused = writer.next();
            }
            assertThat(least[number])
                    .as("writer=%s from=%s acknowledged=%s found=%s", number, from, acknowledged[number], found)
                    .isNotNegative();
        }

        /** Checks that with a step that was found, all steps were found that had returned before it began. */
        void checkOrder() {
            long[] returned = new long[WRITERS];
            for (Ack ack : acks) {
                returned[ack.writer] = ack.step;
                if (ack.step == least[ack.writer] - 1) {
                    for (int writer = 0; writer < WRITERS; writer++) {
                        assertThat(returned[writer])
                                .as("writer=%s after=%s", writer, ack)
                                .isLessThanOrEqualTo(most[writer]);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"always, 1", "always, 3", "never, 1", "20, 1"})
    void aKilledStore_hasAPrefixOfItsWrites_andWithAlwaysAllThatReturned(String policy, int logs) throws Exception {
        RandomGenerator random = seeded.random();
        Path directory = temporary.resolve("store");
        long[] steps = new long[WRITERS];
        for (int kill = 0; kill < Soak.times(KILLS); kill++) {
            Life life = new Life(steps);
            runAndKill(directory, policy, logs, life, steps, random, /* atLeast= */ kill == 0 ? 300 : 0);
            check(directory, policy, life);
            steps = life.most.clone();
        }
        assertThat(directory.toFile().list((file, name) -> name.endsWith(".snapshot")))
                .hasSizeLessThanOrEqualTo(2);
    }

    private void runAndKill(
            Path directory, String policy, int logs, Life life, long[] steps, RandomGenerator random, int atLeast)
            throws IOException, InterruptedException {
        boolean early = atLeast == 0 && random.nextInt(4) == 0;
        int killAt = atLeast + random.nextInt(600);
        Process process = start(directory, policy, logs, steps);
        Thread killer = early ? killLater(process, random.nextInt(800)) : null;
        boolean killed = early;
        try (BufferedReader in = process.inputReader(StandardCharsets.US_ASCII)) {
            String line = in.readLine();
            while (line != null) {
                life.read(line);
                if (!killed && life.acks.size() >= killAt) {
                    killed = true;
                    killer = killLater(process, random.nextInt(20));
                }
                line = in.readLine();
            }
        } finally {
            process.toHandle().destroyForcibly();
            process.waitFor();
        }
        assertThat(killed)
                .as("the process ended, see its errors: acks=%s", life.acks.size())
                .isTrue();
        killer.join();
    }

    private static Process start(Path directory, String policy, int logs, long... steps) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StoreProcess.class.getName(),
                directory.toString(),
                policy,
                Integer.toString(logs)));
        Arrays.stream(steps).mapToObj(Long::toString).forEach(command::add);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Kills a process after some time. Not by Process.destroyForcibly(), which would close the stream. */
    private static Thread killLater(Process process, int millis) {
        Thread killer = new Thread(() -> {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            process.toHandle().destroyForcibly();
        });
        killer.start();
        return killer;
    }

    // ---- what is left ----

    /** Checks a copy. So the next process opens what the killed one left. */
    private void check(Path directory, String policy, Life life) throws IOException {
        Path copy = Files.createTempDirectory(temporary, "copy");
        if (Files.exists(directory)) {
            copy(directory, copy);
        }
        long[] from = policy.equals("always") ? life.acknowledged : life.kept;
        try (KeyValueStore store = StoreProcess.open(copy, SyncPolicy.NEVER, 1)) {
            List<Map<String, ScriptedWriter.Content>> found = entriesOfWriters(store);
            for (int writer = 0; writer < WRITERS; writer++) {
                life.checkEntries(writer, from[writer], found.get(writer));
            }
            life.checkOrder();
            assertThat(store.fingerprint(KeyRange.all())).isEqualTo(fingerprintOf(found));
        }
        deleteAll(copy);
    }

    private static List<Map<String, ScriptedWriter.Content>> entriesOfWriters(KeyValueStore store) {
        List<Map<String, ScriptedWriter.Content>> result = new ArrayList<>();
        long count = 0;
        for (int writer = 0; writer < WRITERS; writer++) {
            Map<String, ScriptedWriter.Content> entries = new TreeMap<>();
            for (Entry entry : store.scan(KeyRange.prefix(Keys.bytes(ScriptedWriter.prefix(writer))))) {
                entries.put(ScriptedWriter.text(entry.key()), ScriptedWriter.Content.of(entry));
            }
            result.add(entries);
            count += entries.size();
        }
        assertThat(store.size()).isEqualTo(count);
        return result;
    }

    private static Fingerprint fingerprintOf(List<Map<String, ScriptedWriter.Content>> entries) {
        try (KeyValueStore store = KeyValueStore.builder().fingerprints(true).build()) {
            entries.forEach(ofWriter -> ofWriter.forEach((key, content) -> content.putInto(store, key)));
            return store.fingerprint(KeyRange.all());
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
