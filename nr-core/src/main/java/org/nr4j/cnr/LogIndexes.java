package org.nr4j.cnr;

import java.util.Arrays;

/**
 * For each log, how many writes it has up to some point; this is also the number of its next write.
 *
 * <p>The writes of a log are numbered from 0, in the order of the log. A write of several logs has a number in each of
 * them. An atomic batch of several logs has one number in each, however many operations it has.
 *
 * <p>Immutable.
 */
public final class LogIndexes {
    private final long[] indexes;

    LogIndexes(long[] indexes) {
        this.indexes = indexes.clone();
    }

    /**
     * Returns how many writes a log has.
     *
     * @param log the number of the log, from 0
     * @throws IndexOutOfBoundsException if there is no such log
     */
    public long of(int log) {
        return indexes[log];
    }

    /** Returns the number of logs. */
    public int logs() {
        return indexes.length;
    }

    /** Returns the sum over all logs. A write of several logs counts in each. */
    public long total() {
        return Arrays.stream(indexes).sum();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogIndexes that && Arrays.equals(indexes, that.indexes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(indexes);
    }

    @Override
    public String toString() {
        return Arrays.toString(indexes);
    }
}
