package org.nr4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final long START = -1_000_000; // the clock of the JVM may be below zero
    private static final int MANY = 200_000;

    @Test
    void arrivalsComeAtTheMeanRateAsAPoissonProcess() {
        Schedule schedule = new Schedule(START, /* meanNanos= */ 250.5, 1);
        double squares = 0;
        int longerThanMean = 0;
        long before = START;
        for (int i = 0; i < MANY; i++) {
            long gap = schedule.next() - before;
            assertThat(gap).isNotNegative();
            squares += (gap - 250.5) * (gap - 250.5);
            longerThanMean += gap > 250.5 ? 1 : 0;
            before = schedule.next();
            schedule.advance();
        }

        assertThat((before - START) / (double) MANY).isCloseTo(250.5, withPercentage(1));
        assertThat(Math.sqrt(squares / MANY)).as("deviation").isCloseTo(250.5, withPercentage(2));
        assertThat(longerThanMean / (double) MANY).isCloseTo(Math.exp(-1), withPercentage(2));
    }

    @Test
    void equalSeedsGiveEqualArrivals() {
        Schedule one = new Schedule(0, 1e6, 7);
        Schedule same = new Schedule(0, 1e6, 7);
        Schedule other = new Schedule(0, 1e6, 8);
        for (int i = 0; i < 10; i++) {
            assertThat(one.next()).isEqualTo(same.next()).isNotEqualTo(other.next());
            one.advance();
            same.advance();
            other.advance();
        }
    }
}
