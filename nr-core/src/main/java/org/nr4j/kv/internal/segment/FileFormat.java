package org.nr4j.kv.internal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.nr4j.kv.durable.DamagedLogException;

/**
 * What manifests and headers have in common: a prefix and a checksum at the end. Numbers have the highest byte
 * first.
 *
 * <p>The prefix is the mark of the kind of file, the version of the format, and the checksum of these two. So a later
 * version can change all the rest, and an earlier release still tells it from damage.
 */
public enum FileFormat {
    /** Its mark is "nr4j.man". */
    MANIFEST(0x6E72346A2E6D616EL),
    /** Its mark is "nr4j.wal". */
    SEGMENT(0x6E72346A2E77616CL),
    /** Its mark is "nr4j.val". */
    VALUES(0x6E72346A2E76616CL);

    static final int VERSION = 1;
    public static final int PREFIX = Long.BYTES + 2 * Integer.BYTES;
    public static final int CHECKSUM = Integer.BYTES;

    private final long mark;

    FileFormat(long mark) {
        this.mark = mark;
    }

    /** Allocates a buffer that has the prefix and room for {@code length} bytes and the checksum. */
    public ByteBuffer begin(int length) {
        ByteBuffer buffer = ByteBuffer.allocate(PREFIX + length + CHECKSUM);
        buffer.putLong(mark).putInt(VERSION);
        return buffer.putInt(checksum(buffer, buffer.position()));
    }

    /** Adds the checksum of all before it, and makes the buffer ready for reading. */
    public static ByteBuffer end(ByteBuffer buffer) {
        return buffer.putInt(checksum(buffer, buffer.position())).flip();
    }

    /**
     * Reads the prefix.
     *
     * @throws DamagedLogException if it is not intact, or that of another kind of file
     * @throws IOException if the file has another version
     */
    public void readPrefix(ByteBuffer from, String file) throws IOException {
        boolean intact = from.remaining() >= PREFIX
                && from.getInt(PREFIX - CHECKSUM) == checksum(from, PREFIX - CHECKSUM)
                && from.getLong(0) == mark;
        if (!intact) {
            throw new DamagedLogException("a file must start with its mark, version and their checksum", file, 0);
        }
        int version = from.getInt(Long.BYTES);
        if (version != VERSION) {
            throw new IOException("a log must have a format that this release reads: file=" + file + " version="
                    + version + " supported=" + VERSION + "; open it with the release that wrote it");
        }
        from.position(PREFIX);
    }

    /** Checks the checksum that ends at {@code length}. */
    public static void checkEnd(ByteBuffer buffer, int length, String file) throws DamagedLogException {
        int checked = length - CHECKSUM;
        if (checked < PREFIX || buffer.limit() < length || buffer.getInt(checked) != checksum(buffer, checked)) {
            throw new DamagedLogException("a file's header must have its checksum", file, PREFIX);
        }
    }

    private static int checksum(ByteBuffer buffer, int length) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(0, length));
        return (int) crc.getValue();
    }
}
