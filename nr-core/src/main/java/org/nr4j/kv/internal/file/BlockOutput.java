package org.nr4j.kv.internal.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Writes a snapshot as blocks, each with a checksum; see docs/key-value-store.md. Does not close the stream. For one
 * thread.
 */
public final class BlockOutput {
    private final OutputStream out;
    private final ByteBuffer block = ByteBuffer.allocate(BlockFormat.MAX_PAYLOAD);
    private long offset;

    public BlockOutput(OutputStream out) throws IOException {
        this(out, BlockFormat.VERSION);
    }

    private BlockOutput(OutputStream out, int version) throws IOException {
        this.out = out;
        write(BlockFormat.header(version));
    }

    /** Creates a writer for the log of a store, which may name places in the store's files. */
    public static BlockOutput forOwnLog(OutputStream out) throws IOException {
        return new BlockOutput(out, BlockFormat.OWN_LOG_VERSION);
    }

    public void writeEntry(byte[] key, byte[] value, long expiry) throws IOException {
        writeEntry(key, value, value.length, expiry);
    }

    /** Writes an entry whose value is in a file. Only for the log of a store. */
    public void writeStored(byte[] key, byte[] storedEntry, long expiry) throws IOException {
        writeEntry(key, storedEntry, BlockFormat.STORED, expiry);
    }

    private void writeEntry(byte[] key, byte[] value, int valueLength, long expiry) throws IOException {
        if (block.remaining() < BlockFormat.ENTRY_HEADER) {
            flush();
        }
        block.putShort((short) key.length).putInt(valueLength).putLong(expiry);
        writeBytes(key);
        writeBytes(value);
    }

    private void writeBytes(byte[] bytes) throws IOException {
        int from = 0;
        while (from < bytes.length) {
            if (!block.hasRemaining()) {
                flush();
            }
            int length = Math.min(block.remaining(), bytes.length - from);
            block.put(bytes, from, length);
            from += length;
        }
    }

    private void flush() throws IOException {
        int length = block.position();
        if (length > 0) {
            write(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
            write(block.array(), length);
            write(BlockFormat.checksum(offset - length - Integer.BYTES, block.array(), length));
            block.clear();
        }
    }

    /** Writes the last entries and the end of the snapshot. */
    public void finish(long entries, long bytes) throws IOException {
        flush();
        byte[] totals = ByteBuffer.allocate(BlockFormat.TOTALS)
                .putLong(entries)
                .putLong(bytes)
                .array();
        write(new byte[Integer.BYTES]);
        write(totals);
        write(BlockFormat.checksum(offset - totals.length - Integer.BYTES, totals, totals.length));
        out.flush();
    }

    private void write(byte[] bytes) throws IOException {
        write(bytes, bytes.length);
    }

    private void write(byte[] bytes, int length) throws IOException {
        out.write(bytes, 0, length);
        offset += length;
    }
}
