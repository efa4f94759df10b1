package org.nr4j.kv.internal.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the file system. The file {@code lock} in it keeps other processes out.
 *
 * <p>Any thread may call the methods.
 */
public final class FileDisk implements Disk {
    /** The name of the file that keeps other processes out. */
    public static final String LOCK = "lock";

    /** Windows opens no directory as a file, and writes changed names through its journal. */
    private static final boolean SYNCS_DIRECTORIES =
            !System.getProperty("os.name", "").startsWith("Windows");

    /** The directories that are open in this JVM. A {@link FileLock} keeps out other processes only. */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path directory;

    /** Null if the directory is read, and has no file for it. */
    private final @Nullable FileChannel lock;

    /** Checks the names that a directory has before it is opened. */
    @FunctionalInterface
    public interface Names {
        /** Throws if the directory must not be opened. Then nothing changes in it. */
        void check(List<String> names) throws IOException;
    }

    /** Opens the file for the lock and locks it. */
    @FunctionalInterface
    private interface Lock {
        @Nullable
        FileChannel of(Path directory) throws IOException;
    }

    private final AtomicBoolean closed = new AtomicBoolean();

    private FileDisk(Path directory, @Nullable FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * Opens a directory, which is created if it does not exist, and its parents too.
     *
     * @throws IOException if the path is a file, the directory cannot be written to, or another store has it open
     */
    public static FileDisk open(Path path) throws IOException {
        return open(path, names -> {});
    }

    /** As {@link #open(Path)}, if the names in the directory pass a check. If they do not, nothing changes in it. */
    public static FileDisk open(Path path, Names names) throws IOException {
        Path directory = createDirectory(path);
        names.check(list(directory));
        return openLocked(directory, FileDisk::lockForWriting);
    }

    /**
     * Opens an existing directory for reading, and changes nothing in it. The caller must not change it either.
     *
     * @throws IOException if there is no such directory, or a store has it open
     */
    public static FileDisk openForReadingOnly(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            throw new IOException("a log's directory must exist to be read: path=" + path + "; name another path");
        }
        return openLocked(path.toRealPath(), FileDisk::lockForReading);
    }

    private static FileDisk openLocked(Path directory, Lock lock) throws IOException {
        if (!OPEN.add(directory)) {
            throw inUse(directory, "this process");
        }
        boolean opened = false;
        try {
            FileDisk disk = new FileDisk(directory, lock.of(directory));
            opened = true;
            return disk;
        } finally {
            if (!opened) {
                OPEN.remove(directory);
            }
        }
    }

    private static Path createDirectory(Path path) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        if (Files.exists(absolute) && !Files.isDirectory(absolute)) {
            throw new IOException("a log needs a directory, not a file: path=" + absolute + "; name another path");
        }
        List<Path> changed = new ArrayList<>();
        for (Path part = absolute; part != null && !Files.exists(part); part = part.getParent()) {
            Path parent = part.getParent();
            if (parent != null) {
                changed.add(parent);
            }
        }
        try {
            Files.createDirectories(absolute);
        } catch (IOException e) {
            throw new IOException(
                    "a log's directory must exist or be possible to create: path=" + absolute
                            + "; create it, or name another path",
                    e);
        }
        for (Path parent : changed) {
            syncDirectory(parent);
        }
        return absolute.toRealPath();
    }

    private static FileChannel lockForWriting(Path directory) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException(
                    "a log's directory must be writable: path=" + directory
                            + "; give this user the right to write, or name another path",
                    e);
        }
        return lock(directory, channel, /* shared= */ false);
    }

    /** A copy of a directory may lack the file. Then nobody has the copy open. */
    private static @Nullable FileChannel lockForReading(Path directory) throws IOException {
        Path file = directory.resolve(LOCK);
        return Files.exists(file)
                ? lock(directory, FileChannel.open(file, StandardOpenOption.READ), /* shared= */ true)
                : null;
    }

    private static FileChannel lock(Path directory, FileChannel channel, boolean shared) throws IOException {
        FileLock held = null;
        try {
            held = channel.tryLock(0, Long.MAX_VALUE, shared);
        } catch (OverlappingFileLockException e) {
            throw inUse(directory, "this process");
        } finally {
            if (held == null) {
                channel.close();
            }
        }
        if (held == null) {
            throw inUse(directory, "another process");
        }
        return channel;
    }

    private static IOException inUse(Path directory, String owner) {
        return new IOException("a log's directory must be open in one store only: path=" + directory + " openIn="
                + owner + "; close that store, or name another directory");
    }

    @Override
    public DiskFile create(String name) throws IOException {
        try {
            return open(name, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw FileDiskFile.orDiskFull(e, name);
        }
    }

    @Override
    public DiskFile openForReading(String name) throws IOException {
        return open(name, StandardOpenOption.READ);
    }

    @Override
    public DiskFile openForWriting(String name) throws IOException {
        return open(name, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private DiskFile open(String name, StandardOpenOption... options) throws IOException {
        return new FileDiskFile(name, FileChannel.open(directory.resolve(name), options));
    }

    @Override
    public SharedFile createShared(String name) throws IOException {
        create(name).close();
        return openShared(name, /* writable= */ true);
    }

    @Override
    public SharedFile openShared(String name, boolean writable) throws IOException {
        return FileSharedFile.open(directory.resolve(name), writable);
    }

    @Override
    public List<String> list() throws IOException {
        return list(directory);
    }

    private static List<String> list(Path directory) throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> !name.equals(LOCK))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    @Override
    public void sync() throws IOException {
        syncDirectory(directory);
    }

    private static void syncDirectory(Path directory) throws IOException {
        if (SYNCS_DIRECTORIES) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    @Override
    public long usableBytes() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    @Override
    public void close() throws IOException {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            if (lock != null) {
                lock.close();
            }
        } finally {
            OPEN.remove(directory);
        }
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
