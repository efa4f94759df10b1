package org.nr4j.bench.report;

/**
 * A ratio of two medians and what noise allows it to be.
 *
 * @param value of the medians
 * @param low end of the interval; NaN if there are too few samples to know
 * @param high end of the interval; NaN likewise
 */
record Ratio(double value, double low, double high) {
    /**
     * Two runs of one benchmark on one machine easily differ by so much: the code is laid out and compiled a little
     * differently, memory lies elsewhere. What is less is called even, however narrow the interval.
     */
    static final double FLOOR = 0.05;

    /** What a ratio says. */
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

    /** Of the inverse. */
    Ratio inverse() {
        return new Ratio(1 / value, 1 / high, 1 / low);
    }
}
