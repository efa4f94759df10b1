package org.nr4j.kv.internal.bytes;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a {@link ByteOutput} wrote, and trusts nothing: each length is checked before anything is allocated. For
 * one thread.
 */
public final class ByteInput {
    private final ByteBuffer bytes;

    /**
     * Creates an input of some bytes of an array.
     *
     * @param array not copied; nobody must change it meanwhile
     */
    public ByteInput(byte[] array, int from, int length) {
        this.bytes = ByteBuffer.wrap(array, from, length).slice();
    }

    /** Creates an input of an array. */
    public ByteInput(byte[] array) {
        this(array, 0, array.length);
    }

    /** Returns the next byte, from 0 to 255. */
    public int readByte() {
        require(1);
        return bytes.get() & 0xFF;
    }

    /** Returns the next truth value. */
    public boolean readBoolean() {
        int value = readByte();
        if (value > 1) {
            throw malformed("a truth value must be 0 or 1: value=" + value);
        }
        return value == 1;
    }

    /** Returns the next number of 4 bytes. */
    public int readInt() {
        require(Integer.BYTES);
        return bytes.getInt();
    }

    /** Returns the next number of 8 bytes. */
    public long readLong() {
        require(Long.BYTES);
        return bytes.getLong();
    }

    /** Returns a copy of the next bytes, of which a length says how many; null if it says null. */
    public byte @Nullable [] readNullableBytes() {
        int at = bytes.position();
        int length = readInt();
        if (length == ByteOutput.NULL) {
            return null;
        }
        if (length < 0 || length > bytes.remaining()) {
            bytes.position(at);
            throw malformed("a length must fit what follows: length=" + length + " remaining="
                    + (bytes.remaining() - Integer.BYTES));
        }
        byte[] value = new byte[length];
        bytes.get(value);
        return value;
    }

    /** Returns a copy of the next bytes, of which a length says how many. */
    public byte[] readBytes() {
        byte[] value = readNullableBytes();
        if (value == null) {
            throw malformed("a key or value must not be null");
        }
        return value;
    }

    /**
     * Returns the next number of 4 bytes, which says how many items follow.
     *
     * @param itemBytes the least number of bytes of an item
     */
    public int readCount(int itemBytes) {
        int count = readInt();
        if (count < 0 || count > bytes.remaining() / itemBytes) {
            throw malformed(
                    "a number of items must fit what follows: items=" + count + " remaining=" + bytes.remaining());
        }
        return count;
    }

    /** Returns the bytes that are left, not copied. The input is at its end afterwards. */
    public ByteBuffer readRest() {
        ByteBuffer rest = bytes.slice();
        bytes.position(bytes.limit());
        return rest;
    }

    /** Whether all bytes were read. */
    public boolean isAtEnd() {
        return !bytes.hasRemaining();
    }

    private void require(int length) {
        if (bytes.remaining() < length) {
            throw malformed("an encoding must be complete: needed=" + length + " remaining=" + bytes.remaining());
        }
    }

    /** Returns the exception for bytes that no encoder wrote. */
    public IllegalArgumentException malformed(String rule) {
        return new IllegalArgumentException(rule + " at=" + bytes.position() + "; pass the bytes as they were written");
    }
}
