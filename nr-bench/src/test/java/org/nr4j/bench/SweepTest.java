package org.nr4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The programs as a user starts them, for moments. */
@Timeout(120)
class SweepTest {
    private static final String[] SHORT = {"entries=100", "warm=0.02", "seconds=0.05"};

    @TempDir
    Path directory;

    @Test
    void scaleWritesOneResultForEachCombination() throws Exception {
        Scale.main(args("way=nr,bare", "writes=0", "threads=1,2", "runs=2", "order=interleave"));

        List<String> lines = Files.readAllLines(directory.resolve("result.jsonl"));
        assertThat(lines.get(0)).startsWith("{\"environment\":{");
        assertThat(lines.subList(1, lines.size()))
                .hasSize(3) // bare with one thread only
                .allSatisfy(line -> assertThat(line)
                        .startsWith("{\"source\":\"scale\",\"structure\":\"TreeMap\",\"way\":\"")
                        .contains("\"order\":\"interleave\"", "\"jain\":", "\"write_p50\":0.0")
                        .containsPattern("\"samples\":\\[[0-9.E-]+,[0-9.E-]+]"));
        assertThat(lines.get(1)).contains("\"way\":\"nr\",\"writes\":0,\"threads\":1");
        assertThat(lines.get(2)).contains("\"way\":\"bare\",\"writes\":0,\"threads\":1");
        assertThat(lines.get(3)).contains("\"way\":\"nr\",\"writes\":0,\"threads\":2");
        assertThat(Files.readAllLines(directory.resolve("result.csv")))
                .hasSize(4)
                .first()
                .asString()
                .contains("way,writes,threads");
    }

    @Test
    void scaleDoesAFixedWork_inSeveralJvms() throws Exception {
        Scale.main(args(
                "way=synchronized", "writes=50", "threads=2", "runs=1", "forks=2", "mode=work", "operations=1000"));

        assertThat(Files.readAllLines(directory.resolve("result.jsonl")).get(1))
                .contains("\"mode\":\"work\"")
                .containsPattern("\"samples\":\\[[0-9.E-]+,[0-9.E-]+]") // one of each
                .doesNotContain("\"median\":0.0,");
    }

    @Test
    void latencyWritesReadsAndWritesAtEachRate() throws Exception {
        Latency.main(args("way=nr", "writes=50", "threads=2", "pin=false", "runs=1", "rate=0.01,0.02"));

        List<String> lines = Files.readAllLines(directory.resolve("result.jsonl"));
        assertThat(lines).hasSize(5);
        assertThat(lines.get(1)).contains("\"op\":\"read\",\"target\":\"rate=0.01\"");
        assertThat(lines.get(2)).contains("\"op\":\"write\",\"target\":\"rate=0.01\"");
        assertThat(lines.get(3)).contains("\"op\":\"read\",\"target\":\"rate=0.02\"");
        assertThat(lines.get(4))
                .contains("\"source\":\"latency\"", "\"op\":\"write\",\"target\":\"rate=0.02\"")
                .contains("\"p999\":", "\"begin_p999\":", "\"closed_p999\":", "\"idle_p999\":", "\"kept\":");
    }

    @Test
    void refusesWhatCannotBeMeasuredBeforeItStarts() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sweep("way=nr,what"))
                .withMessageContaining("way=what")
                .withMessageContaining("StampedLock");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sweep("structure=Tree"))
                .withMessageContaining("structure=Tree");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sweep("order=random"))
                .withMessageContaining("fill, interleave");
        for (String wrong :
                List.of("writes=101", "threads=0", "entries=0", "replicas=x", "warm=0", "runs=0", "forks=0")) {
            assertThatIllegalArgumentException().isThrownBy(() -> sweep(wrong)).withMessageContaining(wrong);
        }
    }

    @Test
    void saysWhenAMeasurementFailed() throws IOException {
        // More entries than the heap of the other JVM can hold.
        Options options = Options.parse(Scale.DEFAULTS, "way=bare", "entries=" + Integer.MAX_VALUE);

        assertThatIllegalStateException()
                .isThrownBy(() -> Fork.run(Fork.Task.SCALE, options))
                .withMessageContaining("exit=1 task=SCALE")
                .withMessageContaining("entries=2147483647");
    }

    private static Sweep sweep(String... args) {
        return new Sweep(Options.parse(Scale.DEFAULTS, args));
    }

    private String[] args(String... args) {
        return Stream.of(SHORT, args, new String[] {"out=" + directory.resolve("result")})
                .flatMap(Arrays::stream)
                .toArray(String[]::new);
    }
}
