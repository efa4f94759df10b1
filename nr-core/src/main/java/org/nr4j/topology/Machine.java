package org.nr4j.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is known of a machine.
 *
 * @param nodes the nodes that have usable cpus, by id
 * @param memoryOnlyNodes the nodes that have no cpus at all, by id
 * @param distances a row for each of {@code nodes}, with a column for each of them
 * @param usable the cpus that are allowed and online; some may belong to no node
 */
record Machine(List<NumaNode> nodes, List<NumaNode> memoryOnlyNodes, List<List<Integer>> distances, BitSet usable) {
    static final int LOCAL_DISTANCE = 10;
    static final int REMOTE_DISTANCE = 20;

    /** No node has the cpu. */
    static final int NO_NODE = -1;

    Machine {
        nodes = List.copyOf(nodes);
        memoryOnlyNodes = List.copyOf(memoryOnlyNodes);
        distances = List.copyOf(distances);
    }

    /** A machine whose nodes are not known: one node has all. */
    static Machine ofOneNode(BitSet cpus) {
        return new Machine(
                List.of(NumaNode.of(0, cpus, NumaNode.UNKNOWN_MEMORY)),
                List.of(),
                List.of(List.of(LOCAL_DISTANCE)),
                cpus);
    }

    /** Nodes of equal size, equally far from each other, with the cpus in order. */
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

    /** The distances from one node where nothing is known of them. */
    static List<Integer> uniformDistances(int nodeCount, int from) {
        List<Integer> row = new ArrayList<>();
        for (int to = 0; to < nodeCount; to++) {
            row.add(to == from ? LOCAL_DISTANCE : REMOTE_DISTANCE);
        }
        return List.copyOf(row);
    }

    /** Whether one node has everything that can be used. */
    boolean isOneNode() {
        return nodes.size() == 1 && nodes.get(0).cpuSet().equals(usable);
    }

    /** The index of the node of each cpu number, or {@link #NO_NODE}; as long as the largest number that a node has needs. */
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

    /** One line for people. */
    @Override
    public String toString() {
        String count = nodes.size() == 1 ? "1 node: " : nodes.size() + " nodes: ";
        return count + joined(nodes) + (memoryOnlyNodes.isEmpty() ? "" : "; memory only: " + joined(memoryOnlyNodes));
    }

    private static String joined(List<NumaNode> nodes) {
        return nodes.stream().map(NumaNode::toString).collect(Collectors.joining(", "));
    }
}
