package org.nr4j.kv;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.tree.Totals;

/**
 * The number of entries of a range, and the sum of their 256-bit hashes modulo 2^256. Immutable.
 *
 * <p>Equal contents have equal fingerprints, whatever their history. Different contents have different fingerprints,
 * except with negligible probability. {@link KeyValueStore.Builder#fingerprintKey} is for contents that an adversary
 * chooses.
 *
 * <p>Fingerprints add up: the fingerprint of a range is the sum of the fingerprints of its parts.
 */
public final class Fingerprint {
    /** How many bytes the sum has. */
    public static final int BYTES = 32;

    private static final int SUM = 1;
    private static final int LIMBS = 4;

    /** The count, and the sum in four limbs, the lowest first. */
    private final long[] countAndSum;

    private Fingerprint(long[] countAndSum) {
        this.countAndSum = countAndSum;
    }

    /**
     * Creates a fingerprint from a count and four limbs, the lowest first. The caller must not use the array any more.
     */
    static Fingerprint of(long[] countAndSum) {
        return new Fingerprint(countAndSum);
    }

    /** Creates the fingerprint of one entry from its hash in four limbs, the lowest first. */
    static Fingerprint ofEntry(long[] hash) {
        long[] countAndSum = new long[SUM + LIMBS];
        countAndSum[0] = 1;
        System.arraycopy(hash, 0, countAndSum, SUM, LIMBS);
        return new Fingerprint(countAndSum);
    }

    /** Returns the number of entries. */
    public long count() {
        return countAndSum[0];
    }

    /** Returns the sum of their hashes: 32 bytes, the lowest first. */
    public byte[] sum() {
        ByteBuffer sum = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < LIMBS; i++) {
            sum.putLong(countAndSum[SUM + i]);
        }
        return sum.array();
    }

    /** Returns the fingerprint of two disjoint sets of entries together. */
    public Fingerprint plus(Fingerprint other) {
        long[] result = countAndSum.clone();
        result[0] += other.countAndSum[0];
        Totals.addSum(result, SUM, other.countAndSum, SUM);
        return new Fingerprint(result);
    }

    /** Returns the fingerprint of the entries that remain without a subset. */
    public Fingerprint minus(Fingerprint part) {
        long[] result = countAndSum.clone();
        result[0] -= part.countAndSum[0];
        Totals.subtractSum(result, SUM, part.countAndSum, SUM);
        return new Fingerprint(result);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Fingerprint that && Arrays.equals(countAndSum, that.countAndSum);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(countAndSum);
    }

    /** The count, and the sum in hexadecimal, lowest byte first. */
    @Override
    public String toString() {
        return count() + ":" + HexFormat.of().formatHex(sum());
    }
}
