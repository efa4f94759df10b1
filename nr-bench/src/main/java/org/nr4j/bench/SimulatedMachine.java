package org.nr4j.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nr4j.topology.NumaTopology;

/**
 * The simulated NUMA machine that this program runs on, when {@code nr-bench/numa/simulate} started it: its size, what
 * a thread says to it, and what it counted.
 *
 * <p>A thread speaks to it by looking for files that are not there, so that nothing native is needed. Outside a
 * participating thread these look-ups do nothing but take time; inside one they are part of the simulated time, so none
 * stands in a measured section.
 */
final class SimulatedMachine {
    private static final String MARKERS = "/simnuma/";

    private final int nodes;
    private final int cpusPerNode;
    private final Path report;

    /** One object for all: a thread that it made is on its node for it alone. */
    private final NumaTopology topology;

    private SimulatedMachine(int nodes, int cpusPerNode, Path report) {
        this.nodes = nodes;
        this.cpusPerNode = cpusPerNode;
        this.report = report;
        this.topology = NumaTopology.simulated(nodes, cpusPerNode);
    }

    /**
     * The machine as the launcher describes it.
     *
     * @throws IllegalStateException if this program was not started by the launcher
     */
    static SimulatedMachine present() {
        String report = System.getProperty("nr4j.simulation.report");
        if (report == null) {
            throw new IllegalStateException(
                    "a simulation needs the simulated machine: nr4j.simulation.report=null; start it with nr-bench/numa/simulate");
        }
        return new SimulatedMachine(
                Integer.getInteger("nr4j.simulation.nodes"),
                Integer.getInteger("nr4j.simulation.cpusPerNode"),
                Path.of(report));
    }

    int nodes() {
        return nodes;
    }

    int cpusPerNode() {
        return cpusPerNode;
    }

    int cpus() {
        return nodes * cpusPerNode;
    }

    int nodeOf(int cpu) {
        return cpu / cpusPerNode;
    }

    /** The nodes for the library. Threads that its factories make are on the node they were made for. */
    NumaTopology topology() {
        return topology;
    }

    /**
     * Looks for files as long as it takes to have that compiled: interpreted, a marker takes a sixth of a measurement,
     * and the JVM's counters, which all threads write, show in the counts.
     */
    void rehearse() {
        for (int i = 0; i < 5000; i++) {
            mark("rehearsal");
        }
    }

    /**
     * From now on participating threads are counted, and all code runs much slower: warm up before. There is no way
     * back.
     */
    void startCounting() {
        mark("count");
    }

    /**
     * From now on the calling thread runs on this simulated cpu, and in simulated time, which {@link System#nanoTime}
     * tells it.
     */
    void enter(int cpu) {
        mark("enter/" + cpu);
    }

    /** The calling thread leaves simulated time. */
    void leave() {
        mark("leave");
    }

    /** What the calling thread does from now on is counted. */
    void begin() {
        mark("begin");
    }

    /** No longer. */
    void end() {
        mark("end");
    }

    /**
     * What was counted on all cpus since the last call, by the names of the simulator; the caches are empty afterwards.
     * All threads have left.
     */
    Map<String, Double> takeCounts() {
        mark("dump/section");
        try {
            List<String> lines = Files.readAllLines(report);
            return parse(lines.get(lines.size() - 1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Double> parse(String line) {
        Map<String, Double> counts = new TreeMap<>();
        for (String word : line.split(" ")) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                counts.put(word.substring(0, equals), Double.valueOf(word.substring(equals + 1)));
            }
        }
        return counts;
    }

    @SuppressWarnings("ResultOfMethodCallIgnored") // the look-up is the message
    private static void mark(String message) {
        new File(MARKERS + message).exists();
    }
}
