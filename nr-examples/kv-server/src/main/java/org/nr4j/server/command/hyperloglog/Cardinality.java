package org.nr4j.server.command.hyperloglog;

/**
 * The estimate of how many elements registers have seen. It is the improved raw estimator of Otmar Ertl, "New
 * cardinality estimation algorithms for HyperLogLog sketches", 2017, algorithm 6.
 */
final class Cardinality {
    /** The limit of the correction factor for many registers: 1 / (2 ln 2). */
    private static final double ALPHA = 0.7213475204444817;

    /** How many registers have each value. */
    private final int[] histogram = new int[Registers.LARGEST + 1];

    /** Counts registers of a value. */
    void add(int value, int registers) {
        histogram[value] += registers;
    }

    /** Returns the estimate. */
    long estimate() {
        double registers = Registers.COUNT;
        double z = registers * tau((registers - histogram[Registers.HASH_BITS + 1]) / registers);
        for (int value = Registers.HASH_BITS; value >= 1; value--) {
            z = (z + histogram[value]) * 0.5;
        }
        z += registers * sigma(histogram[0] / registers);
        return round(ALPHA * registers * registers / z);
    }

    /** Only a damaged string has so high values in all registers that the estimate is infinite. Redis answers this. */
    private static long round(double value) {
        if (Double.isInfinite(value)) {
            return Long.MIN_VALUE;
        }
        long floor = (long) value;
        return value - floor >= 0.5 ? floor + 1 : floor;
    }

    private static double tau(double share) {
        if (share == 0 || share == 1) {
            return 0;
        }
        double root = share;
        double weight = 1;
        double z = 1 - share;
        double before;
        do {
            before = z;
            root = StrictMath.sqrt(root);
            weight *= 0.5;
            z -= (1 - root) * (1 - root) * weight;
        } while (before != z);
        return z / 3;
    }

    private static double sigma(double share) {
        if (share == 1) {
            return Double.POSITIVE_INFINITY;
        }
        double power = share;
        double weight = 1;
        double z = share;
        double before;
        do {
            before = z;
            power *= power;
            z += power * weight;
            weight += weight;
        } while (before != z);
        return z;
    }
}
