package org.nr4j.server.rdb;

import java.util.ArrayList;
import java.util.List;
import org.nr4j.server.protocol.Numbers;

/** The rows of strings that versions before 7 wrote. */
final class Ziplist {
    private static final int END = 0xFF;
    private static final int LONG_LENGTH = 0xFE;
    private static final int MANY = 0xFFFF;
    private static final int STRING_14 = 0x40;
    private static final int STRING_32 = 0x80;
    private static final int SMALL_FIRST = 0xF1;
    private static final int SMALL_LAST = 0xFD;

    private Ziplist() {}

    /** Returns the strings in a ziplist: lengths (4 and 4), number of strings (2), strings, {@code FF}. */
    static List<byte[]> read(byte[] bytes) {
        RdbInput in = new RdbInput(bytes, 0, bytes.length);
        long length = in.unsigned(Integer.BYTES);
        in.unsigned(Integer.BYTES);
        long count = in.unsigned(Short.BYTES);
        List<byte[]> strings = new ArrayList<>();
        while (in.peek() != END) {
            if (in.unsignedByte() == LONG_LENGTH) {
                in.unsigned(Integer.BYTES);
            }
            strings.add(readString(in));
        }
        if (in.remaining() != 1 || length != bytes.length || (count != MANY && count != strings.size())) {
            throw RdbException.badData();
        }
        return strings;
    }

    private static byte[] readString(RdbInput in) {
        int first = in.unsignedByte();
        if (first < STRING_14) {
            return in.raw(first);
        }
        if (first < STRING_32) {
            return in.raw(((first & 0x3FL) << Byte.SIZE) | in.unsignedByte());
        }
        if (first >= SMALL_FIRST && first <= SMALL_LAST) {
            return Numbers.bytes(first - SMALL_FIRST);
        }
        return switch (first) {
            case STRING_32 -> in.raw(in.bigEndian(Integer.BYTES));
            case 0xC0 -> Numbers.bytes(in.signed(Short.BYTES));
            case 0xD0 -> Numbers.bytes(in.signed(Integer.BYTES));
            case 0xE0 -> Numbers.bytes(in.signed(Long.BYTES));
            case 0xF0 -> Numbers.bytes(in.signed(3));
            case 0xFE -> Numbers.bytes(in.signed(1));
            default -> throw RdbException.badData();
        };
    }

    /** Returns the fields and values in a zipmap, which versions before 2.6 wrote. */
    static List<byte[]> readZipmap(byte[] bytes) {
        RdbInput in = new RdbInput(bytes, 0, bytes.length);
        in.unsignedByte();
        List<byte[]> strings = new ArrayList<>();
        while (in.peek() != END) {
            strings.add(in.raw(zipmapLength(in)));
            long length = zipmapLength(in);
            int free = in.unsignedByte();
            strings.add(in.raw(length));
            in.raw(free);
        }
        if (in.remaining() != 1) {
            throw RdbException.badData();
        }
        return strings;
    }

    private static long zipmapLength(RdbInput in) {
        int first = in.unsignedByte();
        return first < LONG_LENGTH ? first : in.unsigned(Integer.BYTES);
    }
}
