package org.nr4j.kv.internal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.disk.DiskFile;

/** Reads a file of fixed size through a buffer. For one thread. */
final class FileWindow {
    private static final int CAPACITY = 1 << 16;

    private final DiskFile file;
    private final long size;
    private final ByteBuffer buffer;
    private long start;

    FileWindow(DiskFile file, long size) {
        this.file = file;
        this.size = size;
        this.buffer = ByteBuffer.allocate((int) Math.min(size, CAPACITY)).limit(0);
    }

    long size() {
        return size;
    }

    /**
     * Returns a buffer whose position is at this offset of the file and that has at least {@code length} bytes from
     * there, or null if the file ends before. The next call overwrites it.
     */
    @Nullable
    ByteBuffer at(long offset, int length) throws IOException {
        if (offset + length > size) {
            return null;
        }
        if (offset < start || offset + length > start + buffer.limit()) {
            fill(offset);
        }
        return buffer.position((int) (offset - start));
    }

    private void fill(long offset) throws IOException {
        buffer.clear().limit((int) Math.min(buffer.capacity(), size - offset));
        start = offset;
        int expected = buffer.remaining();
        int read = file.read(buffer, offset);
        buffer.flip();
        requireAll(read, expected, offset);
    }

    /** Reads bytes into an array. The range must be within the file. */
    byte[] read(long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        ByteBuffer near = length <= buffer.capacity() ? at(offset, length) : null;
        if (near != null) {
            near.get(bytes);
        } else {
            requireAll(file.read(ByteBuffer.wrap(bytes), offset), length, offset);
        }
        return bytes;
    }

    private static void requireAll(int read, int expected, long offset) throws IOException {
        if (read < expected) {
            throw new IOException("a log's file must not become shorter while it is read: offset=" + offset + " read="
                    + read + " expected=" + expected + "; let no other program change the directory");
        }
    }
}
