package org.nr4j.internal.multilog;

import java.util.Arrays;
import java.util.List;

/**
 * What a follower of several logs receives in one call: all writes between two moments, in an order in which a replica
 * could have applied them. Immutable.
 */
public final class LogsCut {
    private final long[] before;
    private final long[] after;
    private final List<Stretch> stretches;

    /** Writes that follow each other in their log, or the writes of one operation of several logs. */
    public static final class Stretch {
        private final int[] logs;

        /** The number of the first one; of several logs, that of all in the first log. */
        private final long index;

        private final List<?> writes;

        Stretch(int[] logs, long index, List<?> writes) {
            this.logs = logs;
            this.index = index;
            this.writes = writes;
        }

        /** The logs they belong to, ascending; not to be changed. */
        public int[] logs() {
            return logs;
        }

        /** The writes. */
        public List<?> writes() {
            return writes;
        }

        /** The number of the {@code i}th one in its first log. */
        public long index(int i) {
            return logs.length == 1 ? index + i : index;
        }
    }

    LogsCut(long[] before, long[] after, List<Stretch> stretches) {
        this.before = before;
        this.after = after;
        this.stretches = List.copyOf(stretches);
    }

    /** A run of writes of the only log. */
    static LogsCut ofOneLog(long index, List<?> writes) {
        return new LogsCut(
                new long[] {index},
                new long[] {index + writes.size()},
                List.of(new Stretch(new int[] {0}, index, writes)));
    }

    /** How many writes of each log came before. */
    public long[] before() {
        return before.clone();
    }

    /** How many writes of each log there are with these. */
    public long[] after() {
        return after.clone();
    }

    /** The number of the next write in each log; not to be changed. */
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
