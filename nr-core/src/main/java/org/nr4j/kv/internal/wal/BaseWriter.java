package org.nr4j.kv.internal.wal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.disk.DiskFile;
import org.nr4j.kv.internal.segment.FileNames;

/**
 * Writes a base into a file that does not belong to the log yet: {@link WriteAheadLog#installBase} makes it so.
 *
 * <p>For one thread, which may be another than that of the log. A writer that is closed without being installed deletes
 * its file. An exception concerns this base only: the log goes on.
 */
public final class BaseWriter extends OutputStream {
    private final Disk disk;
    private final long number;
    private final DiskFile file;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    private long flushed;
    private boolean broken;
    private volatile boolean complete;

    BaseWriter(Disk disk, long number) throws IOException {
        this.disk = disk;
        this.number = number;
        this.file = disk.create(FileNames.newBase(number));
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        int at = from;
        while (at < from + length) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int part = Math.min(buffer.remaining(), from + length - at);
            buffer.put(bytes, at, part);
            at += part;
        }
    }

    @Override
    public void flush() throws IOException {
        requireWhole();
        broken = true;
        buffer.flip();
        int length = buffer.remaining();
        file.write(buffer, flushed);
        flushed += length;
        buffer.clear();
        broken = false;
    }

    private void requireWhole() throws IOException {
        if (broken) {
            throw new IOException("a base must not be continued after a failed write: file=" + FileNames.newBase(number)
                    + "; write another one");
        }
    }

    /** Returns once all bytes are on the disk. Then the base can be installed. */
    public void complete() throws IOException {
        flush();
        broken = true;
        file.sync();
        file.close();
        complete = true;
    }

    boolean isComplete() {
        return complete;
    }

    long number() {
        return number;
    }

    /** Returns the length of a complete base in bytes. */
    long bytes() {
        return flushed;
    }

    /** Closes the file, and deletes it unless it was installed. */
    @Override
    public void close() throws IOException {
        complete = false;
        file.close();
        disk.delete(FileNames.newBase(number));
    }
}
