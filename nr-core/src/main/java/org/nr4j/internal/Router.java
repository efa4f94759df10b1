package org.nr4j.internal;

import org.nr4j.topology.NumaTopology;

/**
 * Which replica serves a thread: one on its node, or, where there are fewer replicas than nodes, one of a near node. Replica {@code i} belongs to node
 * {@code i % nodes}; the threads of a node with several replicas spread over them by thread id.
 */
public final class Router {
    private final NumaTopology topology;
    private final int[][] replicasOfNode;

    /** Routes over that many replicas. */
    public Router(NumaTopology topology, int replicas) {
        this.topology = topology;
        this.replicasOfNode = new int[topology.nodeCount()][];
        for (int node = 0; node < replicasOfNode.length; node++) {
            replicasOfNode[node] = node < replicas ? replicasOn(node, replicas) : new int[] {nearest(node, replicas)};
        }
    }

    /** The replica for the calling thread; may be out of date after the thread has moved, which costs time but nothing else. */
    public int replicaOf(long threadId) {
        int[] candidates = replicasOfNode[topology.currentNode()];
        return candidates.length == 1 ? candidates[0] : candidates[(int) (threadId % candidates.length)];
    }

    /** The node of a replica. */
    public int nodeOf(int replica) {
        return replica % replicasOfNode.length;
    }

    private int[] replicasOn(int node, int replicas) {
        int nodes = replicasOfNode.length;
        int[] result = new int[(replicas - node + nodes - 1) / nodes];
        for (int i = 0; i < result.length; i++) {
            result[i] = node + i * nodes;
        }
        return result;
    }

    /** Among the nodes that have a replica; ties are spread by node number. */
    private int nearest(int node, int replicas) {
        int best = node % replicas;
        for (int candidate = 0; candidate < replicas; candidate++) {
            if (topology.distance(node, candidate) < topology.distance(node, best)) {
                best = candidate;
            }
        }
        return best;
    }
}
