package org.nr4j.internal.replica;

import java.util.List;
import java.util.stream.IntStream;
import org.nr4j.topology.NumaTopology;

/**
 * Chooses the replica that serves a thread: one on its node or, if the node has none, one on the nearest node that has.
 * If a node has several replicas, its threads spread over them by thread id. Here, a replica's number is its place in
 * the list.
 */
public final class Router {
    private final NumaTopology topology;
    private final int[][] replicasOfNode;

    /** Creates a router for replicas on these nodes; there must be at least one. */
    public Router(NumaTopology topology, List<Integer> nodes) {
        this.topology = topology;
        this.replicasOfNode = new int[topology.nodeCount()][];
        for (int node = 0; node < replicasOfNode.length; node++) {
            int at = nodes.contains(node) ? node : nearest(node, nodes);
            int[] candidates = IntStream.range(0, nodes.size())
                    .filter(i -> nodes.get(i) == at)
                    .toArray();
            // Threads of a node without a replica share one replica. What one of them brings into the node's caches is
            // then near for all.
            replicasOfNode[node] = at == node ? candidates : new int[] {candidates[node % candidates.length]};
        }
    }

    /**
     * Returns the replica for the calling thread. The answer may be out of date once the thread has moved to another
     * node. Using it then costs time but is correct.
     */
    public int replicaOf(long threadId) {
        int[] candidates = replicasOfNode[topology.currentNode()];
        return candidates.length == 1 ? candidates[0] : candidates[(int) (threadId % candidates.length)];
    }

    /** Returns the nearest node that has a replica. Ties are spread by node number. */
    private int nearest(int node, List<Integer> nodes) {
        int best = nodes.get(node % nodes.size());
        for (int candidate : nodes) {
            if (topology.distance(node, candidate) < topology.distance(node, best)) {
                best = candidate;
            }
        }
        return best;
    }
}
