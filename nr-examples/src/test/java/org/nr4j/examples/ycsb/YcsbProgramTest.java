package org.nr4j.examples.ycsb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class YcsbProgramTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String args) {
        return new YcsbProgram(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false)
                .runWith(args.split(" "));
    }

    private List<String> outLines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** The lines after a title. */
    private List<String> after(String title) {
        List<String> lines = outLines();
        int index = lines.indexOf(title);
        assertThat(index).as(title).isNotNegative();
        return lines.subList(index + 1, lines.size());
    }

    /** The first number in the first line that begins so. */
    private static long number(List<String> lines, String regex) {
        Pattern pattern = Pattern.compile(regex);
        return lines.stream()
                .map(pattern::matcher)
                .filter(Matcher::lookingAt)
                .map(matcher -> Long.parseLong(matcher.group(1).replace(",", "")))
                .findFirst()
                .orElseThrow();
    }

    private static long count(List<String> lines, String name) {
        return number(lines, "  " + name + " +([0-9,]+)( +[0-9,]+)( +[0-9,.]+){4}$");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--replicas 2 --logs 3 --topology 2x2", "--store skiplist"})
    void run_allWorkloads_eachOperationInItsTableAndAllRecordsThere(String store) {
        int exitCode = run("--records 2000 --operations 5000 --threads 3 " + store);

        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(exitCode).isEqualTo(YcsbProgram.OK);
        assertThat(count(after("load: 100 % INSERT"), "INSERT")).isEqualTo(2_000);
        assertThat(count(after("C, read only: 100 % READ"), "READ")).isEqualTo(5_000);
        assertTable("A, update heavy: 50 % READ, 50 % UPDATE", "READ", "UPDATE");
        assertTable("B, read mostly: 95 % READ, 5 % UPDATE", "READ", "UPDATE");
        assertTable("D, read latest: 95 % READ, 5 % INSERT", "READ", "INSERT");
        assertTable("E, short ranges: 5 % INSERT, 95 % SCAN", "SCAN", "INSERT");
        assertTable("F, read-modify-write: 50 % READ, 50 % READ-MODIFY-WRITE", "READ", "READ-MODIFY-WRITE");
        assertInserted("D, read latest: 95 % READ, 5 % INSERT");
        assertInserted("E, short ranges: 5 % INSERT, 95 % SCAN");
    }

    private void assertTable(String title, String first, String second) {
        List<String> lines = after(title);
        assertThat(count(lines, first) + count(lines, second)).isEqualTo(5_000);
        assertThat(count(lines, "all")).isEqualTo(5_000);
    }

    private void assertInserted(String title) {
        List<String> lines = after(title);
        assertThat(number(lines, "([0-9,]+) records inserted; all are there, of 1,000 bytes each: yes$"))
                .isEqualTo(2_000 + count(lines, "INSERT"));
    }

    @Test
    void run_longEnough_progressEachSecond() {
        int operations = 50_000;
        long start;
        do { // how many are enough depends on the machine
            operations *= 2;
            start = System.nanoTime();
            assertThat(run("--records 10000 --workloads e --threads 1 --operations " + operations))
                    .isEqualTo(YcsbProgram.OK);
        } while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(2));

        assertThat(outLines()).anyMatch(line -> line.matches(" +\\d+ %  [0-9,]+ operations/s, \\d+ s left"));
    }

    @Test
    void run_badOption_oneLineAndExitCodeTwo() {
        assertThat(run("--records none")).isEqualTo(YcsbProgram.BAD_OPTION);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("ycsb: --records must be a whole number from 1 to 100000000: --records=none;"
                        + " leave it out for 1000000");
        assertThat(outLines()).isEmpty();
    }

    @Test
    void run_moreThanFitsInMemory_refusedBeforeItBegins() {
        assertThat(run("--records 100000000 --replicas 64")).isEqualTo(YcsbProgram.BAD_OPTION);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("ycsb: the heap must have room for all records: ");
        assertThat(outLines()).isEmpty();
    }

    @Test
    void run_help_usageAndExitCodeZero() {
        assertThat(run("--help")).isEqualTo(YcsbProgram.OK);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(YcsbOptions.USAGE);
    }

    @Test
    void run_interrupted_endsAndSaysSo() {
        Thread.currentThread().interrupt();

        assertThat(run("--records 10")).isEqualTo(YcsbProgram.FAILED);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(err.toString(StandardCharsets.UTF_8).lines()).containsExactly("ycsb: interrupted");
    }
}
