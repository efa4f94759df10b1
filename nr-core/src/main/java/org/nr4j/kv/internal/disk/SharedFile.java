package org.nr4j.kv.internal.disk;

import java.io.Closeable;
import java.io.IOException;

/**
 * An open file for any number of threads. An interrupt does not disturb it. It stays readable after its name has been
 * deleted, as long as it is open. Positions and sizes are in bytes.
 *
 * <p>A file that nobody refers to any more is closed by and by.
 */
public interface SharedFile extends Closeable {
    /**
     * Writes the first bytes of an array, or throws. After an exception, any part of them may have been written. For
     * one thread at a time.
     *
     * @throws DiskFullException if there is no space for them
     */
    void write(byte[] from, int length, long position) throws IOException;

    /** Reads until the array is full or the file ends. Returns how many bytes it read. */
    int read(byte[] to, long position) throws IOException;

    /** Returns once the contents and the size are on the disk. As {@link DiskFile#sync} after an exception. */
    void sync() throws IOException;

    long size() throws IOException;

    @Override
    void close() throws IOException;
}
