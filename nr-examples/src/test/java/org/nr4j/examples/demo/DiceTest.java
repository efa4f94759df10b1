package org.nr4j.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DiceTest {
    private static final int THROWS = 60_000;

    @Test
    void below_manyThrows_eachNumberAboutAsOften() {
        Dice dice = new Dice(1);
        int[] counts = new int[6];
        for (int i = 0; i < THROWS; i++) {
            counts[dice.below(6)]++;
        }
        for (int count : counts) {
            assertThat(count).isBetween(THROWS / 6 - 500, THROWS / 6 + 500);
        }
    }

    @Test
    void below_boundsAtTheEnds_inRange() {
        Dice dice = new Dice(2);
        for (int i = 0; i < THROWS; i++) {
            assertThat(dice.below(1)).isZero();
            assertThat(dice.below(Integer.MAX_VALUE)).isNotNegative();
        }
    }

    @Test
    void coin_manyThrows_fair() {
        Dice dice = new Dice(3);
        int heads = 0;
        for (int i = 0; i < THROWS; i++) {
            heads += dice.coin() ? 1 : 0;
        }
        assertThat(heads).isBetween(THROWS / 2 - 1000, THROWS / 2 + 1000);
    }
}
