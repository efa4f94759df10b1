package org.nr4j.kv.internal.values;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.durable.DamagedLogException;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.disk.DiskFullException;
import org.nr4j.kv.internal.segment.FileNames;
import org.nr4j.kv.internal.value.StoredValue;
import org.nr4j.kv.internal.value.StoredValues;

/**
 * The values that are too long for memory, in files (WiscKey, Lu et al., FAST 2016). The thread of a write adds the
 * value first. Then it submits the write, which carries the value's place only.
 *
 * <p>{@link #sync} must return before any record that names a place counts as being on the disk.
 *
 * <p>For any number of threads. An interrupt disturbs nothing.
 */
public final class ValueLog implements StoredValues {
    private final Disk disk;
    private final UUID storeId;
    private final long fileBytes;
    private final ValueCache cache;
    private final DeletedFiles deleted = new DeletedFiles();

    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final Map<Long, ValueFile> files = new HashMap<>();
    private final Set<ValueFile> unsynced = new HashSet<>();
    private boolean hasNewNames;
    private @Nullable ValueFile current;
    private long lastNumber;
    private long appended;

    /** How much of the files entries used when somebody last looked. Volatile: set and read by any thread. */
    private volatile long liveBytes;

    /** Whether there are files. Volatile: read without the lock. */
    private volatile boolean used;

    /** Held during a sync, so that a second caller does not return before the first one's sync has. */
    private final ReentrantLock syncing = new ReentrantLock();

    /** The failure that ended the log, or null. Volatile, so that any thread finds it. */
    private volatile @Nullable IOException failure;

    private ValueLog(Disk disk, UUID storeId, long fileBytes, long cacheBytes) {
        this.disk = disk;
        this.storeId = storeId;
        this.fileBytes = fileBytes;
        this.cache = new ValueCache(cacheBytes);
    }

    /**
     * Opens the files that a directory has.
     *
     * @param fileBytes the length at which another file begins
     * @param cacheBytes how many bytes of values to keep in memory
     */
    public static ValueLog open(Disk disk, UUID storeId, long fileBytes, long cacheBytes) throws IOException {
        ValueLog log = new ValueLog(disk, storeId, fileBytes, cacheBytes);
        for (String name : disk.list()) {
            if (FileNames.isValues(name)) {
                long number = FileNames.number(name);
                log.files.put(number, ValueFile.open(disk, number));
                log.used = true;
                log.lastNumber = Math.max(log.lastNumber, number);
            }
        }
        return log;
    }

    /** Returns the value at a place. Its file may be missing. */
    @Override
    public StoredValue at(long file, long offset, int length) {
        lock.lock();
        try {
            ValueFile found = files.computeIfAbsent(file, ValueFile::missing);
            used = true;
            lastNumber = Math.max(lastNumber, file); // a number is used once, or an old place would have a new value
            return new DiskValue(found, offset, length, cache);
        } finally {
            lock.unlock();
        }
    }

    // ---- writing ----

    /**
     * Adds a value. The caller declares later that its write has returned: {@link StoredValue#written}.
     *
     * @throws DiskFullException if there is no space; nothing was added
     * @throws IOException if the disk fails; then the log has ended
     */
    public StoredValue append(byte[] value) throws IOException {
        lock.lock();
        try {
            requireNoFailure();
            ValueFile file = fileForNext();
            DiskValue added = file.append(value, cache);
            unsynced.add(file);
            appended += added.length();
            return added;
        } catch (DiskFullException e) {
            throw e;
        } catch (IOException e) {
            failure = e;
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private ValueFile fileForNext() throws IOException {
        ValueFile file = current;
        if (file == null || file.size() >= fileBytes) {
            file = ValueFile.create(disk, storeId, lastNumber + 1);
            lastNumber++;
            files.put(file.number(), file);
            used = true;
            hasNewNames = true;
            current = file;
        }
        return file;
    }

    /** Returns once all values that were added are on the disk. After a failure, each later call throws. */
    public void sync() throws IOException {
        syncing.lock();
        try {
            requireNoFailure();
            syncAll();
        } catch (IOException e) {
            failure = e;
            throw e;
        } finally {
            syncing.unlock();
        }
    }

    private void syncAll() throws IOException {
        List<ValueFile> toSync;
        boolean names;
        lock.lock();
        try {
            toSync = List.copyOf(unsynced);
            unsynced.clear();
            names = hasNewNames;
            hasNewNames = false;
        } finally {
            lock.unlock();
        }
        for (ValueFile file : toSync) {
            file.sync();
        }
        if (names) {
            disk.sync();
        }
    }

    private void requireNoFailure() throws IOException {
        IOException cause = failure;
        if (cause != null) {
            throw new IOException(
                    "values must not be added after a failed write or sync: find the cause below, and open the store "
                            + "again",
                    cause);
        }
    }

    // ---- recovery ----

    /** Whether there are values in files, or a log that names some. */
    public boolean isUsed() {
        return used;
    }

    /** Throws {@link DamagedLogException} if a value, or the header of its file, is not as it was written. */
    public void requireIntact(StoredValue value) throws IOException {
        DiskValue stored = (DiskValue) value;
        stored.valueFile().requirePlaces(storeId, /* end= */ 0);
        stored.readFromDisk();
    }

    /** Whether a value is as it was written. */
    public boolean isIntact(StoredValue value) throws IOException {
        try {
            requireIntact(value);
            return true;
        } catch (DamagedLogException e) {
            return false;
        }
    }

    /** Writes values to their places again, and returns once they are on the disk. */
    public void rewrite(Collection<StoredValue> values) throws IOException {
        for (StoredValue value : values) {
            ((DiskValue) value).valueFile().rewrite(disk, value.offset(), value.length());
        }
        if (!values.isEmpty()) {
            disk.sync(); // the names of the files
        }
    }

    /**
     * Checks that the files have the places of all values of some contents. Does not read the values.
     *
     * @throws DamagedLogException if they have not
     */
    public void requirePlaces(Contents contents) throws IOException {
        for (LiveValues.OfFile each : live(contents).files()) {
            each.file().requirePlaces(storeId, each.end());
        }
    }

    // ---- files that are not needed any more ----

    /** Finds out what is live in some contents. */
    public LiveValues live(Contents contents) {
        LiveValues live = LiveValues.of(contents);
        liveBytes = live.bytes();
        return live;
    }

    /** Returns how many bytes were live when {@link #live} was last called. */
    public long liveBytes() {
        return liveBytes;
    }

    /** Returns the files that get no more values, and that no write in progress needs. */
    public Set<ValueFile> settledFiles() {
        lock.lock();
        try {
            Set<ValueFile> result = new HashSet<>(files.values());
            result.removeIf(file -> file == current || file.isMissing() || file.isAwaited());
            return result;
        } finally {
            lock.unlock();
        }
    }

    /** Deletes files whose values neither the store nor the log on disk has. A file that cannot be deleted stays. */
    public void delete(Collection<ValueFile> unneeded) {
        for (ValueFile file : unneeded) {
            cache.forget(file);
            try {
                disk.delete(file.name());
            } catch (IOException e) {
                continue; // it is unneeded at the next snapshot, too
            }
            lock.lock();
            try {
                files.remove(file.number());
                deleted.add(file);
            } finally {
                lock.unlock();
            }
        }
    }

    /** Closes deleted files that nobody can read any more, if there are many. May take as long as a full collection. */
    public void closeDeleted() {
        deleted.closeUnused();
    }

    /** Closes all files after a failed start. */
    public void close() throws IOException {
        for (ValueFile file : new ArrayList<>(files.values())) {
            file.close();
        }
    }

    // ---- figures ----

    /** Returns how many bytes of values were added since the start. */
    public long appended() {
        lock.lock();
        try {
            return appended;
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many files there are. */
    public int files() {
        lock.lock();
        try {
            return (int)
                    files.values().stream().filter(file -> !file.isMissing()).count();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the length of all files together. */
    public long fileBytes() {
        lock.lock();
        try {
            return files.values().stream().mapToLong(ValueFile::size).sum();
        } finally {
            lock.unlock();
        }
    }
}
