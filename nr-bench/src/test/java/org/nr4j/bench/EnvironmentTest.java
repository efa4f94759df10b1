package org.nr4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nr4j.topology.NumaTopology;

class EnvironmentTest {
    @TempDir
    Path root;

    @Test
    void readsTheFilesOfTheKernel() throws IOException {
        write("proc/sys/kernel/osrelease", "6.1.0-test\n");
        write("proc/cpuinfo", "processor\t: 0\nmodel name\t: A cpu: 3 GHz\nmodel name\t: another\n");
        write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
        write("sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "powersave\n");
        write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
        write("proc/sys/kernel/numa_balancing", "1\n");

        assertThat(facts())
                .containsEntry("kernel", System.getProperty("os.name") + " 6.1.0-test")
                .containsEntry("cpu", "A cpu: 3 GHz")
                .containsEntry("governor", "performance, powersave")
                .containsEntry("thp", "madvise")
                .containsEntry("numa_balancing", "1")
                .containsEntry("cpus", 6)
                .containsEntry("nodes", 2)
                .containsEntry("commit", "abc-dirty");
    }

    @Test
    void saysWhatItDoesNotKnow() {
        assertThat(facts())
                .containsEntry("kernel", Environment.UNKNOWN)
                .containsEntry("cpu", Environment.UNKNOWN)
                .containsEntry("governor", Environment.UNKNOWN)
                .containsEntry("thp", Environment.UNKNOWN)
                .containsEntry("numa_balancing", Environment.UNKNOWN);
    }

    @Test
    void cpusWithoutAGovernorAreUnknown() throws IOException {
        Files.createDirectories(root.resolve("sys/devices/system/cpu/cpu0"));

        assertThat(facts()).containsEntry("governor", Environment.UNKNOWN);
    }

    @Test
    void isTheFirstLineOfResults() {
        assertThat(Environment.detect().toJson())
                .startsWith("{\"environment\":{\"jdk\":\"")
                .contains("\"collector\":\"", "\"commit\":\"", "\"date\":\"")
                .doesNotContain("\n");
    }

    private Map<String, Object> facts() {
        return Environment.read(root, NumaTopology.simulated(2, 3), "abc-dirty").facts();
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
