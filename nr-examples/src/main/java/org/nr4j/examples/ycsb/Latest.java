package org.nr4j.examples.ycsb;

import java.util.random.RandomGenerator;

/**
 * Numbers below a growing bound, the last of which are drawn most often: how far back is {@link Zipfian}. For one
 * thread.
 */
final class Latest {
    private Zipfian distance = new Zipfian(1);

    /** A number from 0 to less than {@code items}, which is at least 1. */
    long next(long items, RandomGenerator random) {
        if (distance.items() != items) {
            distance = new Zipfian(items);
        }
        return items - 1 - distance.next(random);
    }
}
