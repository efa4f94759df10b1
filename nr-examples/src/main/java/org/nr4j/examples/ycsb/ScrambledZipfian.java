package org.nr4j.examples.ycsb;

import java.util.random.RandomGenerator;

/**
 * Draws numbers of which a few are frequent, like {@link Zipfian}, but these few lie anywhere. It hashes a zipfian
 * number of a large space to one of the wanted numbers. Immutable.
 */
final class ScrambledZipfian {
    /** YCSB's space. It is fixed, so the popularity of the first few does not depend on how many numbers there are. */
    private static final Zipfian POPULARITY = new Zipfian(10_000_000_000L);

    private final long items;

    /** Creates a distribution over the numbers from 0 to {@code items - 1}; {@code items} is at least 1. */
    ScrambledZipfian(long items) {
        this.items = items;
    }

    long next(RandomGenerator random) {
        return Fnv.hash(POPULARITY.next(random)) % items;
    }
}
