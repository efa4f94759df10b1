package org.nr4j.examples.ycsb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LatestTest {
    private static final int DRAWS = 1_000_000;
    private static final int ITEMS = 1_000;

    private final Latest latest = new Latest();

    @Test
    void next_newest_mostOftenAndAsDefined() {
        Draws draws = Draws.of(DRAWS, ITEMS, random -> latest.next(ITEMS, random));

        double zeta = Zipfian.zeta(ITEMS);
        draws.assertProbability(ITEMS - 1, 1 / zeta);
        draws.assertProbability(ITEMS - 2, Math.pow(2, -0.99) / zeta);
        assertThat(draws.share(ITEMS / 2, ITEMS)).isBetween(0.89, 0.93);
        assertThat(draws.count(0)).isPositive();
    }

    @Test
    void next_moreItems_theNewestOfThem() {
        latest.next(ITEMS, new SplittableRandom(1));
        Draws draws = Draws.of(DRAWS, 2 * ITEMS, random -> latest.next(2 * ITEMS, random));

        draws.assertProbability(2 * ITEMS - 1, 1 / Zipfian.zeta(2 * ITEMS));
        assertThat(draws.count(0)).isPositive();
    }

    @Test
    void next_anyNumberOfItems_inRange() {
        for (int items = 1; items <= 300; items++) {
            long n = items;
            Draws.of(300, items, random -> latest.next(n, random));
        }
    }
}
