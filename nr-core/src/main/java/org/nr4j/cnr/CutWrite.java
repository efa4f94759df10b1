package org.nr4j.cnr;

/**
 * A write, as a follower receives it.
 *
 * @param <W> the operations that write
 * @param op the operation
 * @param logs the logs of the operation. In an atomic batch of several logs: the logs of the whole batch
 * @param index the number of the operation in the first of these logs. All operations of an atomic batch of several
 *     logs have the same number
 */
public record CutWrite<W>(W op, LogSet logs, long index) {

    /** Returns the first log of the operation: the log that {@link #index} refers to. */
    public int log() {
        return logs.first();
    }
}
