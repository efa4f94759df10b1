package org.nr4j.examples.ycsb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZipfianTest {
    private static final int DRAWS = 2_000_000;
    private static final double LARGEST_BELOW_ONE = Math.nextDown(1.0);

    /** What a zipfian number is by definition. */
    private static double probability(int number, int items) {
        return share(number, number + 1, items);
    }

    private static double sum(int items) {
        double sum = 0;
        for (int i = items; i > 0; i--) {
            sum += Math.pow(i, -0.99);
        }
        return sum;
    }

    private static double share(int from, int to, int items) {
        return (sum(to) - sum(from)) / sum(items);
    }

    /** A generator whose next number between 0 and 1 is known. */
    private static RandomGenerator giving(double u) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new UnsupportedOperationException();
            }

            @Override
            public double nextDouble() {
                return u;
            }
        };
    }

    @Test
    void theta_isThatOfYcsb() {
        assertThat(Zipfian.THETA).isEqualTo(0.99);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 999, 1_000, 1_001, 1_002, 2_000, 1_000_000})
    void zeta_sumAddedTermByTerm_isEqual(int n) {
        assertThat(Zipfian.zeta(n)).isCloseTo(sum(n), within(1e-11));
    }

    @Test
    void zeta_tenBillion_isYcsbsConstant() {
        assertThat(Zipfian.zeta(10_000_000_000L)).isCloseTo(26.46902820178302, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 100, 1_000, 100_000})
    void next_firstTwoNumbers_asOftenAsDefined(int items) {
        Zipfian zipfian = new Zipfian(items);
        Draws draws = Draws.of(DRAWS, items, zipfian::next);

        draws.assertProbability(0, probability(0, items));
        draws.assertProbability(1, probability(1, items));
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 100_000})
    void next_otherNumbers_asOftenAsDefinedBesidesWhatGraysMethodIsOff(int items) {
        Zipfian zipfian = new Zipfian(items);
        Draws draws = Draws.of(DRAWS, items, zipfian::next);

        for (int number = 2; number < 10; number++) {
            assertThat(draws.share(number, number + 1) / probability(number, items))
                    .as("number %d", number)
                    .isBetween(0.99, 1.2);
        }
        for (int from = 10; from < items; from *= 2) {
            int to = Math.min(2 * from, items);
            assertThat(draws.share(from, to) / share(from, to, items))
                    .as("numbers %d to %d", from, to - 1)
                    .isBetween(0.94, 1.03);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 1_000, 1_000_000, 10_000_000_000L})
    void next_atTheEndsOfChance_firstAndLastNumber(long items) {
        Zipfian zipfian = new Zipfian(items);

        assertThat(zipfian.next(giving(0))).isZero();
        assertThat(zipfian.next(giving(LARGEST_BELOW_ONE))).isEqualTo(items - 1);
    }

    @Test
    void next_oneNumber_thatOne() {
        Draws.of(1_000, 1, new Zipfian(1)::next);
    }

    @Test
    void next_twoNumbers_asOftenAsDefined() {
        Draws draws = Draws.of(DRAWS, 2, new Zipfian(2)::next);

        draws.assertProbability(0, probability(0, 2));
    }
}
