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
 * The simulated NUMA machine that {@code nr-bench/numa/simulate} runs this program on: its size, the commands of a
 * thread, and the counts.
 *
 * <p>A thread sends a command by looking for a file that does not exist. This needs no native code. In a thread that
 * does not participate, such a look-up only takes time. In one that does, it is part of the simulated time, so a
 * measured section contains none.
 */
final class SimulatedMachine {
    private static final String MARKERS = "/simnuma/";

    private final int nodes;
    private final int cpusPerNode;
    private final Path report;

    /** One object for all callers: the library knows a thread's node only through the object that made the thread. */
    private final NumaTopology topology;

    private SimulatedMachine(int nodes, int cpusPerNode, Path report) {
        this.nodes = nodes;
        this.cpusPerNode = cpusPerNode;
        this.report = report;
        this.topology = NumaTopology.simulated(nodes, cpusPerNode);
    }

    /**
     * Returns the machine as the launcher describes it.
     *
     * @throws IllegalStateException if the launcher did not start this program
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

    /** Returns the nodes for the library. Threads that its factories make are on the node that they were made for. */
    NumaTopology topology() {
        return topology;
    }

    /**
     * Looks for files until the JIT has compiled the look-up. In the interpreter, a command takes a sixth of a
     * measurement, and the JVM's counters, which all threads write, show in the counts.
     */
    void rehearse() {
        for (int i = 0; i < 5000; i++) {
            mark("rehearsal");
        }
    }

    /**
     * Starts to count participating threads. From then on all code runs much slower, so warm up before. Counting cannot
     * be turned off again.
     */
    void startCounting() {
        mark("count");
    }

    /**
     * Moves the calling thread to a simulated cpu and into simulated time, which {@link System#nanoTime} then returns.
     */
    void enter(int cpu) {
        mark("enter/" + cpu);
    }

    /** Takes the calling thread out of simulated time. */
    void leave() {
        mark("leave");
    }

    /** Starts to count what the calling thread does. */
    void begin() {
        mark("begin");
    }

    /** Stops counting. */
    void end() {
        mark("end");
    }

    /**
     * Returns the counts of all cpus since the last call, by the names of the simulator. It empties the caches. All
     * threads must have left.
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

    @SuppressWarnings("ResultOfMethodCallIgnored") // the look-up is the command
    private static void mark(String message) {
        new File(MARKERS + message).exists();
    }
}
