package org.nr4j.kv.internal.reconcile.wire;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.bytes.ByteOutput;

/**
 * Collects the bytes of a message. For one thread.
 *
 * <p>A number is in groups of 7 bits, the lowest first. The highest bit of a byte says whether another byte follows.
 */
public final class WireOutput {
    private static final int GROUP = 0x7F;
    private static final int MORE = 0x80;
    private static final int NIBBLE = 0x0F;
    private static final byte[] NO_BYTES = {};

    private final ByteOutput bytes;

    /** Creates an empty output. */
    public WireOutput() {
        this.bytes = new ByteOutput(128);
    }

    /** Returns the number of bytes. */
    public int size() {
        return bytes.size();
    }

    /** Returns a copy of the bytes. */
    public byte[] toByteArray() {
        return bytes.toByteArray();
    }

    /** Adds the lowest byte of a number. */
    public WireOutput writeByte(int value) {
        bytes.write(value);
        return this;
    }

    /** Adds a number from 0 to 2^63 - 1. */
    public WireOutput writeNumber(long value) {
        long rest = value;
        while (rest > GROUP) {
            bytes.write(((int) rest & GROUP) | MORE);
            rest >>>= 7;
        }
        bytes.write((int) rest);
        return this;
    }

    /** Adds a number of either sign: even if it is not negative, odd if it is. */
    public WireOutput writeSigned(long value) {
        return writeNumber(((value << 1) ^ (value >> 63)) & Long.MAX_VALUE);
    }

    /** Adds a number in 8 bytes, the highest first. */
    public WireOutput writeLong(long value) {
        bytes.writeLong(value);
        return this;
    }

    /** Adds these bytes without a length. */
    public WireOutput writeBytes(byte[] value) {
        return writeBytes(value, 0, value.length);
    }

    /** Adds some of these bytes without a length. */
    public WireOutput writeBytes(byte[] value, int from, int length) {
        bytes.write(value, from, length);
        return this;
    }

    /** Adds a key: the number of its first bytes that it shares with another one, and the others. */
    public WireOutput writeKey(byte[] previous, byte[] key) {
        int mismatch = Arrays.mismatch(previous, key);
        int shared = mismatch < 0 ? key.length : mismatch;
        int rest = key.length - shared;
        writeByte((Math.min(shared, NIBBLE) << 4) | Math.min(rest, NIBBLE));
        if (shared >= NIBBLE) {
            writeNumber(shared - NIBBLE);
        }
        if (rest >= NIBBLE) {
            writeNumber(rest - NIBBLE);
        }
        return writeBytes(key, shared, rest);
    }

    /** Adds the end of a range. No end is an empty key. */
    public WireOutput writeEnd(byte[] previous, byte @Nullable [] end) {
        return writeKey(previous, end == null ? NO_BYTES : end);
    }

    /** Adds a summary. */
    public WireOutput writeSummary(Summary summary) {
        return writeNumber(summary.count()).writeBytes(summary.hash());
    }

    /**
     * Adds the parts of a range: for each one its end, the difference between its count and that of the part before,
     * and its hash.
     */
    public WireOutput writeParts(byte[] low, List<Part> parts) {
        writeNumber(parts.size());
        byte[] previous = low;
        long count = 0;
        for (Part part : parts) {
            writeEnd(previous, part.end());
            writeSigned(part.summary().count() - count);
            writeBytes(part.summary().hash());
            previous = part.end() == null ? NO_BYTES : part.end();
            count = part.summary().count();
        }
        return this;
    }

    /** Adds digests. Their number precedes them. */
    public WireOutput writeDigests(long[] digests) {
        writeNumber(digests.length);
        for (long digest : digests) {
            writeLong(digest);
        }
        return this;
    }

    /** Adds an entry, or its head. */
    public WireOutput writeEntry(byte[] previousKey, TransferredEntry entry) {
        boolean expires = entry.expiry() != TransferredEntry.NEVER;
        byte[] value = entry.value();
        writeKey(previousKey, entry.key());
        writeByte((expires ? Messages.EXPIRES : 0) | (value == null ? Messages.HEAD_ONLY : 0));
        if (expires) {
            writeLong(entry.expiry());
        }
        writeNumber(entry.length());
        return writeBytes(value == null ? entry.start() : value);
    }

    /** Adds a message: its type, its length, and its body. */
    public WireOutput writeMessage(int type, WireOutput body) {
        return writeNumber(type).writeNumber(body.size()).writeBytes(body.bytes.array(), 0, body.size());
    }

    /** Adds the bytes of another output. */
    public WireOutput writeAll(WireOutput other) {
        return writeBytes(other.bytes.array(), 0, other.size());
    }
}
