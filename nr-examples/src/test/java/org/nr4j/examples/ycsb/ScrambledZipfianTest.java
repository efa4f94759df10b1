package org.nr4j.examples.ycsb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScrambledZipfianTest {
    private static final int DRAWS = 1_000_000;
    private static final int ITEMS = 1_000;

    /** YCSB's constant for a space of ten billion. */
    private static final double ZETA = 26.46902820178302;

    /** How much of all is drawn from the part of the space that is so large that it is spread evenly. */
    private static double even(int firstNumbers) {
        double share = 1;
        for (int i = 1; i <= firstNumbers; i++) {
            share -= Math.pow(i, -0.99) / ZETA;
        }
        return share;
    }

    private final Draws draws = Draws.of(DRAWS, ITEMS, new ScrambledZipfian(ITEMS)::next);

    @Test
    void next_mostPopular_whereItsHashIsAndAsOftenAsDefined() {
        double evenly = even(ITEMS) / ITEMS;

        for (int i = 0; i < 2; i++) {
            double share = Math.pow(i + 1, -0.99) / ZETA;
            int where = (int) (Fnv.hash(i) % ITEMS);
            assertThat(draws.share(where, where + 1)).isBetween(share + 0.5 * evenly, share + 3 * evenly);
        }
    }

    @Test
    void next_popularNumbers_inAllPartsOfTheRange() {
        int[] popular = IntStream.range(0, ITEMS)
                .boxed()
                .sorted((a, b) -> Long.compare(draws.count(b), draws.count(a)))
                .limit(40)
                .mapToInt(Integer::intValue)
                .toArray();

        for (int quarter = 0; quarter < 4; quarter++) {
            int from = quarter * ITEMS / 4;
            assertThat(IntStream.of(popular).filter(number -> number >= from && number < from + ITEMS / 4))
                    .hasSizeBetween(4, 20);
        }
    }

    @Test
    void next_manyDraws_everyNumberComes() {
        double leastExpected = DRAWS * even(1_000_000) / ITEMS;

        for (int number = 0; number < ITEMS; number++) {
            assertThat((double) draws.count(number)).isGreaterThan(leastExpected / 2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void next_fewItems_inRange(int items) {
        Draws few = Draws.of(10_000, items, new ScrambledZipfian(items)::next);

        assertThat(few.count(items - 1)).isPositive();
    }
}
