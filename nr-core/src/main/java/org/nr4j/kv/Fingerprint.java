package org.nr4j.kv;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * How many entries a range has, and the sum of their 256-bit hashes modulo 2^256. Equal contents have equal fingerprints, whatever their history; different contents have different ones, except with negligible
 * probability (see {@link KeyValueStore.Builder#fingerprintKey} for contents chosen by an adversary). Immutable.
 *
 * <p>Fingerprints add up: that of a range is the sum of those of its parts.
 */
public final class Fingerprint {
    /** How many bytes the sum has. */
    public static final int BYTES = 32;

    private final long count;
    private final byte[] sum;

    private Fingerprint(long count, byte[] sum) {
        this.count = count;
        this.sum = sum;
    }

    /** From a count and four limbs, the lowest first. */
    static Fingerprint of(long[] countAndSum) {
        byte[] sum = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            sum[i] = (byte) (countAndSum[1 + i / Long.BYTES] >>> ((i % Long.BYTES) * Byte.SIZE));
        }
        return new Fingerprint(countAndSum[0], sum);
    }

    /** How many entries. */
    public long count() {
        return count;
    }

    /** The sum of their hashes, 32 bytes, the lowest first. */
    public byte[] sum() {
        return sum.clone();
    }

    /** That of two disjoint sets of entries together. */
    public Fingerprint plus(Fingerprint other) {
        return new Fingerprint(count + other.count, combine(other, 1));
    }

    /** That of what is left without a subset. */
    public Fingerprint minus(Fingerprint part) {
        return new Fingerprint(count - part.count, combine(part, -1));
    }

    private byte[] combine(Fingerprint other, int sign) {
        byte[] result = new byte[BYTES];
        int carry = 0;
        for (int i = 0; i < BYTES; i++) {
            int digit = (sum[i] & 0xFF) + sign * (other.sum[i] & 0xFF) + carry;
            result[i] = (byte) digit;
            carry = digit >> Byte.SIZE;
        }
        return result;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Fingerprint that && count == that.count && Arrays.equals(sum, that.sum);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sum) + Long.hashCode(count);
    }

    /** The count, and the sum in hexadecimal, lowest byte first. */
    @Override
    public String toString() {
        return count + ":" + HexFormat.of().formatHex(sum);
    }
}
