package org.nr4j.cnr;

/**
 * A write, as a follower receives it.
 *
 * @param <W> the operations that write
 * @param op the operation
 * @param logs the logs it belongs to; of an atomic batch of several logs, those of the whole batch
 * @param index its number in the first of these logs; the operations of an atomic batch of several logs have the same one
 */
public record CutWrite<W>(W op, LogSet logs, long index) {

    /** The first of the logs it belongs to: the one in which it has the number {@link #index}. */
    public int log() {
        return logs.first();
    }
}
