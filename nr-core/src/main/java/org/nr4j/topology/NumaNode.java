package org.nr4j.topology;

import java.util.BitSet;
import java.util.List;

/**
 * One NUMA node: some cpus and the memory that is nearest to them. A node is immutable. Any thread may use it.
 *
 * @param id the operating system's number of the node; its index in {@link NumaTopology#nodes()} can be another
 * @param cpus the numbers of its cpus that are online and that this process may use, ascending; empty for a node that
 *     has memory only
 * @param memoryBytes the size of its memory in bytes, or {@link #UNKNOWN_MEMORY}
 */
public record NumaNode(int id, List<Integer> cpus, long memoryBytes) {
    /** The size of a memory that is unknown. */
    public static final long UNKNOWN_MEMORY = -1;

    private static final long MEBIBYTE = 1 << 20;
    private static final long GIBIBYTE = 1 << 30;

    /**
     * Checks and copies the components.
     *
     * @throws IllegalArgumentException if a number is negative, or if the cpus do not ascend strictly
     */
    public NumaNode {
        if (id < 0) {
            throw new IllegalArgumentException("id must not be negative: id=" + id + "; pass the number of the node");
        }
        if (memoryBytes < UNKNOWN_MEMORY) {
            throw new IllegalArgumentException("memoryBytes must not be negative: memoryBytes=" + memoryBytes
                    + "; pass UNKNOWN_MEMORY (-1) where the size is not known");
        }
        cpus = List.copyOf(cpus);
        int previous = -1;
        for (int cpu : cpus) {
            if (cpu <= previous) {
                throw new IllegalArgumentException("cpus must be ascending, without repetition and not negative: cpus="
                        + cpus + "; sort them first");
            }
            previous = cpu;
        }
    }

    static NumaNode of(int id, BitSet cpus, long memoryBytes) {
        return new NumaNode(id, cpus.stream().boxed().toList(), memoryBytes);
    }

    /** Returns the cpus as a new set. */
    BitSet cpuSet() {
        BitSet set = new BitSet();
        cpus.forEach(set::set);
        return set;
    }

    /** Returns a phrase for people, such as {@code node 1 (cpus 8-15, 64 GiB)}. */
    @Override
    public String toString() {
        String size = memoryText();
        String contents = cpus.isEmpty() ? "no cpus" : "cpus " + CpuList.format(cpuSet());
        return "node " + id + " (" + contents + (size.isEmpty() ? "" : ", " + size) + ")";
    }

    private String memoryText() {
        if (memoryBytes == UNKNOWN_MEMORY) {
            return "";
        }
        return memoryBytes >= GIBIBYTE
                ? Math.round((double) memoryBytes / GIBIBYTE) + " GiB"
                : Math.round((double) memoryBytes / MEBIBYTE) + " MiB";
    }
}
