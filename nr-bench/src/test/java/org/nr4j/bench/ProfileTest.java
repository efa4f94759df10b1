package org.nr4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.bench.report.Results;
import org.nr4j.topology.NumaTopology;

class ProfileTest {
    @Test
    void facts_areTheSame_whereverTheResultsGo() {
        NumaTopology topology = NumaTopology.simulated(1, 2);

        assertThat(new Profile("smoke", topology, "rounds=2", "out=here").facts())
                .isEqualTo(new Profile("smoke", topology, "rounds=2", "out=there").facts())
                .isNotEqualTo(new Profile("smoke", topology, "rounds=3", "out=there").facts());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 6, 8})
    void laptop_takesLessThanTwentyMinutes(int cpus) {
        Profile laptop = new Profile("laptop", NumaTopology.simulated(1, cpus));

        assertThat(Progress.expectedSeconds(laptop.steps())).isBetween(600.0, 1200.0);
    }

    @Test
    void laptop_hasAllStructures_theirRivals_andAllShares() {
        List<ResultLine.Subject> subjects = new Profile("laptop", NumaTopology.simulated(1, 4)).subjects();

        for (String structure : Structures.names()) {
            for (int writes : new int[] {0, 10, 50, 100}) {
                for (int threads : new int[] {1, 4}) {
                    assertThat(subjects)
                            .contains(new ResultLine.Subject("jmh", structure, "nr", writes, threads, 1, 10_000))
                            .contains(new ResultLine.Subject(
                                    "jmh", structure, "StampedLock", writes, threads, 1, 10_000));
                }
            }
            assertThat(subjects).contains(new ResultLine.Subject("jmh", structure, "nr", 10, 2, 1, 10_000));
        }
    }

    @Test
    void smoke_hasAllStructuresInAllWays_andEachBenchmarkClass() {
        Profile smoke = new Profile("smoke", NumaTopology.simulated(1, 2));

        for (String structure : Structures.names()) {
            for (String way : Structures.ways(structure)) {
                assertThat(smoke.subjects())
                        .anyMatch(subject -> subject.structure().equals(structure)
                                && subject.way().equals(way));
            }
        }
        assertThat(smoke.steps())
                .extracting(Step::what)
                .contains("MapBenchmark", "LockBenchmark")
                .anyMatch(what -> what.startsWith("latency"))
                .anyMatch(what -> what.startsWith("scale-out"));
        assertThat(Progress.expectedSeconds(smoke.steps())).isLessThan(180);
    }

    @Test
    void bare_hasOneThreadOnly() {
        assertThat(new Profile("full", NumaTopology.simulated(2, 4)).subjects())
                .filteredOn(subject -> subject.way().equals("bare"))
                .isNotEmpty()
                .allMatch(subject -> subject.threads() == 1);
    }

    @Test
    void replicas_onlyForTheLibrary() {
        assertThat(new Profile("full", NumaTopology.simulated(2, 4)).subjects())
                .filteredOn(subject -> subject.replicas() == 2)
                .isNotEmpty()
                .allMatch(subject -> subject.way().startsWith("nr"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "structure=Heap",
                "way=nothing",
                "writes=101",
                "threads=0",
                "entries=0",
                "rounds=none",
                "latency=Heap",
                "rate=0",
                "between=-1",
                "colour=red"
            })
    void badOption_isRefusedAtTheDoor(String option) {
        String name = option.substring(0, option.indexOf('='));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Profile("laptop", NumaTopology.simulated(1, 4), option))
                .withMessageContaining(name.equals("latency") ? "Heap" : name);
    }

    @Test
    void unknownProfile_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Profile("huge", NumaTopology.simulated(1, 4)))
                .withMessageContaining("[smoke, laptop, full]: profile=huge");
    }

    @Test
    void missing_namesWhatTheResultsLack() {
        Profile profile = new Profile(
                "smoke", NumaTopology.simulated(1, 2), "structure=Stack", "way=nr", "writes=0", "threads=2");
        ResultLine.Subject subject = profile.subjects().get(0);

        assertThat(Run.missing(profile, results())).containsExactly(subject.toString());
        assertThat(Run.missing(profile, results(new ResultLine(subject, "Mops/s", 1).toJson())))
                .isEmpty();
    }

    private static Results results(String... lines) {
        try {
            Path file = Files.createTempFile("results", ".jsonl");
            Files.write(file, List.of(lines));
            Results results = Results.read(file);
            Files.delete(file);
            return results;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void recording_keepsWhatWasMeasured_andReportsFailures(@TempDir Path directory) throws IOException {
        Recording recording = new Recording(directory.resolve("a"), new Environment(Map.of("jdk", 17)));
        ResultLine.Subject subject = new ResultLine.Subject("jmh", "Stack", "nr", 0, 1, 1, 10);
        recording.append(List.of(new ResultLine(subject, "Mops/s", 1, 2, 3).toJson()));
        recording.fail("Stack jdk", "boom \"x\"");

        Results results = recording.report();

        assertThat(results.results()).hasSize(1);
        assertThat(results.failures()).containsEntry("Stack jdk", "boom \"x\"");
        assertThat(directory.resolve("a/report.html")).content().contains("boom &quot;x&quot;");
        assertThat(directory.resolve("a/results.csv")).content().contains("Stack,nr");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Recording(directory.resolve("a"), new Environment(Map.of())))
                .withMessageContaining("has results.jsonl");
    }

    @Test
    void progress_learnsHowLongMeasurementsTake() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        List<Step> steps = Collections.nCopies(10, new ProgramStep(ProfileTest.class, "x", 100, List.of()));
        Progress progress = new Progress(new PrintStream(said, true, StandardCharsets.UTF_8), steps);

        assertThat(progress.left()).isEqualTo(1000);
        for (int i = 0; i < 5; i++) {
            progress.ended(steps.get(i), 200, "works");
        }
        assertThat(progress.left()).isEqualTo(1000);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("[5/10, 17 min left] x: works");
    }

    @Test
    void why_isTheReasonAtTheBottom() {
        Exception wrapped = new Exception("outer", new Exception("middle"));
        wrapped.getCause().addSuppressed(new IllegalStateException("reason"));

        assertThat(Run.why(wrapped)).isEqualTo("java.lang.IllegalStateException: reason");
    }
}
