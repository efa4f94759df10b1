package org.nr4j.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nr4j.topology.Placement.Outcome.UNSUPPORTED;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests malformed trees: {@code parse} says what is wrong in which file, and {@code detect} continues with one node.
 */
class MalformedMachinesTest {
    @TempDir
    private Path directory;

    private RecordedMachine machine;

    @BeforeEach
    void unpack() {
        machine = RecordedMachine.unpack("two-sockets", directory);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sys/cpu/online             | 0-x           | a cpu or node list must consist of numbers",
                "sys/cpu/online             | ''            | at least one allowed cpu must be online: allowed=0-63",
                "sys/node/online            | zero          | a cpu or node list must consist of numbers",
                "sys/node/online            | ''            | "
                        + "at least one usable cpu must belong to a node: usable=0-63",
                "sys/node/node0/cpulist     | 0-15;32-47    | a cpu or node list must consist of numbers",
                "sys/node/node0/cpulist     | 0-2147483647  | a cpu or node list must consist of numbers",
                "sys/node/node1/cpulist     | 15-31,48-63   | a cpu must belong to one node: cpus=15 in",
                "sys/node/node0/distance    | 10 far        | distances must be numbers from 1 to 255",
                "sys/node/node0/distance    | 10 -21        | distances must be numbers from 1 to 255",
                "sys/node/node0/distance    | 10 0          | distances must be numbers from 1 to 255",
                "sys/node/node0/distance    | 10 256        | distances must be numbers from 1 to 255",
                "sys/node/node0/distance    | 10 9999999999 | distances must be numbers from 1 to 255",
                "sys/node/node0/distance    | ''            | distances must be numbers from 1 to 255",
                "sys/node/node0/distance    | 10            | "
                        + "a node must have a distance to each online node, 2 in all",
                "sys/node/node1/distance    | 21 10 21      | "
                        + "a node must have a distance to each online node, 2 in all",
                "proc/status                | Name: java    | a process status must have a line Cpus_allowed_list",
                "proc/status                | ''            | a process status must have a line Cpus_allowed_list",
                "proc/status                | Cpus_allowed_list: | a process must have at least one cpu",
                "proc/status                | Cpus_allowed_list: 0-f | a cpu or node list must consist of numbers",
                "proc/status                | Cpus_allowed_list: 64-127 | at least one allowed cpu must be online",
            })
    void parse_malformedFile_saysRuleFileAndRemedy(String file, String text, String message) {
        machine.with(file, text + "\n");
        assertThatThrownBy(machine::topology)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message)
                .hasMessageContaining(file.startsWith("sys/node/online") ? "sys/node" : fileIn(file, text))
                .hasMessageContaining("; ");
        assertOneNode(NumaTopology.detect(machine.sysfs(), machine.status()));
    }

    @ParameterizedTest
    @CsvSource({"sys/node/node0", "sys/node/node1/cpulist", "proc/status"})
    void parse_missingFile_namesIt(String file) {
        machine.without(file);
        assertThatThrownBy(machine::topology)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("the file must be readable: file=")
                .hasMessageContaining(file);
        assertOneNode(NumaTopology.detect(machine.sysfs(), machine.status()));
    }

    @Test
    void parse_noTree_saysWhatToPass() {
        assertThatThrownBy(() -> NumaTopology.parse(directory.resolve("none"), "0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sysfsRoot must contain node/ or cpu/online: sysfsRoot=" + directory.resolve("none")
                        + "; pass /sys/devices/system or a copy of it");
    }

    @Test
    void parse_allowedCpus_areChecked() {
        assertThatThrownBy(() -> NumaTopology.parse(machine.sysfs(), "0-"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("allowedCpus=\"0-\"");
        assertThatThrownBy(() -> NumaTopology.parse(machine.sysfs(), ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("at least one allowed cpu must be online");
    }

    @Test
    void parse_null_isRefusedByName() {
        assertThatThrownBy(() -> NumaTopology.parse(null, "0"))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("sysfsRoot must not be null");
        assertThatThrownBy(() -> NumaTopology.parse(machine.sysfs(), (Path) null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("procStatus must not be null");
        assertThatThrownBy(() -> NumaTopology.parse(machine.sysfs(), (String) null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("allowedCpus must not be null");
    }

    @Test
    void detect_noLinux_isOneNodeAndSaysSo() {
        NumaTopology topology = NumaTopology.detect(directory.resolve("none"), directory.resolve("none/status"));
        assertOneNode(topology);
        assertThat(topology.placement().reason()).contains("this system does not show its nodes");
    }

    @Test
    void detect_malformedFile_saysWhich() {
        machine.with("sys/node/node0/cpulist", "?");
        NumaTopology topology = NumaTopology.detect(machine.sysfs(), machine.status());
        assertThat(topology.placement().reason())
                .startsWith("the machine's nodes could not be read, so one node is assumed: ")
                .contains("node0");
    }

    private static void assertOneNode(NumaTopology topology) {
        assertThat(topology.nodeCount()).isEqualTo(1);
        assertThat(topology.nodes().get(0).cpus()).hasSize(Runtime.getRuntime().availableProcessors());
        assertThat(topology.distance(0, 0)).isEqualTo(10);
        assertThat(topology.placement().outcome()).isEqualTo(UNSUPPORTED);
        assertThat(topology.isSimulated()).isFalse();
        assertThat(topology.currentNode()).isZero();
    }

    /** The file that the message names: cpus that are not online are a matter of the list of online cpus. */
    private static String fileIn(String file, String text) {
        return text.contains("64-127") ? "sys/cpu/online" : file;
    }
}
