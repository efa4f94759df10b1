package org.nr4j.kv;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.file.Limits;

/**
 * A range of keys. Each bound is inclusive, exclusive or missing. Keys compare as unsigned bytes; a key comes after its
 * prefixes. Immutable.
 *
 * <pre>{@code
 * KeyRange.atLeast(a).below(b)     // a <= key < b
 * KeyRange.above(a).atMost(b)      // a < key <= b
 * KeyRange.all().below(b)
 * KeyRange.prefix(p)               // all keys that start with p
 * }</pre>
 *
 * <p>The methods refuse a range that no key can be in.
 */
public final class KeyRange {
    private static final KeyRange ALL = new KeyRange(null, null);

    // Any range is a half-open one: the first key greater than k is k followed by a zero.
    private final byte @Nullable [] low;
    private final byte @Nullable [] end;

    private KeyRange(byte @Nullable [] low, byte @Nullable [] end) {
        this.low = low == null || low.length == 0 ? null : low;
        this.end = end;
    }

    /** Returns the range of all keys. */
    public static KeyRange all() {
        return ALL;
    }

    /** Returns the range of the keys from {@code key} on, inclusive. */
    public static KeyRange atLeast(byte[] key) {
        return new KeyRange(copy(key), null);
    }

    /** Returns the range of the keys greater than {@code key}. */
    public static KeyRange above(byte[] key) {
        return new KeyRange(successor(key), null);
    }

    /** Returns the range of the keys that start with {@code prefix}. */
    public static KeyRange prefix(byte[] prefix) {
        byte[] low = copy(prefix);
        int last = low.length - 1;
        while (last >= 0 && low[last] == (byte) 0xFF) {
            last--;
        }
        byte[] end = null;
        if (last >= 0) {
            end = Arrays.copyOf(low, last + 1);
            end[last]++;
        }
        return new KeyRange(low, end);
    }

    /**
     * Returns the part of this range with the keys less than {@code key}.
     *
     * @throws IllegalArgumentException if no key can be in the range, or if it has an upper end already
     */
    public KeyRange below(byte[] key) {
        return upTo(copy(key));
    }

    /**
     * Returns the part of this range with the keys not greater than {@code key}.
     *
     * @throws IllegalArgumentException if no key can be in the range, or if it has an upper end already
     */
    public KeyRange atMost(byte[] key) {
        return upTo(successor(key));
    }

    private KeyRange upTo(byte[] newEnd) {
        if (end != null) {
            throw new IllegalArgumentException("a range must have one upper end: range=" + this + " end="
                    + Limits.show(newEnd) + "; start from atLeast, above or all");
        }
        if (Arrays.compareUnsigned(low == null ? new byte[0] : low, newEnd) >= 0) {
            throw new IllegalArgumentException("a range must have room for a key, its ends in ascending order: range="
                    + new KeyRange(low, newEnd) + "; exchange the ends, or ask for nothing");
        }
        return new KeyRange(low, newEnd);
    }

    /** Whether a key is in this range. */
    public boolean contains(byte[] key) {
        requireKey(key);
        return (low == null || Arrays.compareUnsigned(low, key) <= 0)
                && (end == null || Arrays.compareUnsigned(key, end) < 0);
    }

    /** Returns a copy of the lowest key that can be in this range. It is empty if there is no lower bound. */
    public byte[] lowerBound() {
        return low == null ? new byte[0] : low.clone();
    }

    /** Returns a copy of the lowest key above this range; null if there is none. */
    public byte @Nullable [] upperBound() {
        return end == null ? null : end.clone();
    }

    /**
     * Returns the lowest key that can be in this range, or null if there is no lower bound. The caller must not change
     * the array.
     */
    byte @Nullable [] low() {
        return low;
    }

    /** Returns the lowest key above this range, or null if there is none. The caller must not change the array. */
    byte @Nullable [] end() {
        return end;
    }

    static void require(KeyRange range) {
        if (range == null) {
            throw new NullPointerException("a range must not be null: range=null; use KeyRange.all()");
        }
    }

    private static byte[] copy(byte[] key) {
        requireKey(key);
        return key.clone();
    }

    /** Returns the lowest key that is greater than {@code key}. */
    static byte[] successor(byte[] key) {
        requireKey(key);
        return Arrays.copyOf(key, key.length + 1);
    }

    private static void requireKey(byte[] key) {
        if (key == null) {
            throw new NullPointerException("a key must not be null: key=null; use KeyRange.all() for no bound");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyRange that && Arrays.equals(low, that.low) && Arrays.equals(end, that.end);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(low) + Arrays.hashCode(end);
    }

    @Override
    public String toString() {
        return (low == null ? "" : Limits.show(low) + " <= ") + "key" + (end == null ? "" : " < " + Limits.show(end));
    }
}
