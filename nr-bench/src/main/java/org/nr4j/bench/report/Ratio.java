package org.nr4j.bench.report;

/**
 * A ratio of two medians, and its interval given the noise.
 *
 * @param value the ratio of the medians
 * @param low low end of the interval; NaN if there are too few samples to know
 * @param high high end of the interval; NaN likewise
 */
record Ratio(double value, double low, double high) {
    /**
     * Two runs of one benchmark on one machine easily differ by this much: code is laid out and compiled slightly
     * differently, and memory lies elsewhere. A smaller difference is called even, however narrow the interval is.
     */
    static final double FLOOR = 0.05;

    /** The meaning of a ratio. */
    enum Verdict {
        MORE,
        LESS,
        EVEN,
        UNKNOWN
    }

    Verdict verdict() {
        if (Double.isNaN(low)) {
            return Verdict.UNKNOWN;
        }
        if (low > 1 && value > 1 + FLOOR) {
            return Verdict.MORE;
        }
        return high < 1 && value < 1 - FLOOR ? Verdict.LESS : Verdict.EVEN;
    }

    /** Returns the inverse ratio. */
    Ratio inverse() {
        return new Ratio(1 / value, 1 / high, 1 / low);
    }
}
