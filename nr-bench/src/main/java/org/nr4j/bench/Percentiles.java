package org.nr4j.bench;

import java.io.Serializable;
import org.HdrHistogram.Histogram;

/** Percentiles of latencies in microseconds, and the number of operations. All are zero if there were no operations. */
record Percentiles(long count, double p50, double p99, double p999, double max) implements Serializable {
    /** Longer latencies are recorded as this, in nanoseconds. */
    private static final long LONGEST_NANOS = 1_000_000_000_000L;

    /**
     * The precision, in decimal digits: values are right within 1 %. With one more digit, a histogram would take a
     * quarter of a megabyte and push the measured structure out of the caches.
     */
    private static final int DIGITS = 2;

    static Histogram newHistogram() {
        return new Histogram(LONGEST_NANOS, DIGITS);
    }

    /** Records one latency. */
    static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.max(0, Math.min(nanos, LONGEST_NANOS)));
    }

    static Percentiles of(Histogram histogram) {
        return new Percentiles(
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50) / 1e3,
                histogram.getValueAtPercentile(99) / 1e3,
                histogram.getValueAtPercentile(99.9) / 1e3,
                histogram.getMaxValue() / 1e3);
    }
}
