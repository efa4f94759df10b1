package org.nr4j.examples.nrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** What the operations of the file system do, and refuse. */
@Timeout(60)
@ParameterizedClass(name = "logs={0} replicas={1}")
@CsvSource({"1,1", "4,1", "2,2", "4,2"})
class NrFsTest {
    @Parameter(0)
    int logs;

    @Parameter(1)
    int replicas;

    private NrFs fs;

    @BeforeEach
    void open() {
        fs = NrFs.create(logs, replicas, 4);
    }

    @AfterEach
    void close() {
        fs.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String text(String path) throws FileSystemException {
        return new String(fs.read(path, 0, 1_000), StandardCharsets.UTF_8);
    }

    // ---- files ----

    @Test
    void aFile_hasWhatWasWritten() throws Exception {
        fs.create("/f");
        assertThat(fs.stat("/f")).isEqualTo(new FileStat(false, 0, 0));
        byte[] bytes = bytes("hello, world");
        fs.write("/f", 0, bytes);
        bytes[0] = 'J'; // the file has its own
        fs.write("/f", 7, bytes("there"));
        assertThat(text("/f")).isEqualTo("hello, there");
        assertThat(fs.read("/f", 7, 3)).isEqualTo(bytes("the"));
        assertThat(fs.read("/f", 12, 3)).isEmpty();
        assertThat(fs.read("/f", Long.MAX_VALUE, 3)).isEmpty();
        fs.write("/f", 100, new byte[0]);
        assertThat(fs.stat("/f").size()).isEqualTo(12);
    }

    @Test
    void writesOverSeveralBlocks() throws Exception {
        byte[] all = new byte[20_000];
        new Random(1).nextBytes(all);
        fs.create("/f");
        for (int from = 0; from < all.length; from += 700) {
            fs.write("/f", from, Arrays.copyOfRange(all, from, Math.min(all.length, from + 700)));
        }
        assertThat(fs.read("/f", 0, 30_000)).isEqualTo(all);
        assertThat(fs.read("/f", 4_000, 9_000)).isEqualTo(Arrays.copyOfRange(all, 4_000, 13_000));
        assertThat(fs.stat("/f")).isEqualTo(new FileStat(false, 20_000, 5 * 4096));
    }

    @Test
    void aHole_readsAsZerosAndTakesNoMemory() throws Exception {
        fs.create("/sparse");
        fs.write("/sparse", 1L << 40, bytes("end"));
        fs.write("/sparse", 0, bytes("begin"));
        assertThat(fs.stat("/sparse")).isEqualTo(new FileStat(false, (1L << 40) + 3, 2 * 4096));
        assertThat(fs.read("/sparse", 3, 5)).isEqualTo(new byte[] {'i', 'n', 0, 0, 0});
        assertThat(fs.read("/sparse", 1L << 20, 10_000)).isEqualTo(new byte[10_000]);
        assertThat(fs.read("/sparse", (1L << 40) - 1, 9)).isEqualTo(new byte[] {0, 'e', 'n', 'd'});
    }

    // ---- directories ----

    @Test
    void directories_listTheirNamesInOrder() throws Exception {
        fs.mkdir("/d");
        fs.create("/d/b");
        fs.mkdir("/d/a");
        fs.create("/d/a/x");
        assertThat(fs.list("/d")).containsExactly("a", "b");
        assertThat(fs.list("/")).containsExactly("d");
        assertThat(fs.stat("/d")).isEqualTo(new FileStat(true, 2, 0));
        assertThat(fs.stat("/").size()).isEqualTo(1);
        assertThat(fs.tree()).containsExactly("/d/", "/d/a/", "/d/a/x", "/d/b");
    }

    @Test
    void remove_takesFilesAndEmptyDirectories() throws Exception {
        fs.mkdir("/d");
        fs.create("/d/f");
        assertThatThrownBy(() -> fs.remove("/d"))
                .isInstanceOf(DirectoryNotEmptyException.class)
                .hasMessage("/d");
        fs.remove("/d/f");
        fs.remove("/d");
        assertThat(fs.tree()).isEmpty();
        assertThatThrownBy(() -> fs.remove("/d")).isInstanceOf(NoSuchFileException.class);
        fs.create("/d"); // a file under the old name is another one
        assertThat(fs.stat("/d").directory()).isFalse();
    }

    // ---- renaming ----

    @Test
    void rename_ofAFile_keepsItsContents() throws Exception {
        fs.mkdir("/d");
        fs.create("/f");
        fs.write("/f", 0, bytes("mine"));
        fs.rename("/f", "/d/g");
        assertThat(fs.tree()).containsExactly("/d/", "/d/g");
        assertThat(text("/d/g")).isEqualTo("mine");
        fs.rename("/d/g", "/d/g");
        fs.create("/other");
        fs.rename("/d/g", "/other");
        assertThat(fs.tree()).containsExactly("/d/", "/other");
        assertThat(text("/other")).isEqualTo("mine");
    }

    @Test
    void rename_ofADirectory_takesAllThatIsBelow() throws Exception {
        fs.mkdir("/a");
        fs.mkdir("/a/b");
        fs.create("/a/b/f");
        fs.write("/a/b/f", 0, bytes("deep"));
        fs.mkdir("/c");
        fs.rename("/a", "/c/d");
        assertThat(fs.tree()).containsExactly("/c/", "/c/d/", "/c/d/b/", "/c/d/b/f");
        assertThat(text("/c/d/b/f")).isEqualTo("deep");
        fs.create("/c/d/b/g");
        fs.mkdir("/empty");
        fs.rename("/c/d/b", "/empty");
        assertThat(fs.tree()).containsExactly("/c/", "/c/d/", "/empty/", "/empty/f", "/empty/g");
    }

    @Test
    void rename_refusesWhatCannotBe() throws Exception {
        fs.mkdir("/a");
        fs.mkdir("/a/b");
        fs.mkdir("/full");
        fs.create("/full/x");
        fs.create("/f");
        var before = fs.tree();
        assertThatThrownBy(() -> fs.rename("/a", "/a/b/c"))
                .isExactlyInstanceOf(FileSystemException.class)
                .hasMessage("/a -> /a/b/c: a directory must not be moved to a place below itself");
        assertThatThrownBy(() -> fs.rename("/f", "/f/g")).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> fs.rename("/none", "/f")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> fs.rename("/f", "/none/f")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> fs.rename("/f", "/a")).hasMessageContaining("it is a directory");
        assertThatThrownBy(() -> fs.rename("/a", "/f")).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> fs.rename("/a", "/full")).isInstanceOf(DirectoryNotEmptyException.class);
        assertThatThrownBy(() -> fs.rename("/a/b", "/a")).isInstanceOf(DirectoryNotEmptyException.class);
        assertThatThrownBy(() -> fs.rename("/", "/x")).hasMessageContaining("the root must stay");
        assertThatThrownBy(() -> fs.rename("/a", "/")).hasMessageContaining("the root must stay");
        assertThat(fs.tree()).isEqualTo(before);
    }

    // ---- errors ----

    @Test
    void errors_sayWhatIsWrong() throws Exception {
        fs.mkdir("/d");
        fs.create("/f");
        assertThatThrownBy(() -> fs.create("/f"))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessage("/f: the name must be free; remove it first");
        assertThatThrownBy(() -> fs.mkdir("/d")).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> fs.mkdir("/")).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> fs.mkdir("/x/y")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> fs.create("/f/y")).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> fs.list("/f")).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> fs.read("/d", 0, 1)).hasMessageContaining("it is a directory");
        assertThatThrownBy(() -> fs.write("/d", 0, bytes("x"))).hasMessageContaining("it is a directory");
        assertThatThrownBy(() -> fs.read("/", 0, 1)).hasMessageContaining("it is a directory");
        assertThatThrownBy(() -> fs.stat("/none")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> fs.remove("/")).hasMessage("/: the root must stay; name something in it");
    }

    @Test
    void badArguments_areRefused() throws Exception {
        fs.create("/f");
        for (String path : new String[] {"", "f", "/f/", "//f", "/./f", "/a/.."}) {
            assertThatThrownBy(() -> fs.stat(path)).as(path).isInstanceOf(InvalidPathException.class);
        }
        assertThatThrownBy(() -> fs.write("/f", -1, bytes("x"))).hasMessageContaining("offset=-1");
        assertThatThrownBy(() -> fs.write("/f", Long.MAX_VALUE, bytes("x")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> fs.read("/f", 0, -1)).hasMessageContaining("length=-1");
        assertThatThrownBy(() -> fs.write("/f", 0, null)).hasMessageContaining("bytes must not be null");
    }

    /** A thousand random operations, one after the other, beside the model. */
    @Test
    void likeTheModel() {
        Random random = new Random(logs * 10L + replicas);
        PathModel model = new PathModel();
        for (int n = 0; n < 1_000; n++) {
            FsCommand command = FsCommand.random(random);
            assertThat(command.applyTo(fs)).as("%d: %s", n, command).isEqualTo(command.applyTo(model));
        }
        assertThat(fs.begunAnew()).isZero();
    }
}
