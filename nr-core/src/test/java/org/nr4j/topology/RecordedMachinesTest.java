package org.nr4j.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nr4j.topology.Placement.Outcome.NOT_NEEDED;
import static org.nr4j.topology.Placement.Outcome.NOT_TRIED;

import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks what is detected on machines of every kind; see the files in the test resources. */
class RecordedMachinesTest {
    private static final long KIBIBYTE = 1024;

    @TempDir
    private Path directory;

    /** Kind of machine, the nodes found (ids and cpus), the placement to expect. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "laptop              | 0:0-7                                               | NOT_NEEDED",
                "two-sockets         | 0:0-15,32-47 1:16-31,48-63                          | NOT_TRIED",
                "four-sockets        | 0:0-9,40-49 1:10-19,50-59 2:20-29,60-69 3:30-39,70-79 | NOT_TRIED",
                "sub-numa            | 0:0-7,64-71 1:8-15,72-79 2:16-23,80-87 3:24-31,88-95"
                        + " 4:32-39,96-103 5:40-47,104-111 6:48-55,112-119 7:56-63,120-127 | NOT_TRIED",
                "memory-only-nodes   | 0:0-7 2:8-15                                        | NOT_TRIED",
                "offline-cpus        | 0:0-2 1:5-7                                         | NOT_TRIED",
                "container-one-node  | 1:20,52                                             | NOT_NEEDED",
                "container-two-nodes | 0:15 1:16                                           | NOT_TRIED",
                "arm64               | 0:0-31 1:32-63 2:64-95 3:96-127                     | NOT_TRIED",
                "no-numa             | 0:0-3                                               | NOT_NEEDED",
                "gaps                | 0:0-1 2:4-5                                         | NOT_TRIED",
                "lxcfs-overlapping   | 1:4-7 2:8-11                                        | NOT_TRIED",
                "lxcfs-disjoint      | 2:8-11 3:12-15                                      | NOT_TRIED",
                "lxcfs-quota         | 0:2-3 1:4-7 2:8-11                                  | NOT_TRIED",
            })
    void parse_machine_hasTheNodesOfItsUsableCpus(String name, String nodes, Placement.Outcome placement) {
        NumaTopology topology = machine(name);

        List<String> found = topology.nodes().stream()
                .map(node -> node.id() + ":" + CpuList.format(node.cpuSet()))
                .toList();
        List<String> expected = List.of(nodes.split(" "));
        assertThat(found).isEqualTo(expected);
        assertThat(topology.nodeCount()).isEqualTo(expected.size());
        assertThat(topology.isSimulated()).isFalse();
        assertThat(topology.placement().outcome()).isEqualTo(placement);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "laptop",
        "two-sockets",
        "four-sockets",
        "sub-numa",
        "memory-only-nodes",
        "offline-cpus",
        "container-one-node",
        "container-two-nodes",
        "arm64",
        "no-numa",
        "gaps",
        "lxcfs-overlapping",
        "lxcfs-disjoint",
        "lxcfs-quota"
    })
    void nodeIndexOfCpu_eachNumber_agreesWithTheNodes(String name) {
        NumaTopology topology = machine(name);
        BitSet known = new BitSet();
        for (int index = 0; index < topology.nodeCount(); index++) {
            for (int cpu : topology.nodes().get(index).cpus()) {
                assertThat(topology.nodeIndexOfCpu(cpu)).isEqualTo(index);
                known.set(cpu);
            }
        }
        IntStream.of(-1, Integer.MIN_VALUE, Integer.MAX_VALUE)
                .forEach(cpu -> assertThat(topology.nodeIndexOfCpu(cpu)).isEqualTo(-1));
        for (int cpu = known.nextClearBit(0); cpu < 300; cpu = known.nextClearBit(cpu + 1)) {
            assertThat(topology.nodeIndexOfCpu(cpu)).isEqualTo(-1);
        }
    }

    /** A list of online cpus that fits no node of the machine is not the kernel's. */
    @Test
    void parse_onlineCpusOfNoNode_areNotBelieved() {
        RecordedMachine machine = RecordedMachine.unpack("two-sockets", directory);
        machine.with("sys/cpu/online", "100-120\n");
        assertThat(machine.topology().nodes()).extracting(NumaNode::id).containsExactly(0, 1);
    }

    @ParameterizedTest
    @CsvSource({"8-15", "4-11"})
    void parse_renumberedOnlineCpusWithoutNodes_areNotBelieved(String allowed) {
        RecordedMachine machine = RecordedMachine.unpack("no-numa", directory).with("sys/cpu/online", "0-7\n");
        NumaTopology topology = NumaTopology.parse(machine.sysfs(), allowed);
        assertThat(topology.nodes())
                .extracting(node -> CpuList.format(node.cpuSet()))
                .containsExactly(allowed);
    }

    @Test
    void distance_twoSockets() {
        assertThat(distances(machine("two-sockets"))).containsExactly(List.of(10, 21), List.of(21, 10));
    }

    @Test
    void distance_ringOfFourSockets() {
        assertThat(distances(machine("four-sockets")))
                .containsExactly(
                        List.of(10, 21, 31, 21),
                        List.of(21, 10, 21, 31),
                        List.of(31, 21, 10, 21),
                        List.of(21, 31, 21, 10));
    }

    @Test
    void distance_subNuma_tellsSocketsApart() {
        NumaTopology topology = machine("sub-numa");
        assertThat(topology.distance(1, 1)).isEqualTo(10);
        assertThat(topology.distance(1, 3)).isEqualTo(12);
        assertThat(topology.distance(1, 4)).isEqualTo(32);
    }

    @Test
    void distance_memoryOnlyNodesBetween_isAmongTheOthers() {
        assertThat(distances(machine("memory-only-nodes"))).containsExactly(List.of(10, 21), List.of(21, 10));
    }

    @Test
    void distance_nodeWithoutUsableCpus_isAmongTheOthers() {
        RecordedMachine machine = RecordedMachine.unpack("arm64", directory);
        NumaTopology topology = NumaTopology.parse(machine.sysfs(), "40,100");
        assertThat(topology.nodes()).extracting(NumaNode::id).containsExactly(1, 3);
        assertThat(distances(topology)).containsExactly(List.of(10, 24), List.of(24, 10));
    }

    @Test
    void distance_gapInTheNumbers() {
        assertThat(distances(machine("gaps"))).containsExactly(List.of(10, 20), List.of(20, 10));
    }

    @Test
    void distance_noFile_isTheUsualOne() {
        RecordedMachine machine = RecordedMachine.unpack("two-sockets", directory);
        machine.without("sys/node/node0/distance").without("sys/node/node1/distance");
        assertThat(distances(machine.topology())).containsExactly(List.of(10, 20), List.of(20, 10));
    }

    @Test
    void memoryOnlyNodes_areListedAndAreNoTargets() {
        NumaTopology topology = machine("memory-only-nodes");
        assertThat(topology.memoryOnlyNodes())
                .containsExactly(
                        new NumaNode(1, List.of(), 131072000 * KIBIBYTE),
                        new NumaNode(3, List.of(), 131072000 * KIBIBYTE));
        assertThat(topology)
                .hasToString("2 nodes: node 0 (cpus 0-7, 63 GiB), node 2 (cpus 8-15, 63 GiB);"
                        + " memory only: node 1 (no cpus, 125 GiB), node 3 (no cpus, 125 GiB)");
    }

    @Test
    void memoryBytes_fromMeminfoOrUnknown() {
        assertThat(machine("laptop").nodes().get(0).memoryBytes()).isEqualTo(16253412 * KIBIBYTE);
        RecordedMachine machine = RecordedMachine.unpack("two-sockets", directory);
        machine.without("sys/node/node0/meminfo").with("sys/node/node1/meminfo", "Node 1 MemFree: 12 kB\n");
        assertThat(machine.topology().nodes())
                .extracting(NumaNode::memoryBytes)
                .containsExactly(NumaNode.UNKNOWN_MEMORY, NumaNode.UNKNOWN_MEMORY);
    }

    @Test
    void parse_noListOfOnlineCpus_allowedOnesCount() {
        RecordedMachine machine = RecordedMachine.unpack("two-sockets", directory);
        assertThat(machine.without("sys/cpu").topology().nodes())
                .extracting(node -> node.cpus().size())
                .containsExactly(32, 32);
    }

    @Test
    void parse_oneNodeOfSeveralCpuSets_isPlacedOnlyIfThereIsAnotherCpu() {
        // A cpu that no node has: a thread would have to be kept away from it.
        RecordedMachine machine = RecordedMachine.ofNodes(directory, "0-3");
        assertThat(NumaTopology.parse(machine.sysfs(), "0-3").placement().outcome())
                .isEqualTo(NOT_NEEDED);
        assertThat(NumaTopology.parse(machine.sysfs(), "0-4").placement().outcome())
                .isEqualTo(NOT_TRIED);
    }

    @Test
    void parse_statusWithStrangeBytes_isRead() {
        RecordedMachine machine = RecordedMachine.unpack("laptop", directory);
        machine.with("proc/status", "Name:\tj\u00ff\u00fe(\nCpus_allowed:\tff\nCpus_allowed_list:\t2-3\n");
        assertThat(machine.topology().nodes().get(0).cpus()).containsExactly(2, 3);
    }

    @Test
    void parse_interruptedThread_readsAllTheSame() {
        RecordedMachine machine = RecordedMachine.unpack("sub-numa", directory);
        Thread.currentThread().interrupt();
        try {
            assertThat(machine.topology().nodeCount()).isEqualTo(8);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private NumaTopology machine(String name) {
        return RecordedMachine.unpack(name, directory).topology();
    }

    private static List<List<Integer>> distances(NumaTopology topology) {
        return IntStream.range(0, topology.nodeCount())
                .mapToObj(from -> IntStream.range(0, topology.nodeCount())
                        .mapToObj(to -> topology.distance(from, to))
                        .toList())
                .toList();
    }
}
