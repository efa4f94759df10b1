package org.nr4j.examples.demo;

/**
 * The durations of sampled operations, in classes an eighth of a power of two wide. One thread at a time may use it.
 */
final class Latencies {
    private static final int CLASSES_PER_DOUBLING = 8;
    private static final int EXACT_BITS = 3;

    private final long[] samples = new long[CLASSES_PER_DOUBLING * (Long.SIZE - EXACT_BITS)];
    private long count;

    void record(long nanos) {
        samples[classOf(Math.max(0, nanos))]++;
        count++;
    }

    void addAll(Latencies other) {
        for (int i = 0; i < samples.length; i++) {
            samples[i] += other.samples[i];
        }
        count += other.count;
    }

    /**
     * Returns the nanoseconds that the given share of samples did not exceed, to within an eighth; 0 if there are none.
     */
    long quantile(double share) {
        long wanted = (long) Math.ceil(share * count);
        long seen = 0;
        for (int i = 0; i < samples.length; i++) {
            seen += samples[i];
            if (seen >= wanted && seen > 0) {
                return largestIn(i);
            }
        }
        return 0;
    }

    /**
     * Returns the class. Numbers below 8 have a class each; the highest bit and the three after it decide for others.
     */
    static int classOf(long nanos) {
        if (nanos < CLASSES_PER_DOUBLING) {
            return (int) nanos;
        }
        int shift = Long.SIZE - 1 - EXACT_BITS - Long.numberOfLeadingZeros(nanos);
        return shift * CLASSES_PER_DOUBLING + (int) (nanos >>> shift);
    }

    static long largestIn(int index) {
        if (index < 2 * CLASSES_PER_DOUBLING) {
            return index;
        }
        int shift = index / CLASSES_PER_DOUBLING - 1;
        long leading = index % CLASSES_PER_DOUBLING + CLASSES_PER_DOUBLING;
        return ((leading + 1) << shift) - 1;
    }
}
