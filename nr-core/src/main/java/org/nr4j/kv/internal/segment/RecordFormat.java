package org.nr4j.kv.internal.segment;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The layout of the records of one segment. A record is a header and the payload.
 *
 * <p>The header has a checksum of its own, which covers the checksum of the payload. So a reader trusts a length before
 * it reads that far, and looks for later records without reading their payloads. The header's checksum also covers the
 * store, the segment and the offset: a record that was copied to another place is not intact.
 *
 * <p>For one thread.
 */
final class RecordFormat {
    static final int LENGTH_OFFSET = Integer.BYTES;
    static final int DURABLE_OFFSET = LENGTH_OFFSET + Integer.BYTES;
    static final int PAYLOAD_CHECKSUM_OFFSET = DURABLE_OFFSET + Long.BYTES;
    static final int CHECKSUM_OFFSET = PAYLOAD_CHECKSUM_OFFSET + Integer.BYTES;

    /** The length of a record's header, in bytes. */
    static final int HEADER = CHECKSUM_OFFSET + Integer.BYTES;

    /** The longest payload, in bytes. An array cannot be much longer. */
    static final int LONGEST_PAYLOAD = Integer.MAX_VALUE - 64;

    /** "nr4R": a record. */
    static final int RECORD = 0x6E723452;

    /** "nr4E": the last record of a segment. It has no payload. */
    static final int END = 0x6E723445;

    private final CRC32C crc = new CRC32C();
    private final ByteBuffer place = ByteBuffer.allocate(4 * Long.BYTES);

    RecordFormat(SegmentHeader segment) {
        place.putLong(segment.storeId().getMostSignificantBits());
        place.putLong(segment.storeId().getLeastSignificantBits());
        place.putLong(segment.number());
    }

    /**
     * Writes a record's header.
     *
     * @param durable the bytes of the segment before this offset are known to be on the disk
     * @param offset where the record starts in the segment
     */
    void putHeader(ByteBuffer to, int mark, ByteBuffer payload, long durable, long offset) {
        int start = to.position();
        to.putInt(mark).putInt(payload.remaining()).putLong(durable).putInt(checksum(payload.duplicate()));
        to.putInt(headerChecksum(to, start, offset));
    }

    /** Returns whether an intact header is at the buffer's position, which is at {@code offset} of the segment. */
    boolean isIntact(ByteBuffer from, long offset) {
        int start = from.position();
        int mark = from.getInt(start);
        return (mark == RECORD || mark == END)
                && from.getInt(start + CHECKSUM_OFFSET) == headerChecksum(from, start, offset);
    }

    private int headerChecksum(ByteBuffer header, int start, long offset) {
        crc.reset();
        crc.update(place.putLong(3 * Long.BYTES, offset).clear());
        crc.update(header.slice(start, CHECKSUM_OFFSET));
        return (int) crc.getValue();
    }

    /** Returns the checksum of a payload. Reads the buffer to its end. */
    int checksum(ByteBuffer payload) {
        crc.reset();
        crc.update(payload);
        return (int) crc.getValue();
    }
}
