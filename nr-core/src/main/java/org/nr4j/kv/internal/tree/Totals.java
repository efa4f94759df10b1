package org.nr4j.kv.internal.tree;

import java.util.Arrays;

/**
 * The totals of a set of entries: their number, their bytes, the earliest expiry, and the sum of their hashes modulo
 * 2^256. A row of longs, alone or among others in one array. The lowest limb of the sum comes first.
 */
public final class Totals {
    static final int COUNT = 0;
    /** The bytes of keys and values. */
    static final int BYTES = 1;
    /** Milliseconds since 1970, {@link #NEVER} if no entry expires. */
    static final int EXPIRY = 2;
    /** Four limbs; only where fingerprints are on. */
    static final int SUM = 3;

    static final int WITHOUT_SUM = 3;
    static final int WITH_SUM = 7;

    public static final long NEVER = Long.MAX_VALUE;

    private static final long HALF = 0xFFFF_FFFFL;

    private Totals() {}

    /** Returns the totals of no entries. */
    static long[] none(int width) {
        long[] totals = new long[width];
        totals[EXPIRY] = NEVER;
        return totals;
    }

    static void clear(long[] totals) {
        Arrays.fill(totals, 0);
        totals[EXPIRY] = NEVER;
    }

    /** Whether counts, bytes and sum are zero. */
    static boolean areZero(long[] totals) {
        long bits = totals[COUNT] | totals[BYTES];
        for (int limb = SUM; limb < totals.length; limb++) {
            bits |= totals[limb];
        }
        return bits == 0;
    }

    static void add(long[] to, int at, long[] from, int start, int width) {
        to[at + COUNT] += from[start + COUNT];
        to[at + BYTES] += from[start + BYTES];
        to[at + EXPIRY] = Math.min(to[at + EXPIRY], from[start + EXPIRY]);
        if (width > SUM) {
            addSum(to, at + SUM, from, start + SUM);
        }
    }

    /** Subtracts totals, except the earliest expiry: a minimum cannot be subtracted. */
    static void subtract(long[] to, int at, long[] from, int start, int width) {
        to[at + COUNT] -= from[start + COUNT];
        to[at + BYTES] -= from[start + BYTES];
        if (width > SUM) {
            subtractSum(to, at + SUM, from, start + SUM);
        }
    }

    /** Adds one number of four limbs to another. */
    public static void addSum(long[] to, int at, long[] from, int start) {
        addSums(to, at, from, start, 1, 1);
    }

    /**
     * Adds {@code count} numbers, fewer than 2^31, that start at {@code start} and are {@code step} apart. Adds up the
     * halves of limbs separately, so that carries are handled once, at the end.
     */
    static void addSums(long[] to, int at, long[] from, int start, int step, int count) {
        long low0 = 0;
        long high0 = 0;
        long low1 = 0;
        long high1 = 0;
        long low2 = 0;
        long high2 = 0;
        long limb3 = 0;
        for (int i = start, end = start + count * step; i < end; i += step) {
            low0 += from[i] & HALF;
            high0 += from[i] >>> 32;
            low1 += from[i + 1] & HALF;
            high1 += from[i + 1] >>> 32;
            low2 += from[i + 2] & HALF;
            high2 += from[i + 2] >>> 32;
            limb3 += from[i + 3];
        }
        low0 += to[at] & HALF;
        high0 += (to[at] >>> 32) + (low0 >>> 32);
        low1 += (to[at + 1] & HALF) + (high0 >>> 32);
        high1 += (to[at + 1] >>> 32) + (low1 >>> 32);
        low2 += (to[at + 2] & HALF) + (high1 >>> 32);
        high2 += (to[at + 2] >>> 32) + (low2 >>> 32);
        to[at] = (high0 << 32) | (low0 & HALF);
        to[at + 1] = (high1 << 32) | (low1 & HALF);
        to[at + 2] = (high2 << 32) | (low2 & HALF);
        to[at + 3] += limb3 + (high2 >>> 32);
    }

    /** Subtracts one number of four limbs from another. */
    public static void subtractSum(long[] to, int at, long[] from, int start) {
        long limb0 = to[at] - from[start];
        long borrow = isLess(to[at], from[start]);
        long limb1 = to[at + 1] - from[start + 1];
        long borrow1 = isLess(to[at + 1], from[start + 1]) + isLess(limb1, borrow);
        limb1 -= borrow;
        long limb2 = to[at + 2] - from[start + 2];
        long borrow2 = isLess(to[at + 2], from[start + 2]) + isLess(limb2, borrow1);
        limb2 -= borrow1;
        to[at] = limb0;
        to[at + 1] = limb1;
        to[at + 2] = limb2;
        to[at + 3] -= from[start + 3] + borrow2;
    }

    /**
     * Returns 1 if {@code a < b} as unsigned numbers, else 0. It has no branch, which the processor would mispredict
     * half of the time.
     */
    private static long isLess(long a, long b) {
        return ((~a & b) | ((~a | b) & (a - b))) >>> 63;
    }
}
