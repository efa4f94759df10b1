package org.nr4j.examples.nrfs;

import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.nr4j.cnr.CnrStats;
import org.nr4j.cnr.ConcurrentNodeReplicated;

/**
 * A file system in memory, with directories, and files of bytes with holes. Any thread may use it. Each operation is
 * one step, whatever path an observer uses. This includes a rename, although it moves a whole tree.
 *
 * <p>A path begins at the root, as in {@code "/docs/readme"}. There are no links, so a file has one path.
 *
 * <p>Each file and each directory belongs to one log. The operations have these logs:
 *
 * <ul>
 *   <li>Reading, writing, inspecting or listing a node is an operation of its log. Before it, there is a read for each
 *       directory on the path, of that directory's log.
 *   <li>Creating or removing a node is an operation of the logs of the directory and of the node.
 *   <li>Renaming a file is an operation of the logs of the two directories, of the file, and of the file that it
 *       replaces.
 *   <li>Renaming a directory, and listing the whole tree, are operations of all logs.
 * </ul>
 *
 * <p>While an operation follows its path, other operations may move or remove something on it. The operation detects
 * this and starts again, at most once for each such change.
 *
 * <p>If an operation is impossible, it throws a {@link FileSystemException} of {@code java.nio.file} and changes
 * nothing. If several things are wrong, the exception names one of them. A malformed path causes an {@link
 * InvalidPathException}.
 */
public final class NrFs implements AutoCloseable {
    private final ConcurrentNodeReplicated<FsOp, FsOp, Object> replicated;

    /**
     * The last number of a node. The numbers travel in the operations. If the replicas assigned them, all operations
     * would conflict over a counter.
     */
    private final AtomicLong lastNumber = new AtomicLong(Volume.ROOT);

    private final LongAdder begunAnew = new LongAdder();

    /** Says that an operation was refused. The caller handles it, or tries again. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final Refusal refusal;

        Refused(Refusal refusal) {
            super(refusal.name(), null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
            this.refusal = refusal;
        }
    }

    /** An attempt at an operation. */
    private interface Attempt<T> {
        T make();
    }

    private NrFs(ConcurrentNodeReplicated<FsOp, FsOp, Object> replicated) {
        this.replicated = replicated;
    }

    /** Creates an empty file system with a replica on each node. */
    public static NrFs create(int logs) {
        return new NrFs(builder(logs, () -> new Volume(logs)).build());
    }

    /** Creates an empty file system with this many replicas, over logs of {@code logCapacity} entries. */
    public static NrFs create(int logs, int replicas, int logCapacity) {
        return create(logs, replicas, logCapacity, () -> new Volume(logs));
    }

    /** Creates the same. The supplier lets a test look into the replicas. */
    static NrFs create(int logs, int replicas, int logCapacity, Supplier<Volume> volumes) {
        return new NrFs(builder(logs, volumes)
                .replicas(replicas)
                .logCapacity(logCapacity)
                .build());
    }

    private static ConcurrentNodeReplicated.Builder<FsOp, FsOp, Object> builder(int logs, Supplier<Volume> volumes) {
        return ConcurrentNodeReplicated.<FsOp, Object>builder(volumes, FsOp::logs)
                .logs(logs);
    }

    // ---- files ----

    /** Makes an empty file. */
    public void create(String path) throws FileSystemException {
        make(path, /* isDirectory= */ false);
    }

    /**
     * Writes bytes from an offset on and overwrites what is there. A write beyond the end leaves a hole, which reads as
     * zeros and takes no memory.
     *
     * @throws IllegalArgumentException if the offset is negative, or the end is too large a number
     */
    public void write(String path, long offset, byte[] bytes) throws FileSystemException {
        Objects.requireNonNull(bytes, "bytes must not be null: bytes=null; pass an empty array to write nothing");
        if (offset < 0 || offset > Long.MAX_VALUE - bytes.length) {
            throw new IllegalArgumentException(
                    "an offset must be from 0, and the end a long: offset=" + offset + " bytes=" + bytes.length);
        }
        byte[] copy = bytes.clone(); // the caller may change its array; an operation in a log must not change
        FsPath file = FsPath.of(path);
        attempt(path, null, () -> write(new FsOp.Write(followToFile(file), offset, copy)));
    }

    /**
     * Reads at most {@code length} bytes from an offset on: fewer at the end of the file, none beyond it.
     *
     * @throws IllegalArgumentException if the offset or the length is negative
     */
    public byte[] read(String path, long offset, int length) throws FileSystemException {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException(
                    "an offset and a length must be from 0: offset=" + offset + " length=" + length);
        }
        FsPath file = FsPath.of(path);
        return attempt(path, null, () -> (byte[]) read(new FsOp.Read(followToFile(file), offset, length)));
    }

    // ---- directories ----

    /** Makes an empty directory. Its parent must exist. */
    public void mkdir(String path) throws FileSystemException {
        make(path, /* isDirectory= */ true);
    }

    /** Returns the names in a directory, in order. */
    public List<String> list(String path) throws FileSystemException {
        FsPath directory = FsPath.of(path);
        return attempt(path, null, () -> names(read(new FsOp.ListNames(followToDirectory(directory)))));
    }

    /** Returns all paths, in order, at one moment. Paths of directories end with a slash. */
    public List<String> tree() {
        return names(replicated.execute(new FsOp.Tree()));
    }

    @SuppressWarnings("unchecked") // ListNames and Tree answer this type
    private static List<String> names(Object answer) {
        return (List<String>) answer;
    }

    // ---- both ----

    /** Returns the properties of a file or directory. */
    public FileStat stat(String path) throws FileSystemException {
        FsPath any = FsPath.of(path);
        return attempt(path, null, () -> (FileStat) read(new FsOp.Stat(follow(any))));
    }

    /** Removes a file, or an empty directory. */
    public void remove(String path) throws FileSystemException {
        FsPath any = refuseRoot(path, null);
        attempt(path, null, () -> {
            Place directory = followToDirectory(any.parent());
            return write(new FsOp.Remove(directory, lookup(directory, any.name())));
        });
    }

    /**
     * Moves a file or directory to another path. A file replaces a file that has that path; a directory replaces an
     * empty directory. An observer sees the node, and everything in a directory, under exactly one of the two paths.
     */
    public void rename(String path, String to) throws FileSystemException {
        FsPath source = refuseRoot(path, to);
        FsPath target = refuseRoot(to, null);
        attempt(path, to, () -> write(renaming(source, target)));
    }

    private FsOp renaming(FsPath source, FsPath target) {
        Place directory = followToDirectory(source.parent());
        Place moved = lookup(directory, source.name());
        if (moved.directory()) {
            return new FsOp.RenameAny(source, target);
        }
        Place toDirectory = followToDirectory(target.parent());
        return new FsOp.RenameFile(directory, moved, toDirectory, target.name(), lookupOrNull(toDirectory, target));
    }

    private void make(String path, boolean isDirectory) throws FileSystemException {
        FsPath made = FsPath.of(path);
        if (made.isRoot()) {
            throw Refusal.EXISTS.toException(path, null);
        }
        attempt(path, null, () -> {
            Place directory = followToDirectory(made.parent());
            return write(new FsOp.Create(directory, made.name(), lastNumber.incrementAndGet(), isDirectory));
        });
    }

    private static FsPath refuseRoot(String path, String other) throws FileSystemException {
        FsPath parsed = FsPath.of(path);
        if (parsed.isRoot()) {
            throw Refusal.ROOT.toException(path, other);
        }
        return parsed;
    }

    // ---- following paths ----

    private Place follow(FsPath path) {
        return path.isRoot() ? Place.ROOT : lookup(followToDirectory(path.parent()), path.name());
    }

    private Place followToDirectory(FsPath path) {
        Place place = Place.ROOT;
        for (String name : path.names()) {
            place = lookup(place, name);
            if (!place.directory()) {
                throw new Refused(Refusal.NOT_A_DIRECTORY);
            }
        }
        return place;
    }

    private Place followToFile(FsPath path) {
        Place place = follow(path);
        if (place.directory()) {
            throw new Refused(Refusal.IS_A_DIRECTORY);
        }
        return place;
    }

    private Place lookup(Place directory, String name) {
        return (Place) read(new FsOp.Lookup(directory, name));
    }

    private Place lookupOrNull(Place directory, FsPath path) {
        try {
            return lookup(directory, path.name());
        } catch (Refused e) {
            if (e.refusal == Refusal.NO_SUCH_FILE) {
                return null;
            }
            throw e;
        }
    }

    private Object read(FsOp op) {
        return orRefused(replicated.execute(op));
    }

    private Object write(FsOp op) {
        return orRefused(replicated.executeMut(op));
    }

    private static Object orRefused(Object answer) {
        if (answer instanceof Refusal refusal) {
            throw new Refused(refusal);
        }
        return answer;
    }

    private <T> T attempt(String path, String other, Attempt<T> attempt) throws FileSystemException {
        while (true) {
            try {
                return attempt.make();
            } catch (Refused e) {
                if (e.refusal != Refusal.STALE) {
                    throw e.refusal.toException(path, other);
                }
                begunAnew.increment();
            }
        }
    }

    // ---- the instance ----

    /** Returns how often an operation started again because something on its path had been moved or removed. */
    public long begunAnew() {
        return begunAnew.sum();
    }

    /** Returns the statistics of the logs. */
    public CnrStats stats() {
        return replicated.stats();
    }

    /** Brings all replicas up to date. */
    void sync() {
        replicated.sync();
    }

    /** Ends all service. */
    @Override
    public void close() {
        replicated.close();
    }
}
