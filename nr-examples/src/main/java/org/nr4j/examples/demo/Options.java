package org.nr4j.examples.demo;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nr4j.topology.NumaTopology;

/**
 * What the user asked for.
 *
 * @param structure what the threads share
 * @param threads how many there are; empty for one a cpu
 * @param writePercent how many of 100 operations write
 * @param replicas how many copies; empty for one a node
 * @param seconds how long all contenders together run
 * @param entries how many entries the structure has to begin with
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
    private static final String REMEDY = "--help lists the options";
    private static final int MOST_THREADS = 1024;
    private static final int MOST_REPLICAS = 64;
    private static final int MOST_SECONDS = 3600;
    private static final int MOST_ENTRIES = 1_000_000;
    private static final int LARGEST_LOG = 1 << 28;
    private static final Pattern NODES_X_CPUS = Pattern.compile("(\\d{1,9})x(\\d{1,9})");

    /** How many threads to run: as asked for, or one a cpu, but at least two, and one for each node. */
    int threadCount() {
        int cpus = Runtime.getRuntime().availableProcessors();
        return threads.orElse(Math.min(MOST_THREADS, Math.max(Math.max(2, cpus), topology.nodeCount())));
    }

    /** How many replicas to keep: as asked for, or one a node. */
    int replicaCount() {
        return replicas.orElse(topology.nodeCount());
    }

    /** Whether the command line asks for the usage text only. */
    static boolean wantsHelp(String... args) {
        return List.of(args).contains("--help");
    }

    /**
     * Reads a command line.
     *
     * @throws BadOptionException if it makes no sense
     */
    static Options parse(String... args) {
        Map<String, String> given = split(args);
        return new Options(
                structure(given.get("--structure")),
                optionalNumber(given, "--threads", MOST_THREADS, "leave it out for one a cpu"),
                number(given, "--writes", 0, 100, 10, "pass a percentage, such as 10"),
                optionalNumber(given, "--replicas", MOST_REPLICAS, "leave it out for one a node"),
                number(given, "--seconds", 1, MOST_SECONDS, 10, "leave it out for 10"),
                number(given, "--entries", 1, MOST_ENTRIES, 10_000, "leave it out for 10000"),
                topology(given.get("--topology")),
                logCapacity(given));
    }

    /** Accepts both {@code --name value} and {@code --name=value}. */
    private static Map<String, String> split(String[] args) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < args.length; i++) {
            String arg = args[i];
            if (!arg.startsWith("--")) {
                throw new BadOptionException("options begin with --: " + arg + "; " + REMEDY);
            }
            int equals = arg.indexOf('=');
            String name = equals < 0 ? arg : arg.substring(0, equals);
            if (!NAMES.contains(name)) {
                throw new BadOptionException("there is no such option: " + name + "; " + REMEDY);
            }
            if (equals < 0 && (i + 1 == args.length || args[i + 1].startsWith("--"))) {
                throw new BadOptionException("an option needs a value: " + name + "; " + REMEDY);
            }
            String value = equals < 0 ? args[++i] : arg.substring(equals + 1);
            if (given.put(name, value) != null) {
                throw new BadOptionException("an option may be given once: " + name + "; leave one out");
            }
        }
        return given;
    }

    private static Structure structure(String value) {
        if (value == null) {
            return Structure.ORDERED;
        }
        for (Structure structure : Structure.values()) {
            if (structure.optionValue().equals(value)) {
                return structure;
            }
        }
        throw bad("--structure", value, "must be one of " + Structure.optionValues(), "pass one of these");
    }

    private static NumaTopology topology(String value) {
        if (value == null || value.equals("detect")) {
            return NumaTopology.detect();
        }
        Matcher matcher = NODES_X_CPUS.matcher(value);
        if (!matcher.matches()) {
            throw bad(
                    "--topology", value, "must be detect or NODESxCPUS", "pass for example 2x4 for 2 nodes of 4 cpus");
        }
        try {
            return NumaTopology.simulated(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        } catch (IllegalArgumentException e) {
            throw new BadOptionException("--topology=" + value + ": " + e.getMessage());
        }
    }

    private static int logCapacity(Map<String, String> given) {
        int capacity = number(given, "--log", 1, LARGEST_LOG, 4096, "leave it out for 4096");
        if (Integer.bitCount(capacity) != 1) {
            int below = Integer.highestOneBit(capacity);
            throw bad("--log", "" + capacity, "must be a power of two", "pass " + below + " or " + 2 * below);
        }
        return capacity;
    }

    private static OptionalInt optionalNumber(Map<String, String> given, String name, int most, String remedy) {
        return given.containsKey(name) ? OptionalInt.of(number(given, name, 1, most, 1, remedy)) : OptionalInt.empty();
    }

    private static int number(
            Map<String, String> given, String name, int least, int most, int otherwise, String remedy) {
        String value = given.get(name);
        if (value == null) {
            return otherwise;
        }
        if (value.matches("\\d{1,9}")) {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw bad(name, value, "must be a whole number from " + least + " to " + most, remedy);
    }

    private static BadOptionException bad(String name, String value, String rule, String remedy) {
        return new BadOptionException(name + " " + rule + ": " + name + "=" + value + "; " + remedy);
    }
}
