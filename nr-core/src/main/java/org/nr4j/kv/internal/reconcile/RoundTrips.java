package org.nr4j.kv.internal.reconcile;

/**
 * How long to wait for an answer, from the round trips so far: their smoothed mean, and four times their smoothed
 * deviation, as in RFC 6298. Times are in nanoseconds. For one thread at a time.
 */
final class RoundTrips {
    private static final long FIRST = 100_000_000;
    private static final long LEAST_MARGIN = 1_000_000;
    private static final long MOST = 2_000_000_000;

    private long mean;
    private long deviation;
    private boolean measured;

    /** Adds a round trip of a frame that was sent once. */
    void add(long nanos) {
        if (!measured) {
            mean = nanos;
            deviation = nanos / 2;
            measured = true;
            return;
        }
        deviation += (Math.abs(nanos - mean) - deviation) / 4;
        mean += (nanos - mean) / 8;
    }

    /** Returns how long to wait. Each earlier attempt doubles it. */
    long timeout(int attempts) {
        long base = measured ? mean + Math.max(4 * deviation, LEAST_MARGIN) : FIRST;
        return Math.min(MOST, base << Math.min(attempts - 1, 16));
    }
}
