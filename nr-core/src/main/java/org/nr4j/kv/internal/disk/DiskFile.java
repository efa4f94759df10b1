package org.nr4j.kv.internal.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file. Positions and sizes are in bytes.
 *
 * <p>For one thread. The thread must not be interrupted: an interrupt during a call closes the file for good. Another
 * thread that needs the file opens it for itself.
 */
public interface DiskFile extends Closeable {
    /**
     * Writes all remaining bytes, or throws. After an exception, any part of them may have been written.
     *
     * @throws DiskFullException if there is no space for them
     */
    void write(ByteBuffer from, long position) throws IOException;

    /** Reads until the buffer is full or the file ends. Returns how many bytes it read. */
    int read(ByteBuffer to, long position) throws IOException;

    /** Cuts the file to a smaller size. */
    void truncate(long size) throws IOException;

    /**
     * Returns once the contents and the size are on the disk. Other properties, such as times, may follow later.
     *
     * <p>After an exception, the operating system may have dropped what was to be written. So a second call that
     * succeeds proves nothing.
     */
    void sync() throws IOException;

    long size() throws IOException;

    @Override
    void close() throws IOException;
}
