package org.nr4j.server.session;

import java.util.concurrent.TimeUnit;

/** How many operations a second there were lately. One thread takes samples; any thread reads. */
final class OperationRate {
    private static final int SAMPLES = 16;

    private final long[] counts = new long[SAMPLES];
    private final long[] nanos = new long[SAMPLES];
    private long taken;
    private volatile long perSecond;

    /** Takes a sample: how many operations there were until now. A count below the last one starts anew. */
    void sample(long count) {
        long now = System.nanoTime();
        if (taken > 0 && count < counts[(int) ((taken - 1) % SAMPLES)]) {
            taken = 0;
        }
        int at = (int) (taken % SAMPLES);
        int oldest = taken < SAMPLES ? 0 : at;
        long elapsed = now - nanos[oldest];
        if (taken > 0 && elapsed > 0) {
            perSecond = Math.round((count - counts[oldest]) * (double) TimeUnit.SECONDS.toNanos(1) / elapsed);
        }
        counts[at] = count;
        nanos[at] = now;
        taken++;
    }

    long perSecond() {
        return perSecond;
    }
}
