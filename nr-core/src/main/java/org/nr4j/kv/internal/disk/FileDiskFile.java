package org.nr4j.kv.internal.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Locale;

/** A file of the file system. */
final class FileDiskFile implements DiskFile {
    /** The channel copies each part through a buffer outside the heap, so a part must not be as long as a value. */
    private static final int LONGEST_PART = 1 << 20;

    private final String name;
    private final FileChannel channel;

    FileDiskFile(String name, FileChannel channel) {
        this.name = name;
        this.channel = channel;
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
        long at = position;
        while (from.hasRemaining()) {
            int written;
            try {
                written = channel.write(part(from), at);
            } catch (IOException e) {
                throw orDiskFull(e, name);
            }
            if (written <= 0) {
                throw new IOException("a write must make progress: file=" + name + " offset=" + at + " remaining="
                        + from.remaining() + "; look for errors of the disk");
            }
            from.position(from.position() + written);
            at += written;
        }
    }

    @Override
    public int read(ByteBuffer to, long position) throws IOException {
        int total = 0;
        while (to.hasRemaining()) {
            int read = channel.read(part(to), position + total);
            if (read < 0) {
                break;
            }
            to.position(to.position() + read);
            total += read;
        }
        return total;
    }

    private static ByteBuffer part(ByteBuffer buffer) {
        return buffer.slice(buffer.position(), Math.min(buffer.remaining(), LONGEST_PART));
    }

    /** Returns an exception to throw: the one given, or a {@link DiskFullException} if that is what it means. */
    static IOException orDiskFull(IOException e, String name) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        // The messages of ENOSPC and EDQUOT, and of Windows. The JDK has no type for them.
        boolean full =
                message.contains("no space left") || message.contains("quota") || message.contains("not enough space");
        return full ? new DiskFullException(name, e) : e;
    }

    @Override
    public void truncate(long size) throws IOException {
        channel.truncate(size);
    }

    /** On Linux this is fdatasync, which writes a changed size too, but not the times. */
    @Override
    public void sync() throws IOException {
        channel.force(false);
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
