package org.nr4j.internal.log;

import org.jspecify.annotations.Nullable;

/**
 * The source of a follower: gives it the writes of the log or logs that it follows, one piece at a time. Only the
 * follower's task may call the methods, except {@link #indexes}, which any thread may call.
 *
 * @param <B> a piece, which the consumer receives in one call
 */
public interface Intake<B> {

    /** Returns the next piece, in order, or null if there is none at present. Throws if there will never be one. */
    @Nullable
    B poll();

    /** Whether there may be another piece since the last call of {@link #poll}. */
    boolean hasNext();

    /** Declares that the consumer is done with this piece, the last one polled. */
    void consumed(B piece);

    /** Returns the number of the first write not consumed, for each log followed. */
    long[] indexes();

    /** Drops what was taken and not polled. */
    void clear();
}
