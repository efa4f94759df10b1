package org.nr4j.examples.demo;

import java.util.OptionalInt;
import java.util.Set;
import org.nr4j.examples.command.BadOptionException;
import org.nr4j.examples.command.CommandLine;
import org.nr4j.topology.NumaTopology;

/**
 * The options that the user gave.
 *
 * @param structure what the threads share
 * @param threads how many threads to run; empty for one a cpu
 * @param writePercent how many of 100 operations write
 * @param replicas how many copies to keep; empty for one a node
 * @param seconds how long all contenders run together
 * @param entries how many entries the structure has at the beginning
 * @param topology where threads and replicas are placed
 * @param logCapacity how many batches the log holds
 */
record Options(
        Structure structure,
        OptionalInt threads,
        int writePercent,
        OptionalInt replicas,
        int seconds,
        int entries,
        NumaTopology topology,
        int logCapacity) {

    static final String USAGE = """
            Runs a mixed workload of real threads on one structure, shared in several ways: replicated by
            nr4j, behind locks, and as the JDK's concurrent class where there is one. Verifies that nothing
            was lost, and prints a comparison.

              --structure NAME     map, ordered, queue, stack or leaderboard; default ordered
              --threads N          how many threads, 1 to 1024; default one a cpu, at least 2
              --writes PERCENT     share of operations that write, 0 to 100; default 10
              --replicas N         how many copies nr4j keeps, 1 to 64; default one a NUMA node
              --seconds S          about how long to run in all, 1 to 3600; default 10
              --entries N          size of the structure, 1 to 1000000; default 10000
              --topology SPEC      detect, or NODESxCPUS to pretend that there are so many; default detect
              --log N              how many batches nr4j's log holds, a power of two; default 4096
              --help               this text

            Exit code: 0 all is well, 1 the verification or the run failed, 2 an option makes no sense.
            """;

    private static final Set<String> NAMES = Set.of(
            "--structure", "--threads", "--writes", "--replicas", "--seconds", "--entries", "--topology", "--log");
    private static final int MOST_THREADS = 1024;
    private static final int MOST_REPLICAS = 64;
    private static final int MOST_SECONDS = 3600;
    private static final int MOST_ENTRIES = 1_000_000;

    /** Returns how many threads to run: the number asked for, or one a cpu, but at least two, and one for each node. */
    int threadCount() {
        int cpus = Runtime.getRuntime().availableProcessors();
        return threads.orElse(Math.min(MOST_THREADS, Math.max(Math.max(2, cpus), topology.nodeCount())));
    }

    /** Returns how many replicas to keep: the number asked for, or one a node. */
    int replicaCount() {
        return replicas.orElse(topology.nodeCount());
    }

    /** Returns whether the command line only asks for the usage text. */
    static boolean wantsHelp(String... args) {
        return CommandLine.wantsHelp(args);
    }

    /**
     * Parses a command line.
     *
     * @throws BadOptionException if an option is wrong
     */
    static Options parse(String... args) {
        CommandLine line = CommandLine.parse(NAMES, Set.of(), args);
        return new Options(
                structure(line.text("--structure", Structure.ORDERED.optionValue())),
                line.number("--threads", MOST_THREADS, "leave it out for one a cpu"),
                line.number("--writes", 0, 100, 10, "pass a percentage, such as 10"),
                line.number("--replicas", MOST_REPLICAS, "leave it out for one a node"),
                line.number("--seconds", 1, MOST_SECONDS, 10, "leave it out for 10"),
                line.number("--entries", 1, MOST_ENTRIES, 10_000, "leave it out for 10000"),
                line.topology("--topology"),
                line.logCapacity("--log"));
    }

    private static Structure structure(String value) {
        for (Structure structure : Structure.values()) {
            if (structure.optionValue().equals(value)) {
                return structure;
            }
        }
        throw CommandLine.bad("--structure", value, "must be one of " + Structure.optionValues(), "pass one of these");
    }
}
