package org.nr4j.server.rdb;

import org.nr4j.server.protocol.Numbers;

/** Reads the parts of values. Each method throws {@link RdbException} at the end of the bytes. */
final class RdbInput {
    static final int LENGTH_14 = 0x40;
    static final int LENGTH_32 = 0x80;
    static final int LENGTH_64 = 0x81;
    static final int SPECIAL = 0xC0;
    static final int COMPRESSED = 3;

    private final byte[] bytes;
    private final int end;
    private int next;

    /** Reads the bytes from an index on, up to another. */
    RdbInput(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.next = from;
        this.end = end;
    }

    boolean isAtEnd() {
        return next >= end;
    }

    int remaining() {
        return end - next;
    }

    int unsignedByte() {
        if (next >= end) {
            throw RdbException.badData();
        }
        return bytes[next++] & 0xFF;
    }

    /** Returns the next byte without reading it. */
    int peek() {
        int value = unsignedByte();
        next--;
        return value;
    }

    byte[] raw(long count) {
        if (count < 0 || count > end - next) {
            throw RdbException.badData();
        }
        byte[] read = new byte[(int) count];
        System.arraycopy(bytes, next, read, 0, read.length);
        next += read.length;
        return read;
    }

    /** Reads an unsigned integer, the lowest byte first. Signed if it has 8 bytes. */
    long unsigned(int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (long) unsignedByte() << (Byte.SIZE * i);
        }
        return value;
    }

    /** Reads a signed integer, the lowest byte first. */
    long signed(int count) {
        int unused = Long.SIZE - Byte.SIZE * count;
        return unsigned(count) << unused >> unused;
    }

    /** Reads an unsigned integer, the highest byte first. */
    long bigEndian(int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = (value << Byte.SIZE) | unsignedByte();
        }
        return value;
    }

    double number() {
        return Double.longBitsToDouble(unsigned(Double.BYTES));
    }

    /** Reads a length that may be any unsigned number of 64 bits. */
    long unsignedLength() {
        return length(unsignedByte());
    }

    /** Reads a length, or the number of elements. Negative values are larger than anything. */
    long length() {
        long length = length(unsignedByte());
        return length < 0 ? Long.MAX_VALUE : length;
    }

    private long length(int first) {
        if (first < LENGTH_14) {
            return first;
        }
        if (first < LENGTH_32) {
            return ((first & 0x3FL) << Byte.SIZE) | unsignedByte();
        }
        return switch (first) {
            case LENGTH_32 -> bigEndian(Integer.BYTES);
            case LENGTH_64 -> bigEndian(Long.BYTES);
            default -> throw RdbException.badData();
        };
    }

    /** Reads a string. */
    byte[] string() {
        int first = unsignedByte();
        if (first < SPECIAL) {
            return raw(length(first));
        }
        int kind = first & ~SPECIAL;
        if (kind == COMPRESSED) {
            long compressed = length();
            long length = length();
            return Lzf.decompress(raw(compressed), length);
        }
        if (kind > COMPRESSED) {
            throw RdbException.badData();
        }
        return Numbers.bytes(signed(1 << kind));
    }
}
