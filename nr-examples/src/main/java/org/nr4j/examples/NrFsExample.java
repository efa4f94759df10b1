package org.nr4j.examples;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.nr4j.examples.nrfs.FileStat;
import org.nr4j.examples.nrfs.NrFs;

/**
 * A mail server's spool on NrFS, the file system of {@link org.nr4j.examples.nrfs}. Writers store letters under a
 * temporary name and rename them into the queue. Workers move letters from the queue to the directory of finished ones.
 * A reader counts them.
 *
 * <p>Shows an application over several logs. Letters are written side by side, each in the log of its file. A rename
 * involves two directories and a file, and is one step. Therefore no worker finds a half-written letter, and no two
 * workers get the same one. The reader lists the whole tree at one moment, so it never misses a letter that moves from
 * directory to directory.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java -Dexec.mainClass=org.nr4j.examples.NrFsExample}
 */
public final class NrFsExample {
    private static final int WRITERS = 2;
    private static final int WORKERS = 2;
    private static final int LETTERS = 500;
    private static final byte[] LINE = "dear all,\n".getBytes(StandardCharsets.UTF_8);
    private static final int LINES = 5;

    private NrFsExample() {}

    public static void main(String[] args) throws Exception {
        try (NrFs fs = NrFs.create(/* logs= */ 4)) {
            for (String directory : List.of("/tmp", "/queue", "/done")) {
                fs.mkdir(directory);
            }
            AtomicInteger done = new AtomicInteger();
            AtomicInteger halfWritten = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                threads.add(new Thread(() -> quietly(() -> write(fs, writer))));
            }
            for (int i = 0; i < WORKERS; i++) {
                threads.add(new Thread(() -> quietly(() -> work(fs, done, halfWritten))));
            }
            threads.forEach(Thread::start);
            boolean steady = watch(fs, done);
            for (Thread thread : threads) {
                thread.join();
            }
            System.out.println("letters done: " + fs.stat("/done").size() + ", moved once each: "
                    + (done.get() == WRITERS * LETTERS));
            System.out.println("letters found half written: " + halfWritten);
            System.out.println("letters never grew fewer while they moved: " + steady);
            archive(fs);
        }
    }

    private static void write(NrFs fs, int writer) throws FileSystemException {
        for (int n = 0; n < LETTERS; n++) {
            String name = "letter-" + writer + "-" + n;
            fs.create("/tmp/" + name);
            for (int line = 0; line < LINES; line++) {
                fs.write("/tmp/" + name, (long) line * LINE.length, LINE);
            }
            fs.rename("/tmp/" + name, "/queue/" + name);
        }
    }

    private static void work(NrFs fs, AtomicInteger done, AtomicInteger halfWritten) throws FileSystemException {
        while (done.get() < WRITERS * LETTERS) {
            for (String name : fs.list("/queue")) {
                try {
                    fs.rename("/queue/" + name, "/done/" + name);
                } catch (NoSuchFileException takenByAnother) {
                    continue;
                }
                done.incrementAndGet();
                if (fs.stat("/done/" + name).size() != (long) LINES * LINE.length) {
                    halfWritten.incrementAndGet();
                }
            }
        }
    }

    /** Looks at the tree again and again. Letters are added and moved, but never removed. */
    private static boolean watch(NrFs fs, AtomicInteger done) {
        boolean steady = true;
        long most = 0;
        while (done.get() < WRITERS * LETTERS) {
            long letters =
                    fs.tree().stream().filter(path -> !path.endsWith("/")).count();
            steady &= letters >= most;
            most = Math.max(most, letters);
        }
        return steady;
    }

    /** Moves a whole directory, and shows refused operations and a file with a hole. */
    private static void archive(NrFs fs) throws FileSystemException {
        fs.mkdir("/archive");
        fs.rename("/done", "/archive/today");
        System.out.println("archived: " + fs.list("/archive") + " with "
                + fs.list("/archive/today").size());
        for (Refused refused : List.<Refused>of(
                () -> fs.rename("/archive", "/archive/today/below"),
                () -> fs.remove("/archive"),
                () -> fs.list("/done"))) {
            try {
                refused.run();
            } catch (FileSystemException e) {
                System.out.println("refused: " + e.getClass().getSimpleName() + ": " + e.getMessage());
            }
        }
        fs.create("/archive/index");
        fs.write("/archive/index", 1L << 40, LINE);
        FileStat stat = fs.stat("/archive/index");
        System.out.println("an index of " + stat.size() + " bytes, of which " + stat.stored() + " are stored");
    }

    /** An operation that should be refused. */
    interface Refused {
        void run() throws FileSystemException;
    }

    private static void quietly(Refused work) {
        try {
            work.run();
        } catch (FileSystemException e) {
            throw new IllegalStateException("the spool must be as its threads left it", e);
        }
    }
}
