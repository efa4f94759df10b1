package org.nr4j.examples.ycsb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ReportTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Report report = new Report(new PrintStream(out, true, StandardCharsets.UTF_8));

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void table_knownLatencies_quantilesInMicroseconds() {
        Histogram reads = Outcome.emptyHistogram();
        reads.recordValueWithCount(1_000, 9_800);
        reads.recordValueWithCount(20_000, 190);
        reads.recordValueWithCount(300_000, 9);
        reads.recordValue(4_000_000);

        report.table(new Outcome(TimeUnit.SECONDS.toNanos(2), Map.of(Operation.READ, reads)));

        assertThat(printed().lines().map(line -> line.strip().split(" +")))
                .contains(new String[] {"us", "count", "ops/s", "p50", "p99", "p99.9", "max"})
                .contains(new String[] {"READ", "10,000", "5,000", "1.0", "20.0", "20.0", "4,001.8"});
    }

    @Test
    void contents_allThere_yes() {
        assertThat(report.contents(1_000, 1_000, 0)).isTrue();
        assertThat(printed()).startsWith("1,000 records inserted; all are there, of 1,000 bytes each: yes");
    }

    @Test
    void contents_oneMissingOrSpoiltOrTooMany_no() {
        assertThat(report.contents(1_000, 999, 1)).isFalse();
        assertThat(report.contents(1_000, 1_000, 1)).isFalse();
        assertThat(report.contents(1_000, 1_001, 0)).isFalse();
        assertThat(printed()).startsWith("1,000 records inserted; all are there, of 1,000 bytes each: NO, 999 are, 1 ");
    }
}
