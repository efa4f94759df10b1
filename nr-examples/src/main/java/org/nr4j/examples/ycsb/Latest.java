package org.nr4j.examples.ycsb;

import java.util.random.RandomGenerator;

/**
 * Draws numbers below a growing bound, of which the last are the most frequent. The distance to the bound is {@link
 * Zipfian}. One thread may use it.
 */
final class Latest {
    private Zipfian distance = new Zipfian(1);

    /** Draws a number from 0 to {@code items - 1}; {@code items} is at least 1. */
    long next(long items, RandomGenerator random) {
        if (distance.items() != items) {
            distance = new Zipfian(items);
        }
        return items - 1 - distance.next(random);
    }
}
