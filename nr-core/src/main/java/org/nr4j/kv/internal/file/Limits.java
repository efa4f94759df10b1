package org.nr4j.kv.internal.file;

import java.util.Arrays;
import java.util.HexFormat;

/** The limits on the lengths of keys and values. Checks and copies the arrays that come from callers. */
public final class Limits {
    public static final int LONGEST_KEY = 0xFFFF;
    public static final int LONGEST_VALUE = 1 << 30;

    /** The longest keys and values together that one write may carry, so that its encoding fits an array. */
    public static final long LONGEST_WRITE = 3L << 29;

    private static final int SHOWN_BYTES = 16;

    private final int maxKey;
    private final int maxValue;

    public Limits(int maxKey, int maxValue) {
        this.maxKey = maxKey;
        this.maxValue = maxValue;
    }

    /** Returns {@code value} if it is from 1 to {@code largest}, or throws. For an option of a builder. */
    public static int requireFromTo(String name, int value, int largest) {
        if (value < 1 || value > largest) {
            throw new IllegalArgumentException(name + " must be from 1 to " + largest + ": " + name + "=" + value
                    + "; the nearest is " + Math.max(1, Math.min(value, largest)));
        }
        return value;
    }

    /** Checks that one write can carry this many bytes. */
    public static void requireOneWrite(String what, long bytes) {
        if (bytes > LONGEST_WRITE) {
            throw new IllegalArgumentException(
                    what + " must have at most " + LONGEST_WRITE + " bytes: bytes=" + bytes + "; use several writes");
        }
    }

    /** Checks the length of a key and returns the key, not copied. */
    public byte[] check(byte[] key) {
        if (key == null) {
            throw new NullPointerException("a key must not be null: key=null; an empty array is a key");
        }
        if (key.length > maxKey) {
            throw new IllegalArgumentException(
                    "a key must not be longer than maxKeyLength: length=" + key.length + " maxKeyLength=" + maxKey
                            + " key=" + show(key) + "; shorten the key, or raise maxKeyLength in the builder");
        }
        return key;
    }

    public byte[] key(byte[] key) {
        return check(key).clone();
    }

    public byte[] value(byte[] value) {
        return checkValue(value).clone();
    }

    /** Checks the length of a value and returns the value, not copied. */
    public byte[] checkValue(byte[] value) {
        if (value == null) {
            throw new NullPointerException("a value must not be null: value=null; remove the key instead");
        }
        if (value.length > maxValue) {
            throw new IllegalArgumentException("a value must not be longer than maxValueLength: length=" + value.length
                    + " maxValueLength=" + maxValue + "; shorten the value, or raise maxValueLength in the builder");
        }
        return value;
    }

    /** Returns a copy. Its length is checked later. */
    public static byte[] copy(byte[] bytes) {
        if (bytes == null) {
            throw new NullPointerException("a key or value must not be null: null; remove the key instead");
        }
        return bytes.clone();
    }

    int maxKey() {
        return maxKey;
    }

    int maxValue() {
        return maxValue;
    }

    /** Returns the first bytes in hexadecimal. */
    public static String show(byte[] bytes) {
        String text = "0x" + HexFormat.of().formatHex(Arrays.copyOf(bytes, Math.min(bytes.length, SHOWN_BYTES)));
        return bytes.length > SHOWN_BYTES ? text + "... (" + bytes.length + " bytes)" : text;
    }
}
