package org.nr4j.examples.ycsb;

import java.util.random.RandomGenerator;

/**
 * Numbers of which a few are drawn often and most hardly ever: number {@code i}, from 0 on, with a probability
 * proportional to {@code 1 / (i + 1)^0.99}. Immutable.
 *
 * <p>Drawn in constant time by the method of Gray, Sundaresan, Englert, Baclawski and Weinberger, "Quickly Generating
 * Billion-Record Synthetic Databases", SIGMOD 1994, which YCSB uses. It is exact for numbers 0 and 1; the others share
 * what is left along a continuous curve, by which number 2 comes up to a fifth too often, and from number 10 on each is
 * within a few percent of its due.
 */
public final class Zipfian {
    /** YCSB's: how uneven the distribution is, from 0, for not at all, to less than 1. */
    static final double THETA = 0.99;

    /** How many terms {@link #zeta} adds one by one: enough for an error below that of {@code double}. */
    private static final int SINGLE_TERMS = 1_000;

    private static final double SUM_OF_SINGLE_TERMS = sum(SINGLE_TERMS);
    private static final double ZETA_OF_TWO = zeta(2);

    private final long items;
    private final double zeta;
    private final double eta;

    /** Of numbers from 0 to less than {@code items}, which is at least 1. */
    public Zipfian(long items) {
        this.items = items;
        this.zeta = zeta(items);
        this.eta = (1 - Math.pow(2.0 / items, 1 - THETA)) / (1 - ZETA_OF_TWO / zeta);
    }

    long items() {
        return items;
    }

    /** Draws one, from 0 to less than the number of items. */
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
        return Math.min(number, items - 1); // rounding can make u as good as 1
    }

    /**
     * The sum of {@code 1 / i^0.99} for {@code i} from 1 to {@code n}. Beyond the first terms by the formula of Euler
     * and Maclaurin, for which billions of terms are no work.
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
