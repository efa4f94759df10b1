package org.nr4j.bench;

import java.io.Serializable;
import java.util.Arrays;

/**
 * How evenly threads progressed.
 *
 * @param leastOfMost the operations of the slowest thread divided by those of the fastest; 1 if all are equal
 * @param jain Jain's index: 1 if all are equal, 1/n if one of n threads did everything
 */
record Fairness(double leastOfMost, double jain) implements Serializable {
    /** Computes fairness from the rates of all threads; NaN if none did anything. */
    static Fairness of(double... rates) {
        double sum = Arrays.stream(rates).sum();
        double squares = Arrays.stream(rates).map(rate -> rate * rate).sum();
        double least = Arrays.stream(rates).min().orElse(Double.NaN);
        double most = Arrays.stream(rates).max().orElse(Double.NaN);
        return new Fairness(least / most, sum * sum / (rates.length * squares));
    }
}
