package org.nr4j.kv.durable;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.nr4j.kv.internal.disk.FileDisk;
import org.nr4j.kv.internal.durable.LogCheck;
import org.nr4j.kv.internal.durable.LogRepair;

/**
 * Checks the directory of a durable store, and copies what is intact of a damaged one. A program, too:
 *
 * <pre>{@code
 * java -cp nr-core.jar org.nr4j.kv.durable.StoreFiles check DIR
 * java -cp nr-core.jar org.nr4j.kv.durable.StoreFiles repair DIR --to DIR2
 * }</pre>
 *
 * <p>The program prints a report. It exits with 0 if the store is intact or was repaired, with 1 if it is damaged or
 * cannot be read, and with 2 if the arguments are wrong.
 *
 * <p>Neither changes anything in the directory. No store may have it open. Neither runs a procedure.
 */
public final class StoreFiles {
    private static final String USAGE = """
            usage:
              check DIR               reads a store's directory and reports what it has, and damage
              repair DIR --to DIR2    copies a store up to its first damage into a new directory""";

    private StoreFiles() {}

    /** Runs the program. */
    public static void main(String[] arguments) {
        System.exit(run(System.out, System.err, arguments));
    }

    /** Runs the program and returns its exit code. */
    static int run(PrintStream out, PrintStream err, String... arguments) {
        try {
            if (arguments.length == 2 && arguments[0].equals("check")) {
                StoreReport report = check(Path.of(arguments[1]));
                out.println(report);
                return report.isIntact() ? 0 : 1;
            }
            if (arguments.length == 4 && arguments[0].equals("repair") && arguments[2].equals("--to")) {
                out.println(repair(Path.of(arguments[1]), Path.of(arguments[3])));
                return 0;
            }
        } catch (IOException e) {
            err.println(e.getMessage());
            return 1;
        }
        err.println(USAGE);
        return 2;
    }

    /**
     * Reads a store's directory up to the first damage.
     *
     * @throws IOException if the directory cannot be read, has no store or files of another program, or a store has it
     *     open
     */
    public static StoreReport check(Path directory) throws IOException {
        try (FileDisk disk = FileDisk.openForReadingOnly(directory)) {
            return new LogCheck(disk).report();
        }
    }

    /**
     * Copies a store up to its first damage into a new directory, which is a store then. Writes behind the damage are
     * left out, even intact ones. If the snapshot is damaged, the copy has its entries before the damage and no writes.
     * If the manifest is lost, the copy has the newest snapshot alone, or, if there is none, the log from its start.
     *
     * @param to must not exist, or be empty
     * @throws IOException as {@link #check}, or if the new directory is not empty or cannot be written. Then the new
     *     directory has no store.
     */
    public static RepairReport repair(Path from, Path to) throws IOException {
        requireNew(from, to);
        try (FileDisk source = FileDisk.openForReadingOnly(from);
                FileDisk target = FileDisk.open(to)) {
            return LogRepair.copy(source, target);
        }
    }

    private static void requireNew(Path from, Path to) throws IOException {
        if (to.toAbsolutePath().normalize().startsWith(from.toAbsolutePath().normalize())) {
            throw new IOException("a repaired store must be outside the damaged one: to=" + to + " from=" + from
                    + "; name another directory");
        }
        if (Files.isDirectory(to)) {
            try (Stream<Path> files = Files.list(to)) {
                // A repair that failed leaves the file of the lock.
                if (files.anyMatch(file -> !file.endsWith(FileDisk.LOCK))) {
                    throw new IOException(
                            "a repaired store needs a new directory: to=" + to + " empty=false; name another one");
                }
            }
        }
    }
}
