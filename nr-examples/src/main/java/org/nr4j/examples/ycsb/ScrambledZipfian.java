package org.nr4j.examples.ycsb;

import java.util.random.RandomGenerator;

/**
 * Numbers of which a few are drawn often, as of {@link Zipfian}, but these few lie anywhere: a zipfian number of a
 * large space is hashed to one of those wanted. Immutable.
 */
final class ScrambledZipfian {
    /** YCSB's space. Drawing from a fixed one, how popular the first few are does not depend on how many there are. */
    private static final Zipfian POPULARITY = new Zipfian(10_000_000_000L);

    private final long items;

    /** Of numbers from 0 to less than {@code items}, which is at least 1. */
    ScrambledZipfian(long items) {
        this.items = items;
    }

    long next(RandomGenerator random) {
        return Fnv.hash(POPULARITY.next(random)) % items;
    }
}
