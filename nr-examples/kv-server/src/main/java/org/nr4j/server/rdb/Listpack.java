package org.nr4j.server.rdb;

import java.util.ArrayList;
import java.util.List;
import org.nr4j.server.protocol.Numbers;

/**
 * A row of strings in one: length of all (4), number of strings (2), strings, {@code FF}. Behind each string is its
 * encoded length, so that a reader can go backwards. Integers have encodings of their own.
 */
final class Listpack {
    static final int OVERHEAD = 7;

    private static final int END = 0xFF;
    private static final int MANY = 0xFFFF;
    private static final int STRING_6 = 0x80;
    private static final int INTEGER_13 = 0xC0;
    private static final int STRING_12 = 0xE0;
    private static final int STRING_32 = 0xF0;
    private static final int INTEGER_16 = 0xF1;
    private static final int INTEGER_24 = 0xF2;
    private static final int INTEGER_32 = 0xF3;
    private static final int INTEGER_64 = 0xF4;
    private static final int LONGEST_INTEGER = 20;

    private final RdbOutput out = new RdbOutput();
    private int count;
    private int length = OVERHEAD;

    // ---- writing ----

    /** Returns the bytes of all. */
    int length() {
        return length;
    }

    boolean isEmpty() {
        return count == 0;
    }

    void add(byte[] string) {
        RdbOutput entry = new RdbOutput();
        if (string.length <= LONGEST_INTEGER && Numbers.isLong(string)) {
            putInteger(entry, Numbers.parseLong(string));
        } else {
            putString(entry, string);
        }
        byte[] encoded = entry.toByteArray();
        byte[] back = backwardLength(encoded.length);
        out.raw(encoded);
        out.raw(back);
        length += encoded.length + back.length;
        count++;
    }

    /** Adds the strings of another one. */
    void addAll(Listpack other) {
        out.raw(other.out.toByteArray());
        length += other.length - OVERHEAD;
        count += other.count;
    }

    private static void putInteger(RdbOutput out, long value) {
        if (value >= 0 && value < STRING_6) {
            out.integer(value, 1);
        } else if (fits(value, 13)) {
            out.integer(INTEGER_13 | ((value >> Byte.SIZE) & 0x1F), 1);
            out.integer(value, 1);
        } else if (fits(value, Short.SIZE)) {
            out.integer(INTEGER_16, 1);
            out.integer(value, Short.BYTES);
        } else if (fits(value, 24)) {
            out.integer(INTEGER_24, 1);
            out.integer(value, 3);
        } else if (fits(value, Integer.SIZE)) {
            out.integer(INTEGER_32, 1);
            out.integer(value, Integer.BYTES);
        } else {
            out.integer(INTEGER_64, 1);
            out.integer(value, Long.BYTES);
        }
    }

    private static boolean fits(long value, int bits) {
        int unused = Long.SIZE - bits;
        return value << unused >> unused == value;
    }

    private static void putString(RdbOutput out, byte[] string) {
        if (string.length < 1 << 6) {
            out.integer(STRING_6 | string.length, 1);
        } else if (string.length < 1 << 12) {
            out.integer(STRING_12 | (string.length >> Byte.SIZE), 1);
            out.integer(string.length, 1);
        } else {
            out.integer(STRING_32, 1);
            out.integer(string.length, Integer.BYTES);
        }
        out.raw(string);
    }

    /** Returns a length in groups of 7 bits. All but the first have their highest bit set. */
    private static byte[] backwardLength(int length) {
        int groups = 1;
        while (groups < 5 && (groups == 1 ? length > 127 : length >= (1 << (7 * groups)) - 1)) {
            groups++;
        }
        byte[] bytes = new byte[groups];
        for (int i = 0; i < groups; i++) {
            int group = (length >>> (7 * (groups - 1 - i))) & 0x7F;
            bytes[i] = (byte) (i == 0 ? group : group | 0x80);
        }
        return bytes;
    }

    byte[] toByteArray() {
        RdbOutput all = new RdbOutput();
        all.integer(length, Integer.BYTES);
        all.integer(Math.min(count, MANY), Short.BYTES);
        all.raw(out.toByteArray());
        all.integer(END, 1);
        return all.toByteArray();
    }

    // ---- reading ----

    /** Returns the strings in a listpack. */
    static List<byte[]> read(byte[] bytes) {
        RdbInput in = new RdbInput(bytes, 0, bytes.length);
        long length = in.unsigned(Integer.BYTES);
        long count = in.unsigned(Short.BYTES);
        List<byte[]> strings = new ArrayList<>();
        while (in.peek() != END) {
            int before = in.remaining();
            strings.add(readString(in));
            for (byte expected : backwardLength(before - in.remaining())) {
                require(in.unsignedByte() == (expected & 0xFF));
            }
        }
        require(in.remaining() == 1 && length == bytes.length && (count == MANY || count == strings.size()));
        return strings;
    }

    private static byte[] readString(RdbInput in) {
        int first = in.unsignedByte();
        if (first < STRING_6) {
            return Numbers.bytes(first);
        }
        if (first < INTEGER_13) {
            return in.raw(first & 0x3F);
        }
        if (first < STRING_12) {
            int unused = Long.SIZE - 13;
            long bits = ((first & 0x1FL) << Byte.SIZE) | in.unsignedByte();
            return Numbers.bytes(bits << unused >> unused);
        }
        if (first < STRING_32) {
            return in.raw(((first & 0x0FL) << Byte.SIZE) | in.unsignedByte());
        }
        return switch (first) {
            case STRING_32 -> in.raw(in.unsigned(Integer.BYTES));
            case INTEGER_16 -> Numbers.bytes(in.signed(Short.BYTES));
            case INTEGER_24 -> Numbers.bytes(in.signed(3));
            case INTEGER_32 -> Numbers.bytes(in.signed(Integer.BYTES));
            case INTEGER_64 -> Numbers.bytes(in.signed(Long.BYTES));
            default -> throw RdbException.badData();
        };
    }

    private static void require(boolean valid) {
        if (!valid) {
            throw RdbException.badData();
        }
    }
}
