package org.nr4j.kv.internal.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nr4j.kv.internal.disk.FileDisk;

/** Checks on real files that a killed process loses nothing that it had synced. */
class KilledProcessTest {
    @TempDir
    private Path directory;

    @Test
    void killedProcess_losesNothingSynced() throws IOException, InterruptedException {
        for (int round = 0; round < 3; round++) {
            int synced = killedAfter(200 * (round + 1));
            try (FileDisk disk = FileDisk.open(directory)) {
                Wal read = Wal.read(disk);
                assertThat(read.records).hasSizeGreaterThanOrEqualTo(synced);
                for (int i = 0; i < read.records.size(); i++) {
                    assertThat(read.records.get(i)).isEqualTo("record " + i);
                }
            }
        }
    }

    /** Starts a writer and kills it once it has said that so many records are synced. Returns the last such number. */
    private int killedAfter(int records) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int synced = 0;
        try (BufferedReader in = new BufferedReader(new InputStreamReader(process.getInputStream()))) {
            String line = in.readLine();
            while (line != null) {
                synced = Integer.parseInt(line);
                if (synced >= records) {
                    // Not process.destroyForcibly(): that would close the stream.
                    process.toHandle().destroyForcibly();
                }
                line = in.readLine();
            }
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
        assertThat(synced).isGreaterThanOrEqualTo(records);
        return synced;
    }

    /** Appends, syncs, and says how many records are on the disk, until it is killed. Rolls now and then. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws IOException {
            try (FileDisk disk = FileDisk.open(Path.of(arguments[0]))) {
                Wal read = Wal.read(disk);
                WriteAheadLog log = read.recovery.start(0);
                int start = read.records.size();
                for (int next = start; ; next += 2) {
                    Wal.append(log, "record " + next, "record " + (next + 1));
                    log.sync();
                    System.out.println(next + 2);
                    if (next % 100 == 0) {
                        log.roll(next - start);
                    }
                }
            }
        }
    }
}
