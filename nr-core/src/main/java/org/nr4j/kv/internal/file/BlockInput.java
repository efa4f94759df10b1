package org.nr4j.kv.internal.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads what {@link BlockOutput} wrote, and refuses anything else. Reads only the bytes of the snapshot from the
 * stream, and does not close it. For one thread.
 */
public final class BlockInput {
    /** Creates the exception that reports damage. */
    @FunctionalInterface
    public interface Damage {
        /**
         * Returns an exception to throw.
         *
         * @param offset where the damaged part starts, in bytes from the start of reading
         */
        IOException at(String message, long offset);
    }

    private final InputStream in;
    private final Limits limits;
    private final Damage damage;

    /** The length of an entry whose value is in a file; 0 where such entries are refused. */
    private final int storedBytes;

    private final byte[] payload = new byte[BlockFormat.MAX_PAYLOAD];
    private ByteBuffer block = ByteBuffer.wrap(payload, 0, 0);
    private long offset;
    private long blockOffset;
    private boolean ended;

    private byte[] key = new byte[0];
    private byte[] value = new byte[0];
    private boolean stored;
    private long expiry;
    private long entries;
    private long bytes;

    /**
     * Creates a reader. Reads and checks the header.
     *
     * @param damage creates the exceptions for a stream that is not a whole snapshot
     */
    public BlockInput(InputStream in, Limits limits, Damage damage) throws IOException {
        this(in, limits, damage, 0);
    }

    private BlockInput(InputStream in, Limits limits, Damage damage, int storedBytes) throws IOException {
        this.in = in;
        this.limits = limits;
        this.damage = damage;
        this.storedBytes = storedBytes;
        readHeader();
    }

    /**
     * Creates a reader for the log of a store, which may name places in the store's files.
     *
     * @param storedBytes the length of the encoding of a place
     */
    public static BlockInput ofOwnLog(InputStream in, Limits limits, Damage damage, int storedBytes)
            throws IOException {
        return new BlockInput(in, limits, damage, storedBytes);
    }

    private void readHeader() throws IOException {
        byte[] header = new byte[BlockFormat.HEADER];
        readFully(header, header.length, 0);
        if (!Arrays.equals(header, 0, BlockFormat.MAGIC.length, BlockFormat.MAGIC, 0, BlockFormat.MAGIC.length)) {
            throw damage.at("a snapshot must start with its mark; this is another kind of file", 0);
        }
        int expected = storedBytes == 0 ? BlockFormat.VERSION : BlockFormat.OWN_LOG_VERSION;
        if (!Arrays.equals(header, BlockFormat.header(expected))) {
            int version = ByteBuffer.wrap(header).getInt(BlockFormat.MAGIC.length);
            throw damage.at(
                    "a snapshot must have version " + expected + " and an intact header; version=" + version
                            + "; read it with the release that wrote it",
                    BlockFormat.MAGIC.length);
        }
    }

    /** Reads the next entry. Returns false after the last one, once everything has been read and checked. */
    public boolean next() throws IOException {
        if (!block.hasRemaining() && !nextBlock()) {
            return false;
        }
        if (block.remaining() < BlockFormat.ENTRY_HEADER) {
            throw damaged("an entry must not begin in so short a rest of a block; "
                    + "the snapshot was not written by this library");
        }
        int keyLength = block.getShort() & 0xFFFF;
        int valueLength = block.getInt();
        expiry = block.getLong();
        stored = storedBytes > 0 && valueLength == BlockFormat.STORED;
        if (stored) {
            valueLength = storedBytes;
        }
        if (keyLength > limits.maxKey() || valueLength < 0 || valueLength > limits.maxValue()) {
            throw damaged(
                    "keys and values must be within the store's limits; key length=" + keyLength + " maxKeyLength="
                            + limits.maxKey() + " value length=" + valueLength + " maxValueLength=" + limits.maxValue()
                            + "; raise the limits in the builder");
        }
        byte[] before = key;
        key = readBytes(keyLength);
        value = readBytes(valueLength);
        if (entries++ > 0 && Arrays.compareUnsigned(before, key) >= 0) {
            throw damaged(
                    "keys must ascend; key=" + Limits.show(key) + "; the snapshot was not written by this library");
        }
        bytes += keyLength + (stored ? 0 : (long) valueLength);
        return true;
    }

    public byte[] key() {
        return key;
    }

    /** Returns the value. If it {@link #isStored}, returns the encoding of its place. */
    public byte[] value() {
        return value;
    }

    /** Whether the value of the entry is in a file. */
    public boolean isStored() {
        return stored;
    }

    public long expiry() {
        return expiry;
    }

    /**
     * Reads bytes into an array that grows as they arrive. So a wrong length takes no more memory than the stream
     * fills.
     */
    private byte[] readBytes(int length) throws IOException {
        byte[] result = new byte[Math.min(length, BlockFormat.MAX_PAYLOAD)];
        int from = 0;
        while (from < length) {
            if (!block.hasRemaining() && !nextBlock()) {
                throw damaged("a snapshot must not end inside an entry");
            }
            int part = Math.min(block.remaining(), length - from);
            if (from + part > result.length) {
                result = Arrays.copyOf(result, (int) Math.min(length, 2L * (from + part)));
            }
            block.get(result, from, part);
            from += part;
        }
        return result.length == length ? result : Arrays.copyOf(result, length);
    }

    /** Reads and checks the next block. Returns false at the last one. */
    private boolean nextBlock() throws IOException {
        if (ended) {
            return false;
        }
        blockOffset = offset;
        byte[] head = new byte[Integer.BYTES];
        readFully(head, head.length, blockOffset);
        int length = ByteBuffer.wrap(head).getInt();
        if (length < 0 || length > BlockFormat.MAX_PAYLOAD) {
            throw damaged("a block's length must be from 0 to " + BlockFormat.MAX_PAYLOAD + "; length=" + length);
        }
        ended = length == 0;
        int size = ended ? BlockFormat.TOTALS : length;
        readFully(payload, size, blockOffset);
        byte[] checksum = new byte[BlockFormat.CHECKSUM];
        readFully(checksum, checksum.length, blockOffset);
        if (!Arrays.equals(checksum, BlockFormat.checksum(blockOffset, payload, size))) {
            throw damaged("a block must have its checksum; it was changed after it was written");
        }
        block = ByteBuffer.wrap(payload, 0, size);
        if (ended) {
            checkTotals();
        }
        return !ended;
    }

    private void checkTotals() throws IOException {
        long expectedEntries = block.getLong();
        long expectedBytes = block.getLong();
        if (expectedEntries != entries || expectedBytes != bytes) {
            throw damaged("a snapshot must hold what its end says; entries=" + entries + " instead of "
                    + expectedEntries + " bytes=" + bytes + " instead of " + expectedBytes);
        }
    }

    private void readFully(byte[] to, int length, long partOffset) throws IOException {
        int read = in.readNBytes(to, 0, length);
        offset += read;
        if (read < length) {
            throw damage.at("a snapshot must be complete; the stream ends after " + offset + " bytes", partOffset);
        }
    }

    private IOException damaged(String message) {
        return damage.at(message, blockOffset);
    }
}
