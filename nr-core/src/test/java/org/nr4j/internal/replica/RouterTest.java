package org.nr4j.internal.replica;

import static java.util.stream.IntStream.range;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nr4j.topology.NumaTopology;

class RouterTest {

    @Test
    void oneReplica_servesAll() throws InterruptedException {
        for (int node = 0; node < 4; node++) {
            assertThat(replicaOnNode(NumaTopology.simulated(4, 2), 1, node, 7)).isZero();
        }
    }

    /** A thread of a node gets a replica of that node wherever there is one. */
    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "4,4", "2,4", "2,5", "3,7", "1,4"})
    void asManyReplicasAsNodesOrMore_servesEachNodeByItsOwn_andUsesAll(int nodes, int replicas)
            throws InterruptedException {
        NumaTopology topology = NumaTopology.simulated(nodes, 2);
        Set<Integer> used = ConcurrentHashMap.newKeySet();
        for (int node = 0; node < nodes; node++) {
            for (int threadId = 1; threadId <= 2 * replicas; threadId++) {
                int replica = replicaOnNode(topology, replicas, node, threadId);
                assertThat(replica % nodes).isEqualTo(node);
                used.add(replica);
            }
        }
        assertThat(used)
                .containsExactlyInAnyOrderElementsOf(range(0, replicas).boxed().toList());
    }

    @Test
    void fewerReplicasThanNodes_spreadsTheOtherNodes() throws InterruptedException {
        NumaTopology topology = NumaTopology.simulated(4, 2);
        assertThat(replicaOnNode(topology, 2, 0, 1)).isZero();
        assertThat(replicaOnNode(topology, 2, 1, 1)).isEqualTo(1);
        assertThat(Set.of(replicaOnNode(topology, 2, 2, 1), replicaOnNode(topology, 2, 3, 1)))
                .containsExactlyInAnyOrder(0, 1);
    }

    private static int replicaOnNode(NumaTopology topology, int replicas, int node, long threadId)
            throws InterruptedException {
        Router router = new Router(
                topology,
                range(0, replicas)
                        .mapToObj(replica -> replica % topology.nodeCount())
                        .toList());
        int[] result = new int[1];
        Thread thread = topology.threadFactory(node, "router").newThread(() -> result[0] = router.replicaOf(threadId));
        thread.start();
        thread.join();
        return result[0];
    }
}
