package org.nr4j.cnr;

import java.util.Arrays;
import java.util.stream.IntStream;

/** The logs that an operation belongs to: one, several, or all. Immutable. Sets of one log, or of all, are shared. */
public final class LogSet {
    private static final int CACHED = 256;
    private static final LogSet[] ONE = IntStream.range(0, CACHED)
            .mapToObj(log -> new LogSet(new int[] {log}))
            .toArray(LogSet[]::new);
    private static final LogSet ALL = new LogSet(new int[0]);

    /** The numbers of all logs, by how many logs there are. The arrays are never changed. */
    private static final int[][] ALL_OF = IntStream.rangeClosed(0, 64)
            .mapToObj(count -> IntStream.range(0, count).toArray())
            .toArray(int[][]::new);

    /** Ascending, without duplicates; empty for all logs. */
    private final int[] logs;

    private final int single;
    private final int largest;

    private LogSet(int[] logs) {
        this.logs = logs;
        this.single = logs.length == 1 ? logs[0] : -1;
        this.largest = logs.length == 0 ? -1 : logs[logs.length - 1];
    }

    /**
     * Returns a set of one log.
     *
     * @throws IllegalArgumentException if negative
     */
    public static LogSet one(int log) {
        if (log < 0) {
            throw negative(log);
        }
        return log < CACHED ? ONE[log] : new LogSet(new int[] {log});
    }

    /**
     * Returns the log of a hash code, for operations that touch one key. It spreads hash codes evenly over the logs,
     * even if they are all multiples of one number.
     */
    public static LogSet ofHash(int hashCode, int logs) {
        int spread = hashCode * 0x9E3779B9;
        // The high bits are well mixed, so the product is scaled down. A remainder would use the low bits.
        return one((int) ((Integer.toUnsignedLong(spread) * logs) >>> Integer.SIZE));
    }

    /**
     * Returns a set of these logs, given in any order.
     *
     * @throws IllegalArgumentException if there is none, or a negative one
     */
    public static LogSet of(int... logs) {
        int[] ascending = Arrays.stream(logs).sorted().distinct().toArray();
        if (ascending.length == 0) {
            throw new IllegalArgumentException(
                    "an operation must belong to a log: logs=[]; where it touches nothing, any log will do");
        }
        if (ascending[0] < 0) {
            throw negative(ascending[0]);
        }
        return ascending.length == 1 ? one(ascending[0]) : new LogSet(ascending);
    }

    /** Returns the set of all logs of the instance. */
    public static LogSet all() {
        return ALL;
    }

    /** Returns the union of this set and another. */
    public LogSet and(LogSet other) {
        if (this == other || this == ALL || other == ALL) {
            return this == other ? this : ALL;
        }
        return of(
                IntStream.concat(Arrays.stream(logs), Arrays.stream(other.logs)).toArray());
    }

    private static IllegalArgumentException negative(int log) {
        return new IllegalArgumentException("a log must be a number from 0: log=" + log
                + "; use Math.floorMod for a hash code, which may be negative, or LogSet.ofHash");
    }

    /** Returns the only log of this set; -1 if it has several. */
    int single() {
        return single;
    }

    /** Whether this set contains a log. */
    boolean contains(int log) {
        return this == ALL || Arrays.binarySearch(logs, log) >= 0;
    }

    /** Returns the highest log number; -1 for all logs. */
    int largest() {
        return largest;
    }

    /** Returns the lowest log number; 0 for all logs. */
    int first() {
        return logs.length == 0 ? 0 : logs[0];
    }

    /**
     * Returns the logs in ascending order; for all logs, the numbers below {@code count}. The caller must not change
     * the array.
     */
    int[] logs(int count) {
        if (this != ALL) {
            return logs;
        }
        return count < ALL_OF.length ? ALL_OF[count] : IntStream.range(0, count).toArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogSet that && Arrays.equals(logs, that.logs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(logs);
    }

    @Override
    public String toString() {
        return this == ALL ? "LogSet[all]" : "LogSet" + Arrays.toString(logs);
    }
}
