package org.nr4j.kv.internal.values;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.value.StoredValue;

/** A value in a file. Refers to the file, which stays open as long as somebody may read the value. */
final class DiskValue implements StoredValue {
    private final ValueFile file;
    private final long offset;
    private final int length;
    private final ValueCache cache;

    /** The bytes, while the cache keeps them. Volatile: a thread that sees the array sees its bytes. */
    private volatile byte @Nullable [] cached;

    /** Whether the value was read since the cache last looked. Plain: a lost mark costs a read of the disk at most. */
    private boolean used;

    DiskValue(ValueFile file, long offset, int length, ValueCache cache) {
        this.file = file;
        this.offset = offset;
        this.length = length;
        this.cache = cache;
    }

    @Override
    public long file() {
        return file.number();
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void written() {
        file.written();
    }

    ValueFile valueFile() {
        return file;
    }

    @Override
    public byte[] copy() {
        byte[] bytes = cached;
        if (bytes == null) {
            bytes = read();
            return cache.keep(this, bytes) ? bytes.clone() : bytes;
        }
        used = true;
        return bytes.clone();
    }

    @Override
    public boolean hasBytes(byte[] bytes) {
        if (bytes.length != length) {
            return false;
        }
        byte[] known = cached;
        return Arrays.equals(bytes, known == null ? read() : known);
    }

    private byte[] read() {
        try {
            return readFromDisk();
        } catch (IOException e) {
            throw new UncheckedIOException("a value must be readable: " + e.getMessage(), e);
        }
    }

    byte[] readFromDisk() throws IOException {
        return file.read(offset, length);
    }

    // ---- for the cache ----

    void setCached(byte @Nullable [] bytes) {
        cached = bytes;
    }

    boolean isCached() {
        return cached != null;
    }

    /** Returns whether the value was read since the last call. */
    boolean takeUsed() {
        boolean result = used;
        used = false;
        return result;
    }

    @Override
    public String toString() {
        return "DiskValue[file=" + file.name() + ", offset=" + offset + ", length=" + length + "]";
    }
}
