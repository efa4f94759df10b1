package org.nr4j.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatenciesTest {
    @Test
    void classOf_anyTime_classHoldsItWithinAnEighth() {
        for (long nanos = 0; nanos >= 0 && nanos < Long.MAX_VALUE / 2; nanos = nanos + 1 + nanos / 10) {
            int index = Latencies.classOf(nanos);
            assertThat(Latencies.largestIn(index)).isBetween(nanos, nanos + nanos / 8);
            assertThat(Latencies.classOf(Latencies.largestIn(index))).isEqualTo(index);
            assertThat(Latencies.classOf(Latencies.largestIn(index) + 1)).isEqualTo(index + 1);
        }
    }

    @Test
    void record_longestTime_hasAClass() {
        Latencies latencies = new Latencies();
        latencies.record(Long.MAX_VALUE);
        assertThat(latencies.quantile(0.5)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void quantile_hundredSamples_countedFromTheSmallest() {
        Latencies some = new Latencies();
        Latencies others = new Latencies();
        for (int i = 0; i < 50; i++) {
            some.record(1);
            others.record(i == 49 ? 7 : 2);
        }
        some.addAll(others);

        assertThat(some.quantile(0.5)).isEqualTo(1);
        assertThat(some.quantile(0.51)).isEqualTo(2);
        assertThat(some.quantile(0.99)).isEqualTo(2);
        assertThat(some.quantile(1)).isEqualTo(7);
    }

    @Test
    void quantile_noSamples_zero() {
        assertThat(new Latencies().quantile(0.5)).isZero();
    }
}
