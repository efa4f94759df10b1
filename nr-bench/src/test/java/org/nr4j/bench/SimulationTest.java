package org.nr4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program without the simulated machine, which it only misses when it asks for what was counted. */
class SimulationTest {
    private static final String OPTIONS =
            "-XX:TieredStopAtLevel=1 -Dnr4j.simulation.nodes=1 -Dnr4j.simulation.cpusPerNode=2 -Dnr4j.simulation.report=nowhere";

    @TempDir
    Path directory;

    @Test
    void whatFailsBetweenSections_endsTheProgram() throws Exception {
        assertThat(statusOf("way=shared", "threads=1")).isEqualTo(1);
        assertThat(said()).contains("NoSuchFileException").contains("nowhere");
    }

    @Test
    void badOption_isRefusedAtTheDoor() throws Exception {
        assertThat(statusOf("limit=near+nearer<14")).isEqualTo(2);
        assertThat(said()).contains("limit=near+nearer<14; the counts are [near, far,");
    }

    private int statusOf(String... args) throws Exception {
        List<String> command = new ArrayList<>(Fork.command(Simulation.class));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("said").toFile());
        builder.environment().put("JDK_JAVA_OPTIONS", OPTIONS);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private String said() throws Exception {
        return Files.readString(directory.resolve("said"));
    }

    @Test
    void eachSection_isToldInHundredths() {
        SimulatedSection.Outcome outcome =
                new SimulatedSection.Outcome(2000, 300_000, Map.of("near", 4321.0, "futex", 0.0));
        assertThat(SimulationResult.text(outcome))
                .contains("section 6.67 near=2.16 ")
                .contains("futex=0.0");
    }

    @Test
    void limit_isASumOfCounts() {
        assertThat(SelfTest.Limit.parse("near+far<14")).isEqualTo(new SelfTest.Limit(List.of("near", "far"), 14));
        assertThat(SelfTest.Limit.parse("futex<0.5")).isEqualTo(new SelfTest.Limit(List.of("futex"), 0.5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"near", "near<", "<3", "near<far", "near<1<2", "near+<3", "nearer<3"})
    void limit_thatIsNone_isRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SelfTest.Limit.parse(text))
                .withMessageContaining("limit=" + text);
    }
}
