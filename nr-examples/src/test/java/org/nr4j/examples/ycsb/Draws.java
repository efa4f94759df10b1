package org.nr4j.examples.ycsb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;

/** What many draws from a generator gave, always the same ones. */
final class Draws {
    private static final long SEED = 7;
    private static final int DEVIATIONS = 5;

    private final int draws;
    private final long[] counts;

    private Draws(int draws, int items) {
        this.draws = draws;
        this.counts = new long[items];
    }

    /** Draws so often; a number that is not from 0 to less than {@code items} fails the test. */
    static Draws of(int draws, int items, ToLongFunction<RandomGenerator> generator) {
        Draws result = new Draws(draws, items);
        RandomGenerator random = new SplittableRandom(SEED);
        for (int i = 0; i < draws; i++) {
            long number = generator.applyAsLong(random);
            if (number < 0 || number >= items) { // AssertJ would take longer than the draw
                throw new AssertionError("out of range: " + number);
            }
            result.counts[(int) number]++;
        }
        return result;
    }

    long count(int number) {
        return counts[number];
    }

    /** The share of draws that gave a number from {@code from} to less than {@code to}. */
    double share(int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += counts[i];
        }
        return (double) sum / draws;
    }

    /** A number must have come as often as it should, but for chance. */
    void assertProbability(int number, double probability) {
        assertThat((double) counts[number])
                .as("draws of %d", number)
                .isBetween(draws * probability - slack(probability), draws * probability + slack(probability));
    }

    private double slack(double probability) {
        return DEVIATIONS * Math.sqrt(draws * probability * (1 - probability));
    }
}
