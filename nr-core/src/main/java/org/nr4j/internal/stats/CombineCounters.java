package org.nr4j.internal.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What the combiners of one replica did, for the statistics. Written under the replica's lock, read by anybody: opaque
 * accesses, so that a reader sees some recent value and pays nothing for it, nor does the writer.
 */
public final class CombineCounters {
    /** Sizes are counted in classes: 1, 2, 3–4, 5–8, 9–16, …, the last without end. */
    public static final int SIZE_CLASSES = 12;

    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int SINGLES = 0;
    private static final int OPERATIONS = 1;
    private static final int APPLIED = 2;
    private static final int FIRST_CLASS = 3;
    private static final int PAD = 16; // longs in front and behind: 128 bytes

    /** Public for {@link #APPLIED_INDEX} only. */
    public final long[] counts = new long[PAD + FIRST_CLASS + SIZE_CLASSES + PAD];

    /** A combiner applied one operation of its own, without a batch. */
    public void single() {
        add(SINGLES, 1);
    }

    /** A combiner collected a batch. */
    public void batch(int size) {
        add(FIRST_CLASS + sizeClass(size), 1);
        add(OPERATIONS, size); // last: after an error it says whether the batch was counted
    }

    /** The replica has applied that many writes, its own and others. */
    public void applied(long writes) {
        COUNT.setOpaque(counts, PAD + APPLIED, writes);
    }

    /** The same without a call, for where there is no stack for one: where to store the number. */
    public static final int APPLIED_INDEX = PAD + APPLIED;

    /** How many writes the replica has applied, as {@link #applied(long)} was told. */
    public long applied() {
        return count(APPLIED);
    }

    /** Takes over what another replica's combiners did, which work no more. */
    public void addAll(CombineCounters others) {
        for (int counter = 0; counter < FIRST_CLASS + SIZE_CLASSES; counter++) {
            add(counter, others.count(counter));
        }
    }

    private void add(int counter, long delta) {
        int i = PAD + counter;
        COUNT.setOpaque(counts, i, (long) COUNT.getOpaque(counts, i) + delta);
    }

    private long count(int counter) {
        return (long) COUNT.getOpaque(counts, PAD + counter);
    }

    static int sizeClass(int size) {
        return Math.min(SIZE_CLASSES - 1, Integer.SIZE - Integer.numberOfLeadingZeros(size - 1));
    }

    /** Operations so far. */
    public long operations() {
        return count(SINGLES) + count(OPERATIONS);
    }

    /** Batches of that size class so far. */
    public long batches(int sizeClass) {
        return count(FIRST_CLASS + sizeClass) + (sizeClass == 0 ? count(SINGLES) : 0);
    }
}
