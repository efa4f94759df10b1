package org.nr4j.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShrinkingTest {
    @Test
    void run_failing_reportsAShortestSequence() {
        assertThatThrownBy(() -> Shrinking.run(new SplittableRandom(1), 1_000, random -> random.nextInt(100), steps -> {
                    if (steps.indexOf(7) >= 0 && steps.lastIndexOf(42) > steps.indexOf(7)) {
                        throw new IllegalStateException("seven before forty-two");
                    }
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("1000 steps fail, and so do these 2 of them")
                .hasMessageContaining("seven before forty-two")
                .hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void run_notFailing_returns() {
        assertThatCode(() -> Shrinking.run(new SplittableRandom(1), 10, random -> 1, steps -> {}))
                .doesNotThrowAnyException();
    }
}
