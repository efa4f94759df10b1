package org.nr4j.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final String SAME = Lines.rate("TreeMap", "jdk", 0, 2, 9, 10, 11);

    private final Results before = Lines.parse(
            Lines.ENVIRONMENT,
            SAME,
            Lines.rate("TreeMap", "nr", 0, 2, 99, 100, 101),
            Lines.rate("TreeMap", "nr", 10, 2, 49, 50, 51),
            Lines.rate("TreeMap", "nr", 50, 2, 5));
    private final Results after = Lines.parse(
            Lines.ENVIRONMENT.replace("17", "25"),
            SAME,
            Lines.rate("TreeMap", "nr", 0, 2, 79, 80, 81),
            Lines.rate("TreeMap", "nr", 10, 2, 99, 100, 101),
            Lines.rate("TreeMap", "nr", 100, 2, 5));

    @Test
    void of_eachConfiguration_isJudgedByItsNoise() {
        Comparison comparison = Comparison.of(before, after);

        assertThat(comparison.rows()).extracting(Comparison.Row::verdict).containsExactly("same", "SLOWER", "FASTER");
        assertThat(comparison.onlyOld()).extracting(Configuration::writes).containsExactly(50);
        assertThat(comparison.onlyNew()).extracting(Configuration::writes).containsExactly(100);
        assertThat(comparison.conditions()).containsOnlyKeys("jdk");
        assertThat(comparison.text(false))
                .contains("DIFFERENT CONDITIONS: jdk old=17 new=25")
                .contains("SLOWER         0.80")
                .contains("3 compared: 1 FASTER, 1 SLOWER, 1 same")
                .doesNotContain("same           1.00");
        assertThat(comparison.text(true)).contains("same           1.00");
    }

    @Test
    void regressions_onlyThoseBeyondThePercentage() {
        Comparison comparison = Comparison.of(before, after);

        assertThat(comparison.regressions(15)).hasSize(1);
        assertThat(comparison.regressions(25)).isEmpty();
        assertThat(Comparison.of(before, before).regressions(0.1)).isEmpty();
    }

    @Test
    void of_latencies_lessIsBetter() {
        Results slow = Lines.parse(Lines.latency("nr", 20), Lines.latency("nr", 21));
        Results fast = Lines.parse(Lines.latency("nr", 10), Lines.latency("nr", 11));

        Comparison.Row p99 = Comparison.of(fast, slow).rows().get(1);

        assertThat(p99.metric()).isEqualTo("p99 µs");
        assertThat(p99.ratio().value()).isLessThan(0.6);
        assertThat(p99.isRegression(10)).isTrue();
    }

    @Test
    void of_singleValues_noiseUnknown_noRegression() {
        Comparison comparison = Comparison.of(
                Lines.parse(Lines.rate("TreeMap", "nr", 0, 1, 10)), Lines.parse(Lines.rate("TreeMap", "nr", 0, 1, 1)));

        assertThat(comparison.rows().get(0).verdict()).isEqualTo("noise unknown");
        assertThat(comparison.text(true)).contains("noise unknown  0.10 [– .. –]");
        assertThat(comparison.regressions(1)).isEmpty();
    }

    @Test
    void of_nothingInCommon_isRefused() {
        Results other = Lines.parse(Lines.rate("Stack", "nr", 0, 2, 1));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Comparison.of(before, other))
                .withMessageContaining("common=0 old=4 new=1");
    }

    @Test
    void html_namesEachChange() {
        assertThat(ComparisonReport.of(Comparison.of(before, after)))
                .contains("▼ slower", "▲ faster", "≈ same", "jdk: 17 → 25")
                .doesNotContain("<script", "http");
    }
}
