package org.nr4j.kv.internal.values;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.durable.DamagedLogException;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.disk.SharedFile;
import org.nr4j.kv.internal.segment.FileFormat;
import org.nr4j.kv.internal.segment.FileNames;

/**
 * A file of values. Values are added at its end, and never change. Values in it keep it open, even after its name was
 * deleted.
 *
 * <p>Any thread may read. {@link ValueLog} says who adds and syncs.
 */
public final class ValueFile {
    private final long number;

    /** Null for a file that does not exist. The log can still name it, in writes that later ones have overtaken. */
    private final @Nullable SharedFile file;

    /** The length, with the values that are being added. Guarded by the value log's lock. */
    private long size;

    /** How many values belong to writes that have not returned. While there are some, the file stays. */
    private final AtomicInteger awaited = new AtomicInteger();

    private ValueFile(long number, @Nullable SharedFile file, long size) {
        this.number = number;
        this.file = file;
        this.size = size;
    }

    static ValueFile create(Disk disk, UUID storeId, long number) throws IOException {
        SharedFile file = disk.createShared(FileNames.values(number));
        boolean created = false;
        try {
            byte[] header = ValueFormat.header(storeId, number);
            file.write(header, header.length, 0);
            created = true;
            return new ValueFile(number, file, header.length);
        } finally {
            if (!created) {
                file.close();
                disk.delete(FileNames.values(number));
            }
        }
    }

    static ValueFile open(Disk disk, long number) throws IOException {
        SharedFile file = disk.openShared(FileNames.values(number), /* writable= */ false);
        return new ValueFile(number, file, file.size());
    }

    static ValueFile missing(long number) {
        return new ValueFile(number, null, 0);
    }

    long number() {
        return number;
    }

    String name() {
        return FileNames.values(number);
    }

    long size() {
        return size;
    }

    boolean isMissing() {
        return file == null;
    }

    /** Adds a value whose write has not returned yet. After an exception the file is as before. */
    DiskValue append(byte[] value, ValueCache cache) throws IOException {
        byte[] record = ValueFormat.record(value, number, size);
        existing().write(record, record.length, size);
        awaited.incrementAndGet();
        DiskValue added = new DiskValue(this, size, value.length, cache);
        size += record.length;
        return added;
    }

    void written() {
        awaited.decrementAndGet();
    }

    /** Whether a write that brings a value of this file has not returned. */
    boolean isAwaited() {
        return awaited.get() > 0;
    }

    void sync() throws IOException {
        existing().sync();
    }

    /**
     * Reads a value.
     *
     * @throws DamagedLogException if it is not as it was written
     */
    byte[] read(long offset, int length) throws IOException {
        byte[] record = readRecord(offset, length);
        byte[] value = new byte[length];
        System.arraycopy(record, ValueFormat.VALUE_HEADER, value, 0, length);
        return value;
    }

    private byte[] readRecord(long offset, int length) throws IOException {
        byte[] record = new byte[ValueFormat.VALUE_HEADER + length];
        int read = existing().read(record, offset);
        if (read < record.length || !ValueFormat.isIntact(record, number, offset)) {
            throw new DamagedLogException("a value must be as it was written", name(), offset);
        }
        return record;
    }

    /**
     * Writes a value to its place again. After a failed sync, the operating system may still show bytes that it will
     * never write.
     */
    void rewrite(Disk disk, long offset, int length) throws IOException {
        byte[] record = readRecord(offset, length);
        try (SharedFile writable = disk.openShared(name(), /* writable= */ true)) {
            writable.write(record, record.length, offset);
            writable.sync();
        }
    }

    /** Checks that this is a file of the store, and that it has a length at least. */
    void requirePlaces(UUID storeId, long end) throws IOException {
        SharedFile existing = existing();
        byte[] header = new byte[ValueFormat.FILE_HEADER];
        int read = existing.read(header, 0);
        FileFormat.VALUES.readPrefix(ByteBuffer.wrap(header, 0, read), name());
        if (!Arrays.equals(header, ValueFormat.header(storeId, number))) {
            throw new DamagedLogException("a file of values must have the header of its store", name(), 0);
        }
        if (end > size) {
            throw new DamagedLogException(
                    "a file of values must have all values that are used; end=" + end, name(), size);
        }
    }

    private SharedFile existing() throws DamagedLogException {
        if (file == null) {
            throw new DamagedLogException("a file of values must exist as long as its values are used", name(), 0);
        }
        return file;
    }

    /** Closes a file that nobody uses. */
    void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
