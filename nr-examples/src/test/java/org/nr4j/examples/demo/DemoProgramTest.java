package org.nr4j.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nr4j.examples.Demo;

@Timeout(120)
class DemoProgramTest {
    private static final String[] SHORT = {
        "--seconds", "1", "--threads", "3", "--entries", "100", "--writes", "50", "--topology", "2x2", "--log", "8"
    };

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private DemoProgram program(boolean isTerminal) {
        return new DemoProgram(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                isTerminal);
    }

    private List<String> outLines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private String errText() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource
    void run_eachStructure_allIsVerified(Structure structure) {
        Options options = Options.parse(SHORT);

        int exitCode = program(false).runSubject(structure.subject(options.entries()), options);

        assertThat(errText()).isEmpty();
        assertThat(exitCode).isEqualTo(DemoProgram.OK);
        assertThat(outLines())
                .anyMatch(line -> line.startsWith("  machine    simulated, 2 nodes"))
                .anyMatch(line -> line.startsWith("  placement  NOT_NEEDED"))
                .anyMatch(line -> line.startsWith("  nr4j, 2 replicas "))
                .anyMatch(line -> line.startsWith("  ok      replicas are equal: 2 replicas, digest "))
                .anyMatch(
                        line -> line.matches("  ok      every write was appended once: ([0-9,]+) issued, \\1 appended"))
                .anyMatch(line -> line.startsWith("  nr4j kept 2 copies of the data"))
                .noneMatch(line -> line.contains("FAILED"))
                .noneMatch(line -> line.contains("NaN"))
                .allMatch(line -> line.length() <= 100);
        long contenders = structure == Structure.LEADERBOARD ? 4 : 5;
        assertThat(outLines().stream().filter(line -> line.startsWith("  ok      contents add up under ")))
                .hasSize((int) contenders);
    }

    @Test
    void run_onATerminal_progressStaysInOneLine() {
        int exitCode = program(true).runWith("--seconds=1", "--threads=2", "--entries=10", "--writes=0");

        assertThat(exitCode).isEqualTo(DemoProgram.OK);
        String all = out.toString(StandardCharsets.UTF_8);
        String progress = all.substring(all.indexOf('\r'), all.lastIndexOf('\r'));
        assertThat(progress).doesNotContain("\n").contains("warming up: nr4j").contains("round 15 of 15");
        assertThat(progress.split("\r")).hasSizeGreaterThan(10).allMatch(line -> line.length() < 80);
    }

    @Test
    void run_badOption_oneLineAndExitCodeTwo() {
        assertThat(program(false).runWith("--threads", "none")).isEqualTo(DemoProgram.BAD_OPTION);
        assertThat(errText().lines())
                .containsExactly("demo: --threads must be a whole number from 1 to 1024: --threads=none;"
                        + " leave it out for one a cpu");
        assertThat(outLines()).isEmpty();
    }

    @Test
    void run_help_usageAndExitCodeZero() {
        assertThat(program(false).runWith("--help")).isEqualTo(DemoProgram.OK);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(Options.USAGE);
    }

    @Test
    void run_replicasThatDiffer_failedAndExitCodeOne() {
        Options options = Options.parse(SHORT);

        int exitCode = program(false).runSubject(new BrokenSubject(BrokenSubject.Fault.REPLICAS_DIFFER), options);

        assertThat(exitCode).isEqualTo(DemoProgram.FAILED);
        assertThat(outLines()).anyMatch(line -> line.startsWith("  FAILED  replicas are equal: digests ["));
    }

    @Test
    void run_writesThatAreLost_failedAndExitCodeOne() {
        Options options = Options.parse(SHORT);

        int exitCode = program(false).runSubject(new BrokenSubject(BrokenSubject.Fault.WRITES_LOST), options);

        assertThat(exitCode).isEqualTo(DemoProgram.FAILED);
        assertThat(outLines())
                .anyMatch(line -> line.startsWith("  ok      replicas are equal"))
                .anyMatch(line -> line.startsWith("  FAILED  contents add up under nr4j, 2 replicas: expected count "))
                .anyMatch(line -> line.startsWith("  FAILED  contents add up under synchronized: expected count "));
    }

    @Test
    void run_operationThatThrows_saidAndExitCodeOne() {
        Options options = Options.parse(SHORT);

        int exitCode = program(false).runSubject(new BrokenSubject(BrokenSubject.Fault.READS_THROW), options);

        assertThat(exitCode).isEqualTo(DemoProgram.FAILED);
        assertThat(errText()).startsWith("demo: a thread failed: java.lang.IllegalStateException: broken on purpose");
    }

    @Test
    void main_badOption_exitCodeOfTheProcess() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Demo.class.getName(),
                        "--no-such-option")
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(DemoProgram.BAD_OPTION);
        assertThat(output.lines())
                .containsExactly("demo: there is no such option: --no-such-option; --help lists the options");
    }
}
