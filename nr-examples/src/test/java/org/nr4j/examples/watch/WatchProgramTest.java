package org.nr4j.examples.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nr4j.examples.Watch;

@Timeout(120)
class WatchProgramTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(boolean isTerminal, String args) {
        return new WatchProgram(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        isTerminal)
                .runWith(args.split(" "));
    }

    private String outText() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private List<String> outLines() {
        return outText().lines().toList();
    }

    private String errText() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void run_everythingHappens_isShownAndReplicasAreEqualInTheEnd() {
        int exitCode = run(
                false,
                "--seconds 4 --refresh 200 --threads 3 --entries 1000 --writes 50 --topology 2x2 --log 64"
                        + " --grow 1 --fault 1 --slow-follower 1000");

        assertThat(errText()).isEmpty();
        assertThat(outLines())
                .anyMatch(
                        line -> line.matches("nr4j watch, \\d s: TreeMap of 1,000 counters, 3 threads, 50 % writes.*"))
                .anyMatch(line -> line.matches(" +0 +0   SERVING .*"))
                .anyMatch(line -> line.matches(" +1 +1   SERVING .*"))
                .anyMatch(line -> line.matches("listener +[0-9,]+ +[0-9,]+ +65,536"))
                .anyMatch(line -> line.matches("slow +[0-9,]+ +[0-9,]+ +65,536"))
                .anyMatch(line -> line.matches("\\d s: replica 2 added on node 0 in .* ms"))
                .anyMatch(line -> line.matches("\\d s: replica 2 removed in .* ms"))
                .anyMatch(line -> line.matches("\\d s: .* ran out of stack, was quarantined, and rebuilt within .* ms"))
                .anyMatch(line -> line.startsWith("log ["))
                .anyMatch(line -> line.startsWith("waits/s "))
                .anyMatch(line ->
                        line.matches("\\d replicas are equal after [0-9,]+ writes; each was counted once: yes"));
        assertThat(exitCode).isEqualTo(WatchProgram.OK);
    }

    @Test
    void run_noTerminal_blocksWithoutControlSequences() {
        assertThat(run(false, "--seconds 2 --refresh 250 --entries 10")).isEqualTo(WatchProgram.OK);

        assertThat(outText()).doesNotContain("\u001B");
        assertThat(outLines().stream().filter(line -> line.startsWith("nr4j watch, ")))
                .hasSizeBetween(1, 8);
    }

    @Test
    void run_terminal_eachViewInThePlaceOfTheOneBefore() {
        assertThat(run(true, "--seconds 2 --refresh 250 --entries 10")).isEqualTo(WatchProgram.OK);

        assertThat(outText()).startsWith("\u001B[2J\u001B[Hnr4j watch, ").containsOnlyOnce("\u001B[2J");
        assertThat(outText().split("\u001B\\[H")).hasSizeBetween(3, 10);
    }

    @Test
    void run_terminalButPlain_blocksWithoutControlSequences() {
        assertThat(run(true, "--seconds 1 --plain --entries 10")).isEqualTo(WatchProgram.OK);

        assertThat(outText()).doesNotContain("\u001B");
    }

    @Test
    void run_oneReplica_works() {
        assertThat(run(false, "--seconds 1 --replicas 1 --entries 10 --writes 100"))
                .isEqualTo(WatchProgram.OK);

        assertThat(outLines()).anyMatch(line -> line.startsWith("1 replicas are equal after "));
    }

    @Test
    void run_badOption_oneLineAndExitCodeTwo() {
        assertThat(run(false, "--refresh 1")).isEqualTo(WatchProgram.BAD_OPTION);
        assertThat(errText().lines())
                .containsExactly("watch: --refresh must be a whole number from 100 to 60000: --refresh=1;"
                        + " leave it out for 1000");
        assertThat(outText()).isEmpty();
    }

    @Test
    void run_help_usageAndExitCodeZero() {
        assertThat(run(false, "--help")).isEqualTo(WatchProgram.OK);
        assertThat(outText()).isEqualTo(WatchOptions.USAGE);
    }

    @Test
    void run_interrupted_endsAndSaysSo() {
        Thread.currentThread().interrupt();

        assertThat(run(false, "--entries 10")).isEqualTo(WatchProgram.FAILED);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(errText().lines()).containsExactly("watch: interrupted");
    }

    @Test
    void main_aFault_nothingOfItOnTheScreenButTheNote() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Watch.class.getName(),
                        "--seconds=4",
                        "--fault=1",
                        "--plain")
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output).contains("ran out of stack").doesNotContain("\tat ").doesNotContain("SEVERE");
        assertThat(process.exitValue()).isEqualTo(WatchProgram.OK);
    }
}
