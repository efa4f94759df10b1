package org.nr4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nr4j.topology.NumaTopology;

/**
 * On two nodes of two cores with two cpus each: the cpus of a core are four apart, as Linux numbers them, and node 1
 * may use one of its cores only.
 */
class CpuOrderTest {
    @TempDir
    Path system;

    private NumaTopology topology;

    @BeforeEach
    void describeMachine() throws IOException {
        for (int cpu = 0; cpu < 8; cpu++) {
            write("cpu/cpu" + cpu + "/topology/thread_siblings_list", cpu % 4 + "," + (cpu % 4 + 4));
        }
        write("cpu/online", "0-7");
        write("node/online", "0-1");
        write("node/node0/cpulist", "0-1,4-5");
        write("node/node1/cpulist", "2-3,6-7");
        topology = NumaTopology.parse(system, "0-2,4-6");
    }

    private void write(String file, String text) throws IOException {
        Path path = system.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text + "\n");
    }

    @Test
    void fillsOneNodeAfterTheOther() {
        assertThat(CpuOrder.FILL.cpus(topology, system.resolve("cpu"))).containsExactly(0, 1, 4, 5, 2, 6);
    }

    @Test
    void takesOneOfEachNodeInTurn() {
        assertThat(CpuOrder.INTERLEAVE.cpus(topology, system.resolve("cpu"))).containsExactly(0, 2, 1, 6, 4, 5);
    }

    @Test
    void takesEachCpuForACoreWhereNothingElseIsKnown() {
        assertThat(CpuOrder.FILL.cpus(topology, system.resolve("nowhere"))).containsExactly(0, 1, 4, 5, 2, 6);
        assertThat(CpuOrder.INTERLEAVE.cpus(NumaTopology.simulated(2, 2), system.resolve("nowhere")))
                .containsExactly(0, 2, 1, 3);
    }

    @Test
    void doublingsEndWithTheMost() {
        assertThat(Sweep.doublings(1)).isEqualTo("1");
        assertThat(Sweep.doublings(2)).isEqualTo("1,2");
        assertThat(Sweep.doublings(6)).isEqualTo("1,2,4,6");
    }
}
