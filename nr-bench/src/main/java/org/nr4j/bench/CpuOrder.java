package org.nr4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nr4j.topology.NumaNode;
import org.nr4j.topology.NumaTopology;

/** The order in which threads take the cpus of the machine. */
enum CpuOrder {
    /** First the cpus of one node, then those of the next. */
    FILL,
    /** One cpu of each node in turn. */
    INTERLEAVE;

    private static final Path CPUS = Path.of("/sys/devices/system/cpu");

    /**
     * Returns the cpus of this machine that this process may use. Within a node, one cpu of each core comes first. The
     * others, which share these cores, follow.
     */
    List<Integer> cpus(NumaTopology topology) {
        return cpus(topology, CPUS);
    }

    /**
     * Returns the same, from a copy of the directory that says which cpus share a core. If the directory does not say,
     * each cpu counts as a core.
     */
    List<Integer> cpus(NumaTopology topology, Path cpuDirectory) {
        List<List<Integer>> nodes = topology.nodes().stream()
                .map(node -> coresFirst(node, cpuDirectory))
                .toList();
        List<Integer> cpus = new ArrayList<>();
        if (this == FILL) {
            nodes.forEach(cpus::addAll);
            return cpus;
        }
        int most = nodes.stream().mapToInt(List::size).max().orElse(0);
        for (int i = 0; i < most; i++) {
            for (List<Integer> node : nodes) {
                if (i < node.size()) {
                    cpus.add(node.get(i));
                }
            }
        }
        return cpus;
    }

    /** Returns the cpus of a node in rounds, with one cpu of each core in a round. */
    private static List<Integer> coresFirst(NumaNode node, Path cpuDirectory) {
        Map<String, Integer> seen = new HashMap<>();
        List<List<Integer>> rounds = new ArrayList<>();
        for (int cpu : node.cpus()) {
            int round = seen.merge(core(cpu, cpuDirectory), 1, Integer::sum) - 1;
            if (round == rounds.size()) {
                rounds.add(new ArrayList<>());
            }
            rounds.get(round).add(cpu);
        }
        return rounds.stream().flatMap(List::stream).toList();
    }

    /** Returns the list of a core's cpus, which is the same text for each of them. */
    private static String core(int cpu, Path cpuDirectory) {
        try {
            return Files.readString(cpuDirectory.resolve("cpu" + cpu).resolve("topology/thread_siblings_list"));
        } catch (IOException e) {
            return "cpu " + cpu;
        }
    }
}
