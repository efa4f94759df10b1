package org.nr4j.kv.internal.file;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** The layout of a snapshot's stream; see docs/key-value-store.md. Numbers have the highest byte first. */
public final class BlockFormat {
    static final byte[] MAGIC = "nr4j.kv\n".getBytes(StandardCharsets.US_ASCII);
    static final int VERSION = 1;

    /** The version of a snapshot that may name places in the files of its store. */
    static final int OWN_LOG_VERSION = 2;

    /** In an entry, the length of a value that is in a file. */
    static final int STORED = -1;

    static final int HEADER = MAGIC.length + 2 * Integer.BYTES;
    static final int CHECKSUM = Integer.BYTES;
    static final int MAX_PAYLOAD = 1 << 16;

    /** Length of the key, length of the value, expiry. A block never ends inside these. */
    static final int ENTRY_HEADER = Short.BYTES + Integer.BYTES + Long.BYTES;

    /** In the last block: the number of entries, and the bytes of their keys and values. */
    static final int TOTALS = 2 * Long.BYTES;

    private BlockFormat() {}

    static byte[] header(int version) {
        ByteBuffer header = ByteBuffer.allocate(HEADER).put(MAGIC).putInt(version);
        return header.put(checksum(0, header.array(), header.position())).array();
    }

    /**
     * Returns the checksum of a block. It covers the block's offset, length and payload, so it also detects blocks out
     * of place.
     */
    static byte[] checksum(long offset, byte[] payload, int length) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(offset)
                .putInt(length)
                .flip());
        crc.update(payload, 0, length);
        return ByteBuffer.allocate(CHECKSUM).putInt((int) crc.getValue()).array();
    }
}
