package org.nr4j.internal.multilog;

import java.util.Arrays;
import java.util.List;

/**
 * A cut: what a follower of several logs receives in one call. It contains all writes between two moments, in an order
 * in which a replica could have applied them. Immutable.
 */
public final class LogsCut {
    private final long[] before;
    private final long[] after;
    private final List<Stretch> stretches;

    /** A run of consecutive writes of one log, or the writes of one multi-log operation. */
    public static final class Stretch {
        private final int[] logs;

        /**
         * The number of the first write. The writes of a multi-log operation share one number: this is the one in the
         * first of its logs.
         */
        private final long index;

        private final List<?> writes;

        Stretch(int[] logs, long index, List<?> writes) {
            this.logs = logs;
            this.index = index;
            this.writes = writes;
        }

        /** Returns the logs of these writes, ascending. Callers must not change the array. */
        public int[] logs() {
            return logs;
        }

        /** The writes. */
        public List<?> writes() {
            return writes;
        }

        /** Returns the number of the {@code i}th write in the first of its logs. */
        public long index(int i) {
            return logs.length == 1 ? index + i : index;
        }
    }

    LogsCut(long[] before, long[] after, List<Stretch> stretches) {
        this.before = before;
        this.after = after;
        this.stretches = List.copyOf(stretches);
    }

    /** Returns a cut of one run of writes, for an instance with a single log. */
    static LogsCut ofOneLog(long index, List<?> writes) {
        return new LogsCut(
                new long[] {index},
                new long[] {index + writes.size()},
                List.of(new Stretch(new int[] {0}, index, writes)));
    }

    /** Returns how many writes of each log came before this cut. */
    public long[] before() {
        return before.clone();
    }

    /** Returns how many writes of each log there are up to the end of this cut. */
    public long[] after() {
        return after.clone();
    }

    /** Returns the number of the next write in each log. Callers must not change the array. */
    long[] end() {
        return after;
    }

    /** The writes. */
    public List<Stretch> stretches() {
        return stretches;
    }

    @Override
    public String toString() {
        return "from " + Arrays.toString(before) + " to " + Arrays.toString(after);
    }
}
