package org.nr4j.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The nodes and cpus of a machine, as far as this process may use them.
 *
 * @param nodes the nodes that have usable cpus, by ascending id
 * @param memoryOnlyNodes the nodes that have no cpus at all, by ascending id
 * @param distances the distances between {@code nodes}: a row for each node, with a column for each node
 * @param usable the cpus that are allowed and online; some may belong to no node
 */
record Machine(List<NumaNode> nodes, List<NumaNode> memoryOnlyNodes, List<List<Integer>> distances, BitSet usable) {
    static final int LOCAL_DISTANCE = 10;
    static final int REMOTE_DISTANCE = 20;

    /** The index that stands for no node. */
    static final int NO_NODE = -1;

    Machine {
        nodes = List.copyOf(nodes);
        memoryOnlyNodes = List.copyOf(memoryOnlyNodes);
        distances = List.copyOf(distances);
    }

    /** Returns a machine whose nodes are unknown: one node has all cpus. */
    static Machine ofOneNode(BitSet cpus) {
        return new Machine(
                List.of(NumaNode.of(0, cpus, NumaNode.UNKNOWN_MEMORY)),
                List.of(),
                List.of(List.of(LOCAL_DISTANCE)),
                cpus);
    }

    /** Returns a machine of equal nodes, equally far from each other, with the cpus in order. */
    static Machine uniform(int nodeCount, int cpusPerNode) {
        List<NumaNode> nodes = new ArrayList<>();
        List<List<Integer>> distances = new ArrayList<>();
        for (int id = 0; id < nodeCount; id++) {
            BitSet cpus = new BitSet();
            cpus.set(id * cpusPerNode, (id + 1) * cpusPerNode);
            nodes.add(NumaNode.of(id, cpus, NumaNode.UNKNOWN_MEMORY));
            distances.add(uniformDistances(nodeCount, id));
        }
        BitSet usable = new BitSet();
        usable.set(0, nodeCount * cpusPerNode);
        return new Machine(nodes, List.of(), distances, usable);
    }

    /** Returns the distances from one node to all, where the distances are unknown. */
    static List<Integer> uniformDistances(int nodeCount, int from) {
        List<Integer> row = new ArrayList<>();
        for (int to = 0; to < nodeCount; to++) {
            row.add(to == from ? LOCAL_DISTANCE : REMOTE_DISTANCE);
        }
        return List.copyOf(row);
    }

    /** Returns whether one node has all usable cpus. */
    boolean isOneNode() {
        return nodes.size() == 1 && nodes.get(0).cpuSet().equals(usable);
    }

    /** Returns the node index of each cpu number, or {@link #NO_NODE}. The array ends at the largest usable cpu. */
    int[] nodeIndexByCpu() {
        int[] table = new int[usable.length()];
        Arrays.fill(table, NO_NODE);
        for (int index = 0; index < nodes.size(); index++) {
            for (int cpu : nodes.get(index).cpus()) {
                table[cpu] = index;
            }
        }
        return table;
    }

    /** Returns one line for people. */
    @Override
    public String toString() {
        String count = nodes.size() == 1 ? "1 node: " : nodes.size() + " nodes: ";
        return count + joined(nodes) + (memoryOnlyNodes.isEmpty() ? "" : "; memory only: " + joined(memoryOnlyNodes));
    }

    private static String joined(List<NumaNode> nodes) {
        return nodes.stream().map(NumaNode::toString).collect(Collectors.joining(", "));
    }
}
