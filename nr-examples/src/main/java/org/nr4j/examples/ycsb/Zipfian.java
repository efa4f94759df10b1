package org.nr4j.examples.ycsb;

import java.util.random.RandomGenerator;

/**
 * Draws numbers of which a few are frequent and most are rare. Number {@code i}, from 0 on, has a probability
 * proportional to {@code 1 / (i + 1)^0.99}. Immutable.
 *
 * <p>Drawing takes constant time, by the method of Gray, Sundaresan, Englert, Baclawski and Weinberger, "Quickly
 * Generating Billion-Record Synthetic Databases", SIGMOD 1994, which YCSB uses. The method is exact for numbers 0 and
 * 1. A continuous curve distributes the remaining probability over the others. As a result, number 2 comes up to a
 * fifth too often, and each number from 10 on is within a few percent of its exact probability.
 */
public final class Zipfian {
    /** YCSB's constant for how uneven the distribution is: 0 is even, and the value is less than 1. */
    static final double THETA = 0.99;

    /** How many terms {@link #zeta} adds one by one: enough for an error below that of {@code double}. */
    private static final int SINGLE_TERMS = 1_000;

    private static final double SUM_OF_SINGLE_TERMS = sum(SINGLE_TERMS);
    private static final double ZETA_OF_TWO = zeta(2);

    private final long items;
    private final double zeta;
    private final double eta;

    /** Creates a distribution over the numbers from 0 to {@code items - 1}; {@code items} is at least 1. */
    public Zipfian(long items) {
        this.items = items;
        this.zeta = zeta(items);
        this.eta = (1 - Math.pow(2.0 / items, 1 - THETA)) / (1 - ZETA_OF_TWO / zeta);
    }

    long items() {
        return items;
    }

    /** Draws a number from 0 to {@code items - 1}. */
    public long next(RandomGenerator random) {
        double u = random.nextDouble();
        double uz = u * zeta;
        if (uz < 1) {
            return 0;
        }
        if (uz < ZETA_OF_TWO) {
            return 1;
        }
        long number = (long) (items * Math.pow(eta * u - eta + 1, 1 / (1 - THETA)));
        return Math.min(number, items - 1); // rounding can make u almost 1
    }

    /**
     * Returns the sum of {@code 1 / i^0.99} for {@code i} from 1 to {@code n}. After the first terms it uses the
     * formula of Euler and Maclaurin, so billions of terms cost nothing.
     */
    static double zeta(long n) {
        return n <= SINGLE_TERMS ? sum(n) : SUM_OF_SINGLE_TERMS + antiderivative(n) - antiderivative(SINGLE_TERMS);
    }

    private static double sum(long terms) {
        double sum = 0;
        for (long i = 1; i <= terms; i++) {
            sum += term(i);
        }
        return sum;
    }

    private static double antiderivative(double x) {
        return Math.pow(x, 1 - THETA) / (1 - THETA) + term(x) / 2 - THETA * term(x) / x / 12;
    }

    private static double term(double x) {
        return Math.pow(x, -THETA);
    }
}
