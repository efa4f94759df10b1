package org.nr4j.examples.watch;

import java.util.OptionalInt;
import java.util.Set;
import org.nr4j.examples.command.BadOptionException;
import org.nr4j.examples.command.CommandLine;
import org.nr4j.topology.NumaTopology;

/**
 * The options that the user gave.
 *
 * @param seconds how long to run; empty to run until Ctrl-C
 * @param refreshMillis the time from one view to the next
 * @param isPlain whether to print one block after the other instead of refreshing the screen
 * @param threads how many threads to run; empty for one a cpu
 * @param writePercent how many of 100 operations write
 * @param replicas how many copies to begin with; empty for one a node
 * @param entries how many counters the structure has
 * @param topology where threads and replicas are placed
 * @param logCapacity how many batches the log holds
 * @param growSeconds how often a replica is added, or removed again; empty for never
 * @param faultSeconds how often a replica runs out of stack; empty for never
 * @param slowFollower how many writes a second a slow follower can take; empty for no such follower
 */
record WatchOptions(
        OptionalInt seconds,
        int refreshMillis,
        boolean isPlain,
        OptionalInt threads,
        int writePercent,
        OptionalInt replicas,
        int entries,
        NumaTopology topology,
        int logCapacity,
        OptionalInt growSeconds,
        OptionalInt faultSeconds,
        OptionalInt slowFollower) {

    static final String USAGE = """
            Lets threads work on a replicated TreeMap of counters, and shows what goes on inside.

              --seconds S          how long, 1 to 86400; default until Ctrl-C
              --refresh MS         milliseconds from one view to the next, 100 to 60000; default 1000
              --plain              one block of text after the other, as without a terminal
              --threads N          how many threads, 1 to 1024; default one a cpu, at least 2
              --writes PERCENT     share of operations that write, 0 to 100; default 10
              --replicas N         how many copies to begin with, 1 to 64; default one a NUMA node, at least 2
              --entries N          size of the map, 1 to 1000000; default 10000
              --topology SPEC      detect, or NODESxCPUS to pretend that there are so many; default detect
              --log N              how many batches the log holds, a power of two; default 4096
              --grow S             every so many seconds, adds a replica, or removes it again
              --fault S            every so many seconds, one replica runs out of stack and is rebuilt
              --slow-follower N    a follower that can take N writes a second, and is dropped when behind
              --help               this text

            Exit code: 0 all is well, 1 the replicas differ or the run failed, 2 an option makes no sense.
            """;

    private static final Set<String> NAMES = Set.of(
            "--seconds",
            "--refresh",
            "--threads",
            "--writes",
            "--replicas",
            "--entries",
            "--topology",
            "--log",
            "--grow",
            "--fault",
            "--slow-follower");
    private static final Set<String> SWITCHES = Set.of("--plain");
    private static final int MOST_SECONDS = 86_400;
    private static final int MOST_THREADS = 1024;
    private static final int MOST_REPLICAS = 64;
    private static final int MOST_ENTRIES = 1_000_000;
    private static final int MOST_WRITES = 100_000_000;

    /** Returns how many threads to run: the number asked for, or one a cpu, but at least two. */
    int threadCount() {
        int cpus = Runtime.getRuntime().availableProcessors();
        return threads.orElse(Math.min(MOST_THREADS, Math.max(2, cpus)));
    }

    /**
     * Returns how many replicas to begin with: the number asked for, or one a node, but at least two. A single replica
     * has no log to show.
     */
    int replicaCount() {
        return replicas.orElse(Math.max(2, topology.nodeCount()));
    }

    /**
     * Parses a command line.
     *
     * @throws BadOptionException if an option is wrong
     */
    static WatchOptions parse(String... args) {
        CommandLine line = CommandLine.parse(NAMES, SWITCHES, args);
        WatchOptions options = new WatchOptions(
                line.number("--seconds", MOST_SECONDS, "leave it out to run until Ctrl-C"),
                line.number("--refresh", 100, 60_000, 1_000, "leave it out for 1000"),
                line.has("--plain"),
                line.number("--threads", MOST_THREADS, "leave it out for one a cpu"),
                line.number("--writes", 0, 100, 10, "pass a percentage, such as 10"),
                line.number("--replicas", MOST_REPLICAS, "leave it out for one a node"),
                line.number("--entries", 1, MOST_ENTRIES, 10_000, "leave it out for 10000"),
                line.topology("--topology"),
                line.logCapacity("--log"),
                line.number("--grow", MOST_SECONDS, "pass for example 5"),
                line.number("--fault", MOST_SECONDS, "pass for example 5"),
                line.number("--slow-follower", MOST_WRITES, "pass for example 10000"));
        if (options.faultSeconds.isPresent() && options.replicaCount() == 1) {
            throw new BadOptionException(
                    "--fault needs a replica to rebuild from: --replicas=1; pass 2 or more, or leave --fault out");
        }
        if (options.faultSeconds.isPresent() && options.writePercent == 0) {
            throw new BadOptionException(
                    "--fault strikes a replica that applies a write: --writes=0; pass 1 or more, or leave --fault out");
        }
        return options;
    }
}
