package org.nr4j.internal.replica;

import java.util.List;
import java.util.stream.IntStream;
import org.nr4j.topology.NumaTopology;

/**
 * Which replica serves a thread: one on its node, or, where the node has none, one of a near node; the threads of a
 * node with several replicas spread over them by thread id. Replicas are known here by their place in the list.
 */
public final class Router {
    private final NumaTopology topology;
    private final int[][] replicasOfNode;

    /** Routes over replicas on these nodes, at least one. */
    public Router(NumaTopology topology, List<Integer> nodes) {
        this.topology = topology;
        this.replicasOfNode = new int[topology.nodeCount()][];
        for (int node = 0; node < replicasOfNode.length; node++) {
            int at = nodes.contains(node) ? node : nearest(node, nodes);
            int[] candidates = IntStream.range(0, nodes.size())
                    .filter(i -> nodes.get(i) == at)
                    .toArray();
            // Threads of a node that has no replica do not spread: what one of them brings near is near for all.
            replicasOfNode[node] = at == node ? candidates : new int[] {candidates[node % candidates.length]};
        }
    }

    /**
     * The replica for the calling thread; may be out of date after the thread has moved, which costs time but nothing
     * else.
     */
    public int replicaOf(long threadId) {
        int[] candidates = replicasOfNode[topology.currentNode()];
        return candidates.length == 1 ? candidates[0] : candidates[(int) (threadId % candidates.length)];
    }

    /** Among the nodes that have a replica, the nearest; ties are spread by node number. */
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
