package org.nr4j.bench;

import java.util.SplittableRandom;

/**
 * The arrival times of operations at one thread, as a Poisson process. One thread may use a schedule.
 *
 * <p>Such arrivals model calls from many independent users. Gaps are random, so arrivals come in bursts and threads
 * meet by chance. With a fixed rate, all threads would keep one step: they would always meet, or never.
 */
final class Schedule {
    /** Thirty years. */
    private static final double NEVER_NANOS = 1e18;

    private final SplittableRandom random;
    private final double meanNanos;
    private final long start;

    /** Of the next arrival, from {@link #start}. */
    private double nanos;

    /**
     * A schedule.
     *
     * @param start an instant of {@link System#nanoTime()} that no arrival comes before
     * @param meanNanos the mean of the gaps
     * @param seed equal seeds give equal schedules
     */
    Schedule(long start, double meanNanos, long seed) {
        this.random = new SplittableRandom(seed);
        this.meanNanos = meanNanos;
        this.start = start;
        advance();
    }

    /** The instant of the next arrival. */
    long next() {
        return start + (long) Math.min(nanos, NEVER_NANOS);
    }

    /** Goes on to the one after it. */
    void advance() {
        nanos += meanNanos * random.nextExponential();
    }
}
