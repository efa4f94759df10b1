package org.nr4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class FairnessTest {
    private static final Offset<Double> EXACT = Offset.offset(1e-12);

    @Test
    void isOneAmongEquals() {
        assertThat(Fairness.of(3, 3, 3)).isEqualTo(new Fairness(1, 1));
        assertThat(Fairness.of(5)).isEqualTo(new Fairness(1, 1));
    }

    @Test
    void isLeastWhereOneDoesEverything() {
        assertThat(Fairness.of(0, 8, 0, 0)).isEqualTo(new Fairness(0, 0.25));
    }

    @Test
    void isBetweenOtherwise() {
        Fairness fairness = Fairness.of(1, 2, 3); // 36 / (3 * 14)

        assertThat(fairness.leastOfMost()).isEqualTo(1 / 3.0, EXACT);
        assertThat(fairness.jain()).isEqualTo(36 / 42.0, EXACT);
    }
}
