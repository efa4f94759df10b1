package org.nr4j.kv.internal.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks the directory of the file system: who may open it, and that its files do what the interface says. */
class FileDiskTest {
    @TempDir
    private Path directory;

    @Test
    void directory_isCreatedWithItsParents_andFilesAreKept() throws IOException {
        Path path = directory.resolve("a/b/../c");
        byte[] bytes = new byte[(1 << 20) + 5];
        new Random(1).nextBytes(bytes);
        try (FileDisk disk = FileDisk.open(path)) {
            try (DiskFile file = disk.create("one")) {
                file.write(ByteBuffer.wrap(bytes), 3);
                file.sync();
                assertThat(file.size()).isEqualTo(bytes.length + 3);
                assertThatThrownBy(() -> disk.create("one")).isInstanceOf(FileAlreadyExistsException.class);
            }
            disk.create("two").close();
            disk.rename("one", "two");
            disk.delete("absent");
            disk.sync();
            assertThat(disk.list()).containsExactly("two");
            assertThat(disk.usableBytes()).isPositive();
            assertThatThrownBy(() -> disk.openForWriting("one")).isInstanceOf(NoSuchFileException.class);
        }
        try (FileDisk disk = FileDisk.open(path);
                DiskFile file = disk.openForWriting("two")) {
            ByteBuffer read = ByteBuffer.allocate(bytes.length + 10);
            assertThat(file.read(read, 3)).isEqualTo(bytes.length);
            assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(bytes));
            file.truncate(4);
            assertThat(file.size()).isEqualTo(4);
            assertThat(file.read(read.clear(), 4)).isZero();
            disk.delete("two");
            assertThat(disk.list()).isEmpty();
        }
    }

    @Test
    void secondOpening_inThisProcess_isRefused_alsoThroughALink() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("log"));
        FileDisk disk = FileDisk.open(directory.resolve("log"));
        for (Path path : new Path[] {directory.resolve("log"), link, directory.resolve("log/../log")}) {
            assertThatThrownBy(() -> FileDisk.open(path))
                    .hasMessage("a log's directory must be open in one store only: path="
                            + directory.toRealPath().resolve("log")
                            + " openIn=this process; close that store, or name another directory");
        }
        disk.close();
        disk.close();
        FileDisk.open(link).close();
    }

    @Test
    void secondOpening_byAnotherProcess_isRefused() throws IOException, InterruptedException {
        try (FileDisk disk = FileDisk.open(directory)) {
            assertThat(disk).hasToString(directory.toRealPath().toString());
            assertThat(answerOfAnotherProcess())
                    .startsWith("a log's directory must be open in one store only: path=")
                    .endsWith(" openIn=another process; close that store, or name another directory");
        }
        assertThat(answerOfAnotherProcess()).isEqualTo("opened");
    }

    private String answerOfAnotherProcess() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Opener.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String answer = new String(process.getInputStream().readAllBytes()).trim();
        process.waitFor();
        return answer;
    }

    /** Opens a directory and prints the result. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] arguments) {
            try {
                FileDisk.open(Path.of(arguments[0])).close();
                System.out.println("opened");
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void file_isNoDirectory() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> FileDisk.open(file))
                .hasMessage("a log needs a directory, not a file: path=" + file + "; name another path");
        assertThatThrownBy(() -> FileDisk.open(file.resolve("below")))
                .hasMessageStartingWith("a log's directory must exist or be possible to create: path=" + file);
    }

    @Test
    void directoryThatCannotBeWritten_isRefused_andNotKept() {
        // Nobody can create a file there, not even the superuser.
        Path proc = Path.of("/proc");
        assumeTrue(Files.isDirectory(proc.resolve("self")), "no /proc: not Linux");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> FileDisk.open(proc))
                    .hasMessage("a log's directory must be writable: path=/proc; give this user the right to write,"
                            + " or name another path");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "No space left on device, true",
        "Disk quota exceeded, true",
        "There is not enough space on the disk, true",
        "Input/output error, false",
        ", false"
    })
    void messages_tellAFullDisk(String message, boolean full) {
        IOException given = new IOException(message);
        IOException thrown = FileDiskFile.orDiskFull(given, "file");
        if (full) {
            assertThat(thrown).isInstanceOf(DiskFullException.class).hasCause(given);
        } else {
            assertThat(thrown).isSameAs(given);
        }
    }

    @Test
    void interrupt_closesTheFileOfItsThread_andNoOtherFile() throws IOException {
        try (FileDisk disk = FileDisk.open(directory);
                DiskFile other = disk.create("one");
                DiskFile file = disk.openForReading("one")) {
            other.write(ByteBuffer.allocate(9), 0);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> file.read(ByteBuffer.allocate(9), 0))
                    .isInstanceOf(ClosedByInterruptException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(other.read(ByteBuffer.allocate(9), 0)).isEqualTo(9);
            assertThatThrownBy(() -> FileDisk.open(directory)).hasMessageContaining("openIn=this process");
        }
    }
}
