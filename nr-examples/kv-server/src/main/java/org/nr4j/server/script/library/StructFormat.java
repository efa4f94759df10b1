package org.nr4j.server.script.library;

import org.nr4j.server.script.lua.ScriptException;

/** Walks over the options of a format of {@code struct}. Options before a number set its byte order and alignment. */
final class StructFormat {
    private static final int LARGEST_INTEGER = 32;
    private static final int LARGEST_ALIGNMENT = 8;

    private final byte[] format;
    private final String function;
    private int at;
    private char option;
    private int size;
    private boolean bigEndian;
    private int alignment = 1;

    StructFormat(byte[] format, String function) {
        this.format = format;
        this.function = function;
    }

    /** Goes on to the next option. Returns whether there is one. */
    boolean next() {
        if (at == format.length || format[at] == 0) {
            return false;
        }
        option = (char) (format[at++] & 0xFF);
        size = switch (option) {
            case 'B', 'b', 'x' -> 1;
            case 'H', 'h' -> 2;
            case 'f' -> 4;
            case 'L', 'l', 'T', 'd' -> 8;
            case 'c' -> number(1);
            case 'i', 'I' -> integerSize();
            default -> 0;
        };
        return true;
    }

    char option() {
        return option;
    }

    /** Returns the number of bytes of a value; 0 if the format does not say it. */
    int size() {
        return size;
    }

    private int integerSize() {
        int bytes = number(4);
        if (bytes > LARGEST_INTEGER) {
            throw ScriptException.of("integral size " + bytes + " is larger than limit of " + LARGEST_INTEGER);
        }
        return bytes;
    }

    private int number(int other) {
        if (at == format.length || !isDigit(format[at])) {
            return other;
        }
        long number = 0;
        while (at < format.length && isDigit(format[at])) {
            number = number * 10 + format[at++] - '0';
            if (number > Integer.MAX_VALUE) {
                throw ScriptException.of("integral size overflow");
            }
        }
        return (int) number;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /** Returns how many bytes must come before a value at a position. */
    int padding(long position) {
        if (size == 0 || option == 'c') {
            return 0;
        }
        int unit = Math.min(size, alignment);
        return (int) ((unit - (position & (unit - 1))) & (unit - 1));
    }

    /** Obeys an option that stands for no value. */
    void control() {
        switch (option) {
            case ' ' -> {}
            case '>' -> bigEndian = true;
            case '<' -> bigEndian = false;
            case '!' -> {
                int wanted = number(LARGEST_ALIGNMENT);
                if (Integer.bitCount(wanted) != 1) {
                    throw ScriptException.of("alignment " + wanted + " is not a power of 2");
                }
                alignment = wanted;
            }
            default -> throw ScriptException.argument(1, function, "invalid format option '" + option + "'");
        }
    }

    byte[] encode(long value, int bytes) {
        byte[] encoded = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            byte each = i < Long.BYTES ? (byte) (value >>> (8 * i)) : 0;
            encoded[bigEndian ? bytes - 1 - i : i] = each;
        }
        return encoded;
    }

    /** Returns the integer of the current option. */
    double decode(byte[] data, int from) {
        long value = bits(data, from, size);
        if (!Character.isLowerCase(option)) {
            return value >= 0 ? value : (value >>> 1) * 2.0 + (value & 1);
        }
        int unused = size < Long.BYTES ? Long.SIZE - 8 * size : 0;
        return size == 0 ? 0 : (double) (value << unused >> unused);
    }

    /** Returns the lowest 64 bits of some bytes. */
    long bits(byte[] data, int from, int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = (value << 8) | (data[bigEndian ? from + i : from + count - 1 - i] & 0xFF);
        }
        return value;
    }
}
