package org.nr4j.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void median_oddAndEven() {
        assertThat(Statistics.median(new double[] {3, 1, 2})).isEqualTo(2);
        assertThat(Statistics.median(new double[] {4, 1, 2, 3})).isEqualTo(2.5);
        assertThat(Statistics.median(List.of(new double[] {1}, new double[] {5, 3})))
                .isEqualTo(3);
        assertThatIllegalArgumentException().isThrownBy(() -> Statistics.median(new double[0]));
    }

    @Test
    void ratio_clearlyApart_isMoreOrLess() {
        Ratio ratio = Statistics.ratio(List.of(samples(1, 200, 0.05)), List.of(samples(2, 100, 0.05)));

        assertThat(ratio.value()).isCloseTo(2, within(0.15));
        assertThat(ratio.low()).isLessThan(ratio.value());
        assertThat(ratio.high()).isGreaterThan(ratio.value());
        assertThat(ratio.verdict()).isEqualTo(Ratio.Verdict.MORE);
        assertThat(ratio.inverse().verdict()).isEqualTo(Ratio.Verdict.LESS);
    }

    /** One in a hundred is what 99 % allow; with few samples a bootstrap is too sure of itself, so three. */
    @Test
    void ratio_ofEquals_isSeldomSaidToDiffer() {
        int wrong = 0;
        for (int i = 0; i < 200; i++) {
            Ratio ratio = Statistics.ratio(
                    List.of(samples(4 * i, 100, 0.1), samples(4 * i + 1, 100, 0.1)),
                    List.of(samples(4 * i + 2, 100, 0.1), samples(4 * i + 3, 100, 0.1)));
            wrong += ratio.verdict() == Ratio.Verdict.EVEN ? 0 : 1;
        }
        assertThat(wrong).isLessThanOrEqualTo(6);
    }

    @Test
    void ratio_runsThatDiffer_widenTheInterval() {
        List<double[]> base = List.of(samples(1, 100, 0.01), samples(2, 100, 0.01), samples(3, 100, 0.01));
        List<double[]> steady = List.of(samples(4, 110, 0.01), samples(5, 110, 0.01), samples(6, 110, 0.01));
        List<double[]> unsteady = List.of(samples(4, 90, 0.01), samples(5, 110, 0.01), samples(6, 130, 0.01));

        assertThat(Statistics.ratio(steady, base).verdict()).isEqualTo(Ratio.Verdict.MORE);
        assertThat(Statistics.ratio(unsteady, base).verdict()).isEqualTo(Ratio.Verdict.EVEN);
    }

    @Test
    void ratio_differenceBelowTheFloor_isEven() {
        Ratio ratio = Statistics.ratio(List.of(samples(1, 103, 0.001)), List.of(samples(2, 100, 0.001)));

        assertThat(ratio.low()).isGreaterThan(1);
        assertThat(ratio.verdict()).isEqualTo(Ratio.Verdict.EVEN);
    }

    @Test
    void ratio_singleSample_isUnknown() {
        Ratio ratio = Statistics.ratio(List.of(new double[] {2}), List.of(samples(1, 1, 0.1)));

        assertThat(ratio.verdict()).isEqualTo(Ratio.Verdict.UNKNOWN);
        assertThat(ratio.inverse().verdict()).isEqualTo(Ratio.Verdict.UNKNOWN);
    }

    private static double[] samples(int seed, double mean, double deviation) {
        Random random = new Random(seed);
        double[] samples = new double[10];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = mean * (1 + deviation * random.nextGaussian());
        }
        return samples;
    }
}
