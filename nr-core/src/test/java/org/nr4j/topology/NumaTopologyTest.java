package org.nr4j.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.nr4j.topology.Placement.Outcome.NOT_NEEDED;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumaTopologyTest {
    @TempDir
    private Path directory;

    @Test
    void simulated_hasTheNodesAskedFor() {
        NumaTopology topology = NumaTopology.simulated(3, 4);
        assertThat(topology.isSimulated()).isTrue();
        assertThat(topology.nodeCount()).isEqualTo(3);
        assertThat(topology.nodes())
                .containsExactly(
                        new NumaNode(0, List.of(0, 1, 2, 3), -1),
                        new NumaNode(1, List.of(4, 5, 6, 7), -1),
                        new NumaNode(2, List.of(8, 9, 10, 11), -1));
        assertThat(topology.memoryOnlyNodes()).isEmpty();
        assertThat(topology.distance(1, 1)).isEqualTo(10);
        assertThat(topology.distance(2, 0)).isEqualTo(20);
        assertThat(topology.nodeIndexOfCpu(7)).isEqualTo(1);
        assertThat(topology.nodeIndexOfCpu(12)).isEqualTo(-1);
        assertThat(topology.placement().outcome()).isEqualTo(NOT_NEEDED);
        assertThat(topology)
                .hasToString("simulated, 3 nodes: node 0 (cpus 0-3), node 1 (cpus 4-7), node 2 (cpus 8-11)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 1 | nodes must be from 1 to 1024: nodes=0; pass the number of nodes of the machine",
                "-1 | 1 | nodes must be from 1 to 1024: nodes=-1; pass the number of nodes of the machine",
                "1025 | 1 | nodes must be from 1 to 1024: nodes=1025; pass the number of nodes of the machine",
                "2 | 0 | cpusPerNode must be at least 1: cpusPerNode=0; pass the number of cpus of one node",
                "2 | -2147483648 | cpusPerNode must be at least 1: cpusPerNode=-2147483648;"
                        + " pass the number of cpus of one node",
                "2 | 2147483647 | nodes * cpusPerNode must be at most 65536: nodes=2, cpusPerNode=2147483647;"
                        + " pass a smaller machine",
            })
    void simulated_outOfRange_isRefused(int nodes, int cpusPerNode, String message) {
        assertThatThrownBy(() -> NumaTopology.simulated(nodes, cpusPerNode))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void simulated_largest_works() {
        NumaTopology topology = NumaTopology.simulated(1024, 64);
        assertThat(topology.nodeIndexOfCpu(65535)).isEqualTo(1023);
        assertThat(topology.currentNode()).isBetween(0, 1023);
    }

    @Test
    void detect_thisMachine_isUsable() {
        NumaTopology topology = NumaTopology.detect();
        assertThat(topology.nodeCount()).isPositive();
        assertThat(topology.isSimulated()).isFalse();
        assertThat(topology.currentNode()).isBetween(0, topology.nodeCount() - 1);
        assertThat(topology.nodes()).allSatisfy(node -> assertThat(node.cpus()).isNotEmpty());
        IntStream.range(0, topology.nodeCount())
                .forEach(node -> assertThat(topology.distance(node, node)).isPositive());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 2, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void nodeIndex_outOfRange_isRefusedEverywhere(int index) {
        NumaTopology topology = NumaTopology.simulated(2, 1);
        String message = "odeIndex must be at least 0 and less than the number of nodes, 2: ";
        assertThatThrownBy(() -> topology.distance(index, 0)).hasMessageContaining("fromN" + message);
        assertThatThrownBy(() -> topology.distance(0, index)).hasMessageContaining("toN" + message);
        assertThatThrownBy(() -> topology.threadFactory(index)).hasMessageContaining("n" + message);
        assertThatThrownBy(() -> topology.threadFactory(index, "t")).hasMessageContaining("n" + message);
        assertThatThrownBy(() -> topology.runOn(index, () -> "never"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("n" + message + "nodeIndex=" + index + "; pass an index into nodes()");
    }

    @Test
    void null_isRefusedByName() {
        NumaTopology topology = NumaTopology.simulated(2, 1);
        assertThatThrownBy(() -> topology.threadFactory(0, null)).hasMessage("namePrefix must not be null");
        assertThatThrownBy(() -> topology.threadFactory().newThread(null)).hasMessage("task must not be null");
        assertThatThrownBy(() -> topology.runOn(0, null)).hasMessage("task must not be null");
    }

    @Test
    void threadFactory_spreads_takesNodesInTurn() throws InterruptedException {
        NumaTopology topology = NumaTopology.simulated(3, 1);
        assertThat(nodesOf(topology, topology.threadFactory(), 7)).containsExactly(0, 1, 2, 0, 1, 2, 0);
    }

    @Test
    void threadFactory_oneThreadEach_areSpreadToo() throws InterruptedException {
        NumaTopology topology = NumaTopology.simulated(3, 1);
        List<Integer> nodes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            nodes.addAll(nodesOf(topology, topology.threadFactory(), 1));
        }
        assertThat(nodes).containsExactly(0, 1, 2, 0);
        assertThat(nodesOf(topology, topology.threadFactory(), 4)).containsExactly(1, 2, 0, 1);
    }

    @Test
    void threadFactory_ofANode_keepsToIt() throws InterruptedException {
        NumaTopology topology = NumaTopology.simulated(3, 1);
        assertThat(nodesOf(topology, topology.threadFactory(2), 4)).containsExactly(2, 2, 2, 2);
    }

    @Test
    void threadFactory_threads_areNamedAndNoDaemons() throws InterruptedException {
        NumaTopology topology =
                RecordedMachine.unpack("memory-only-nodes", directory).topology();
        ThreadFactory named = topology.threadFactory(1, "loader-");
        assertThat(named.newThread(() -> {}).getName()).isEqualTo("loader-1");
        assertThat(named.newThread(() -> {}).getName()).isEqualTo("loader-2");
        // The operating system's number, which is what other tools show.
        assertThat(topology.threadFactory(1).newThread(() -> {}).getName()).isEqualTo("nr4j-node-2-thread-1");
        List<Boolean> daemon = new ArrayList<>();
        Thread maker = new Thread(
                () -> daemon.add(topology.threadFactory().newThread(() -> {}).isDaemon()));
        maker.setDaemon(true);
        maker.start();
        maker.join();
        assertThat(daemon).containsExactly(false);
    }

    @Test
    void currentNode_threadOfAnotherTopology_isNotTakenForOurs() throws InterruptedException {
        NumaTopology large = NumaTopology.simulated(8, 1);
        NumaTopology small = NumaTopology.simulated(2, 1);
        AtomicInteger seen = new AtomicInteger(-1);
        Thread thread = large.threadFactory(7).newThread(() -> seen.set(small.currentNode()));
        thread.start();
        thread.join();
        assertThat(seen.get()).isEqualTo((int) (thread.getId() % 2));
    }

    @Test
    void currentNode_simulated_isSteadyAndSpreadByThread() throws InterruptedException {
        NumaTopology topology = NumaTopology.simulated(2, 1);
        int mine = topology.currentNode();
        for (int i = 0; i < 10_000; i++) {
            assertThat(topology.currentNode()).isEqualTo(mine);
        }
        assertThat(nodesOf(topology, Thread::new, 20)).contains(0, 1);
    }

    @Test
    void currentNode_strangeThreadId_isANode() throws InterruptedException {
        NumaTopology topology = NumaTopology.simulated(3, 1);
        List<Integer> seen = new ArrayList<>();
        for (long id : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
            Thread thread = new Thread(() -> seen.add(topology.currentNode())) {
                @Override
                @SuppressWarnings("deprecation")
                public long getId() {
                    return id;
                }
            };
            thread.start();
            thread.join();
        }
        assertThat(seen).hasSize(4).allSatisfy(node -> assertThat(node).isBetween(0, 2));
    }

    @Test
    void currentNode_cpusThatNoNodeHas_fallsBackToTheThread() {
        // The recording's cpus are not this machine's.
        NumaTopology topology = NumaTopology.parse(
                RecordedMachine.ofNodes(directory, "60000", "60001").sysfs(), "60000-60001");
        assertThat(topology.currentNode())
                .isEqualTo((int) (Thread.currentThread().getId() % 2));
    }

    @Test
    void currentNode_virtualThread_isSpreadByThread() throws ReflectiveOperationException, InterruptedException {
        assumeTrue(Runtime.version().feature() >= 21, "virtual threads need JDK 21");
        NumaTopology topology = RecordedMachine.ofNodes(directory, "0", "1").topology();
        int[] seen = {-1};
        Runnable task = () -> seen[0] = topology.currentNode();
        Thread thread = (Thread)
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
        thread.join();
        assertThat(seen[0]).isEqualTo((int) (thread.getId() % 2));
    }

    @Test
    void runOn_oneNodeOrSimulated_runsInTheCaller() {
        Thread caller = Thread.currentThread();
        assertThat(NumaTopology.simulated(1, 1).runOn(0, Thread::currentThread)).isSameAs(caller);
        assertThat(NumaTopology.simulated(4, 1).runOn(3, Thread::currentThread)).isSameAs(caller);
        assertThat(NumaTopology.simulated(4, 1).<Object>runOn(3, () -> null)).isNull();
    }

    @Test
    void nodes_cannotBeChanged() {
        NumaTopology topology = NumaTopology.simulated(2, 1);
        assertThatThrownBy(() -> topology.nodes().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> topology.nodes().get(0).cpus().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void numaNode_badComponents_areRefused() {
        assertThatThrownBy(() -> new NumaNode(-1, List.of(), 0))
                .hasMessageStartingWith("id must not be negative: id=-1");
        assertThatThrownBy(() -> new NumaNode(0, List.of(), -2))
                .hasMessageStartingWith("memoryBytes must not be negative");
        assertThatThrownBy(() -> new NumaNode(0, List.of(1, 1), 0)).hasMessageStartingWith("cpus must be ascending");
        assertThatThrownBy(() -> new NumaNode(0, List.of(-1), 0)).hasMessageStartingWith("cpus must be ascending");
        assertThatCode(() -> new NumaNode(0, List.of(), 0)).doesNotThrowAnyException();
        assertThat(new NumaNode(3, List.of(1), 512L << 20)).hasToString("node 3 (cpus 1, 512 MiB)");
    }

    /** The node that each thread of the factory finds itself on. */
    private static List<Integer> nodesOf(NumaTopology topology, ThreadFactory factory, int threads)
            throws InterruptedException {
        List<Integer> nodes = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = factory.newThread(() -> nodes.add(topology.currentNode()));
            thread.start();
            thread.join();
        }
        return nodes;
    }
}
