package org.nr4j.kv.internal.reconcile.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.file.Limits;
import org.nr4j.kv.reconcile.EntryHead;
import org.nr4j.kv.reconcile.ReconcileException;

/**
 * Reads what a {@link WireOutput} has written, and trusts nothing. It checks each length before it allocates. For one
 * thread.
 *
 * <p>The methods throw {@link ReconcileException} for bytes that no output writes.
 */
public final class WireInput {
    private static final int GROUP = 0x7F;
    private static final int NIBBLE = 0x0F;

    /** The longest bound: the successor of the longest key. */
    private static final int LONGEST_BOUND = Limits.LONGEST_KEY + 1;

    private final ByteBuffer bytes;

    /** Creates an input of an array, which nobody must change meanwhile. */
    public WireInput(byte[] array) {
        this(ByteBuffer.wrap(array));
    }

    private WireInput(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** Whether all bytes were read. */
    public boolean isAtEnd() {
        return !bytes.hasRemaining();
    }

    /** Returns the number of bytes that are left. */
    public int remaining() {
        return bytes.remaining();
    }

    /** Returns the next byte, from 0 to 255. */
    public int readByte() {
        require(1);
        return bytes.get() & 0xFF;
    }

    /** Returns the next number, from 0 to 2^63 - 1. */
    public long readNumber() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE - 1; shift += 7) {
            int group = readByte();
            value |= (long) (group & GROUP) << shift;
            if (group <= GROUP) {
                return value;
            }
        }
        throw malformed("a number must have at most 9 bytes");
    }

    /** Returns the next number, from {@code least} to {@code most}. */
    public int readNumber(int least, int most) {
        long value = readNumber();
        if (value < least || value > most) {
            throw malformed("a number must be from " + least + " to " + most + ": value=" + value);
        }
        return (int) value;
    }

    /** Returns the next number of either sign. */
    public long readSigned() {
        long value = readNumber();
        return (value >>> 1) ^ -(value & 1);
    }

    /** Returns the next number of 8 bytes. */
    public long readLong() {
        require(Long.BYTES);
        return bytes.getLong();
    }

    /** Returns a copy of the next bytes. */
    public byte[] readBytes(int length) {
        require(length);
        byte[] value = new byte[length];
        bytes.get(value);
        return value;
    }

    /** Returns an input of the next bytes, and goes on behind them. */
    public WireInput readPart(int length) {
        require(length);
        ByteBuffer part = bytes.slice().limit(length);
        bytes.position(bytes.position() + length);
        return new WireInput(part);
    }

    /** Returns the next key, which shares its first bytes with another one. */
    public byte[] readKey(byte[] previous) {
        int lengths = readByte();
        int shared = lengths >> 4;
        int rest = lengths & NIBBLE;
        if (shared == NIBBLE) {
            shared += readNumber(0, LONGEST_BOUND);
        }
        if (rest == NIBBLE) {
            rest += readNumber(0, LONGEST_BOUND);
        }
        if (shared > previous.length || shared + rest > LONGEST_BOUND) {
            throw malformed("a key must share bytes that there are, and must not be too long: shared=" + shared + " of="
                    + previous.length + " others=" + rest);
        }
        require(rest);
        byte[] key = Arrays.copyOf(previous, shared + rest);
        bytes.get(key, shared, rest);
        return key;
    }

    /** Returns the end of a range that begins at {@code low}; null if it has none. */
    public byte @Nullable [] readEnd(byte[] low) {
        byte[] end = readKey(low);
        if (end.length == 0) {
            return null;
        }
        if (Arrays.compareUnsigned(low, end) >= 0) {
            throw malformed("the ends of ranges must ascend");
        }
        return end;
    }

    /** Returns the next summary. */
    public Summary readSummary() {
        long count = readNumber();
        return count == 0 ? Summary.EMPTY : new Summary(count, readBytes(Summary.HASH_BYTES));
    }

    /**
     * Returns the parts of a range. They cover it without gaps.
     *
     * @param end the end of the range; null if it has none
     */
    public List<Part> readParts(byte[] low, byte @Nullable [] end) {
        List<Part> parts = readParts(low);
        if (!Arrays.equals(end, parts.get(parts.size() - 1).end())) {
            throw malformed("the parts of a range must cover it");
        }
        return parts;
    }

    /** Returns parts that begin at {@code low}. */
    public List<Part> readParts(byte[] low) {
        int size = readNumber(1, Messages.MOST_PARTS);
        List<Part> parts = new ArrayList<>();
        byte[] previous = low;
        long count = 0;
        for (int i = 0; i < size; i++) {
            byte[] end = readEnd(previous);
            if (end == null && i < size - 1) {
                throw malformed("only the last part may have no end");
            }
            count += readSigned();
            if (count < 0) {
                throw malformed("a count must not be negative: count=" + count);
            }
            parts.add(new Part(end, count == 0 ? Summary.EMPTY : new Summary(count, readBytes(Summary.HASH_BYTES))));
            previous = end == null ? previous : end;
        }
        return parts;
    }

    /** Returns the next digests. */
    public long[] readDigests() {
        int size = readNumber(0, bytes.remaining() / Long.BYTES + 1);
        require(size * Long.BYTES);
        long[] digests = new long[size];
        for (int i = 0; i < size; i++) {
            digests[i] = bytes.getLong();
        }
        return digests;
    }

    /** Returns the next entry, or its head. */
    public TransferredEntry readEntry(byte[] previousKey) {
        byte[] key = readKey(previousKey);
        int flags = readByte();
        if ((flags & ~(Messages.EXPIRES | Messages.HEAD_ONLY)) != 0) {
            throw malformed("the flags of an entry must be known: flags=" + flags);
        }
        long expiry = (flags & Messages.EXPIRES) != 0 ? readLong() : TransferredEntry.NEVER;
        int length = readNumber(0, Limits.LONGEST_VALUE);
        if ((flags & Messages.HEAD_ONLY) != 0) {
            return new TransferredEntry(key, expiry, length, null, readBytes(Math.min(length, EntryHead.BYTES)));
        }
        return TransferredEntry.whole(key, readBytes(length), expiry);
    }

    /** Checks that all bytes were read. */
    public void requireEnd() {
        if (bytes.hasRemaining()) {
            throw malformed("a message must have no bytes behind its end: bytes=" + bytes.remaining());
        }
    }

    private void require(int length) {
        if (bytes.remaining() < length) {
            throw malformed("a message must be complete: needed=" + length + " remaining=" + bytes.remaining());
        }
    }

    /** Returns the exception for bytes that no output writes. */
    public ReconcileException malformed(String rule) {
        return new ReconcileException(rule + " at=" + bytes.position() + "; pass frames as the peer has created them");
    }
}
