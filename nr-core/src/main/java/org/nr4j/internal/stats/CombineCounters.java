package org.nr4j.internal.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts what the combiners of one replica did, for the statistics. A combiner writes the counts under the replica's
 * lock, and any thread may read them. All accesses are opaque: a reader sees some recent value, and neither side pays
 * for ordering.
 */
public final class CombineCounters {
    /** The number of size classes of batches: 1, 2, 3–4, 5–8, 9–16, …; the last class has no upper end. */
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
        add(OPERATIONS, size); // last: after an error, this tells whether the batch was counted
    }

    /** The replica has applied that many writes, its own and others. */
    public void applied(long writes) {
        COUNT.setOpaque(counts, PAD + APPLIED, writes);
    }

    /** Where {@link #applied(long)} stores the number. For a thread that has no stack left for a call. */
    public static final int APPLIED_INDEX = PAD + APPLIED;

    /** Returns how many writes the replica has applied, as last set by {@link #applied(long)}. */
    public long applied() {
        return count(APPLIED);
    }

    /** Adds the counts of another replica, whose combiners have stopped. */
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

    /** Returns the number of operations so far. */
    public long operations() {
        return count(SINGLES) + count(OPERATIONS);
    }

    /** Returns the number of batches of that size class so far. */
    public long batches(int sizeClass) {
        return count(FIRST_CLASS + sizeClass) + (sizeClass == 0 ? count(SINGLES) : 0);
    }
}
