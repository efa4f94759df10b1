package org.nr4j.internal.log;

import org.jspecify.annotations.Nullable;

/**
 * What a follower takes from the log or logs it follows, a piece at a time. For the follower's task; {@link #indexes}
 * for any thread.
 *
 * @param <B> a piece, which the consumer receives in one call
 */
public interface Intake<B> {

    /** The next piece, in order, or null if there is none at the moment. Throws if there never will be one. */
    @Nullable
    B poll();

    /** Whether there may be another piece since the last call of {@link #poll}. */
    boolean hasNext();

    /** The consumer has dealt with that piece, the last one polled. */
    void consumed(B piece);

    /** For each log followed, the number of the first write not consumed. */
    long[] indexes();

    /** Lets go of what was taken. */
    void clear();
}
