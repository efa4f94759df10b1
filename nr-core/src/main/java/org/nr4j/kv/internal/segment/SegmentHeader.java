package org.nr4j.kv.internal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.nr4j.kv.durable.DamagedLogException;
import org.nr4j.kv.internal.disk.DiskFile;

/**
 * The start of a segment's file.
 *
 * @param storeId that of the manifest
 * @param number the number of the segment, from 1
 * @param start where the store was when the segment was created
 */
public record SegmentHeader(UUID storeId, long number, LogPosition start) {
    private static final int COUNT_OFFSET = FileFormat.PREFIX + 4 * Long.BYTES;

    /** The length of the longest header, in bytes. */
    public static final int LONGEST = length(LogPosition.MOST_LOGS);

    /** Returns the name of the segment's file, without its directory. */
    public String name() {
        return FileNames.segment(number);
    }

    /** Returns the length in bytes. The first record is there. */
    public int length() {
        return length(start.logs());
    }

    private static int length(int logs) {
        return FileFormat.PREFIX + 3 * Long.BYTES + LogPosition.encodedLength(logs) + FileFormat.CHECKSUM;
    }

    ByteBuffer encode() {
        ByteBuffer to = FileFormat.SEGMENT.begin(3 * Long.BYTES + start.encodedLength());
        to.putLong(storeId.getMostSignificantBits()).putLong(storeId.getLeastSignificantBits());
        to.putLong(number);
        start.encode(to);
        return FileFormat.end(to);
    }

    /** Reads a header and checks that it is intact. */
    public static SegmentHeader read(DiskFile file, String name) throws IOException {
        ByteBuffer from = ByteBuffer.allocate(LONGEST);
        file.read(from, 0);
        from.flip();
        FileFormat.SEGMENT.readPrefix(from, name);
        int logs = from.limit() < COUNT_OFFSET + Integer.BYTES ? 0 : from.getInt(COUNT_OFFSET);
        if (logs < 1 || logs > LogPosition.MOST_LOGS) {
            throw new DamagedLogException("a segment must have from 1 to 256 start indexes", name, COUNT_OFFSET);
        }
        FileFormat.checkEnd(from, length(logs), name);
        UUID storeId = new UUID(from.getLong(), from.getLong());
        return new SegmentHeader(storeId, from.getLong(), LogPosition.decode(from));
    }
}
