package org.nr4j.bench;

import java.util.SplittableRandom;

/**
 * The arrival times of operations at one thread, as a Poisson process. One thread may use a schedule.
 *
 * <p>Such arrivals model calls from many independent users. Gaps are random, so arrivals come in bursts, and threads
 * collide by chance. With a fixed rate, threads would stay in step: they would collide always, or never.
 */
final class Schedule {
    /** Thirty years, in nanoseconds: later than any arrival. */
    private static final double NEVER_NANOS = 1e18;

    private final SplittableRandom random;
    private final double meanNanos;
    private final long start;

    /** The next arrival, in nanoseconds after {@link #start}. */
    private double nanos;

    /**
     * Creates a schedule.
     *
     * @param start an instant of {@link System#nanoTime()}; no arrival comes before it
     * @param meanNanos the mean of the gaps
     * @param seed equal seeds give equal schedules
     */
    Schedule(long start, double meanNanos, long seed) {
        this.random = new SplittableRandom(seed);
        this.meanNanos = meanNanos;
        this.start = start;
        advance();
    }

    /** Returns the instant of the next arrival. */
    long next() {
        return start + (long) Math.min(nanos, NEVER_NANOS);
    }

    /** Goes on to the following arrival. */
    void advance() {
        nanos += meanNanos * random.nextExponential();
    }
}
