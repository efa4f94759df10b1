package org.nr4j.server.rdb;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.nr4j.server.protocol.Numbers;

/** Writes the parts of values. */
final class RdbOutput {
    private static final int LONGEST_NUMBER = 11;
    private static final int SHORTEST_COMPRESSED = 21;
    private static final int SAVED_BY_COMPRESSION = 4;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] toByteArray() {
        return out.toByteArray();
    }

    void raw(byte[] bytes) {
        out.writeBytes(bytes);
    }

    void type(int code) {
        out.write(code);
    }

    /** Writes an integer of some bytes, the lowest first. */
    void integer(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> (Byte.SIZE * i)));
        }
    }

    void number(double value) {
        integer(Double.doubleToRawLongBits(value), Double.BYTES);
    }

    /** Writes a length, the highest byte first, in as few bytes as it needs. */
    void length(long length) {
        if (length < 1 << 6) {
            out.write((int) length);
        } else if (length < 1 << 14) {
            out.write((int) (length >> 8) | RdbInput.LENGTH_14);
            out.write((int) length);
        } else if (length > (1L << Integer.SIZE) - 1) {
            out.write(RdbInput.LENGTH_64);
            raw(ByteBuffer.allocate(Long.BYTES).putLong(length).array());
        } else {
            out.write(RdbInput.LENGTH_32);
            raw(ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.BIG_ENDIAN)
                    .putInt((int) length)
                    .array());
        }
    }

    /** Writes an unsigned number of 64 bits as a length. */
    void unsigned(long number) {
        if (number < 0) {
            out.write(RdbInput.LENGTH_64);
            raw(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
        } else {
            length(number);
        }
    }

    /** Writes a string: as an integer, compressed, or as it is. */
    void string(byte[] string) {
        if (string.length <= LONGEST_NUMBER && Numbers.isLong(string) && integerString(Numbers.parseLong(string))) {
            return;
        }
        byte[] compressed = string.length < SHORTEST_COMPRESSED ? null : Lzf.compress(string, SAVED_BY_COMPRESSION);
        if (compressed == null) {
            length(string.length);
            raw(string);
        } else {
            out.write(RdbInput.SPECIAL | RdbInput.COMPRESSED);
            length(compressed.length);
            length(string.length);
            raw(compressed);
        }
    }

    private boolean integerString(long value) {
        for (int log = 0; log <= 2; log++) {
            int bytes = 1 << log;
            int unused = Long.SIZE - Byte.SIZE * bytes;
            if (value << unused >> unused == value) {
                out.write(RdbInput.SPECIAL | log);
                integer(value, bytes);
                return true;
            }
        }
        return false;
    }
}
