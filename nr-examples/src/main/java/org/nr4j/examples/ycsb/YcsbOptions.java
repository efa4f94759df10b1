package org.nr4j.examples.ycsb;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import org.nr4j.examples.command.BadOptionException;
import org.nr4j.examples.command.CommandLine;
import org.nr4j.topology.NumaTopology;

/**
 * The options that the user gave.
 *
 * @param workloads which workloads to run, in this order
 * @param records how many records are loaded
 * @param operations how many operations each workload runs
 * @param threads how many threads run them; empty for one a cpu
 * @param isSkipList whether to use the skip list instead of nr4j's store
 * @param replicas how many copies nr4j keeps; empty for one a node
 * @param logs how many logs nr4j keeps; empty for one
 * @param topology where threads and replicas are placed
 */
record YcsbOptions(
        List<Workload> workloads,
        int records,
        int operations,
        OptionalInt threads,
        boolean isSkipList,
        OptionalInt replicas,
        OptionalInt logs,
        NumaTopology topology) {

    static final String USAGE = """
            Runs the core workloads of YCSB on nr4j's KeyValueStore: loads records of 1 KB, then reads, updates,
            inserts and scans them, and prints how long that took.

              --workloads LETTERS  which of A to F, in the order to run them; default abcfde
              --records N          how many records are loaded, 1 to 100000000; default 1000000
              --operations N       how many operations each workload does, 1 to 999999999; default 1000000
              --threads N          how many threads, 1 to 1024; default one a cpu, at least 2
              --store NAME         nr4j, or skiplist for the JDK's ConcurrentSkipListMap; default nr4j
              --replicas N         how many copies nr4j keeps, 1 to 64; default one a NUMA node
              --logs N             how many logs nr4j keeps, 1 to 256; default 1
              --topology SPEC      detect, or NODESxCPUS to pretend that there are so many; default detect
              --help               this text

            A update heavy, B read mostly, C read only, D read latest, E short ranges, F read-modify-write.
            D and E insert records; what comes after them begins with a new load.

            Exit code: 0 all is well, 1 records are missing or the run failed, 2 an option makes no sense.
            """;

    private static final Set<String> NAMES = Set.of(
            "--workloads", "--records", "--operations", "--threads", "--store", "--replicas", "--logs", "--topology");
    private static final int MOST_RECORDS = 100_000_000;
    private static final int MOST_OPERATIONS = 999_999_999;
    private static final int MOST_THREADS = 1024;
    private static final int MOST_REPLICAS = 64;
    private static final int MOST_LOGS = 256;

    /** YCSB recommends this order: only the last one needs a new load. */
    private static final String ALL_WORKLOADS = "abcfde";

    /** The measured memory of a record. With a quarter less, the collector slows everything down. */
    private static final long BYTES_PER_RECORD = 1_250;

    /** The memory of everything else. */
    private static final long BYTES_BESIDES = 200_000_000;

    private static final long MILLION = 1_000_000;

    /** Returns how many threads to run: the number asked for, or one a cpu, but at least two. */
    int threadCount() {
        int cpus = Runtime.getRuntime().availableProcessors();
        return threads.orElse(Math.min(MOST_THREADS, Math.max(2, cpus)));
    }

    /** Returns how many replicas to keep: the number asked for, or one a node. */
    int replicaCount() {
        return replicas.orElse(topology.nodeCount());
    }

    /** Returns how many logs to keep: the number asked for, or one. */
    int logCount() {
        return logs.orElse(1);
    }

    Store openStore() {
        return isSkipList ? new SkipListStore() : new ReplicatedStore(replicaCount(), logCount(), topology);
    }

    String storeName() {
        return isSkipList ? "ConcurrentSkipListMap" : "nr4j, replicas: " + replicaCount() + ", logs: " + logCount();
    }

    /**
     * Returns the workloads in groups. A new group begins where records must be loaded again, because the workload
     * before inserted some.
     */
    List<List<Workload>> runs() {
        List<List<Workload>> runs = new ArrayList<>();
        boolean isGrown = true;
        for (Workload workload : workloads) {
            if (isGrown) {
                runs.add(new ArrayList<>());
            }
            runs.get(runs.size() - 1).add(workload);
            isGrown = workload.percent().containsKey(Operation.INSERT);
        }
        return runs;
    }

    /**
     * Refuses a run that would run out of memory.
     *
     * @throws BadOptionException if the records do not fit in the memory that Java may use
     */
    void requireMemory(long maxMemory) {
        long most = workloads.stream()
                .mapToLong(workload -> workload.mostRecords(records, operations))
                .max()
                .orElseThrow();
        long copies = isSkipList ? 1 : replicaCount();
        long needed = most * copies * BYTES_PER_RECORD + BYTES_BESIDES;
        if (maxMemory < needed) {
            long megabytes = needed / MILLION + 1;
            throw new BadOptionException(String.format(
                    Locale.ROOT,
                    "the heap must have room for all records: MB=%d needed=%d; give Java more (MAVEN_OPTS=-Xmx%dm),"
                            + " or pass fewer --records, --operations or --replicas",
                    maxMemory / MILLION,
                    megabytes,
                    megabytes));
        }
    }

    /**
     * Parses a command line.
     *
     * @throws BadOptionException if an option is wrong
     */
    static YcsbOptions parse(String... args) {
        CommandLine line = CommandLine.parse(NAMES, Set.of(), args);
        YcsbOptions options = new YcsbOptions(
                workloads(line.text("--workloads", ALL_WORKLOADS)),
                line.number("--records", 1, MOST_RECORDS, 1_000_000, "leave it out for 1000000"),
                line.number("--operations", 1, MOST_OPERATIONS, 1_000_000, "leave it out for 1000000"),
                line.number("--threads", MOST_THREADS, "leave it out for one a cpu"),
                isSkipList(line.text("--store", "nr4j")),
                line.number("--replicas", MOST_REPLICAS, "leave it out for one a node"),
                line.number("--logs", MOST_LOGS, "leave it out for one"),
                line.topology("--topology"));
        options.refuseForSkipList("--replicas", options.replicas);
        options.refuseForSkipList("--logs", options.logs);
        return options;
    }

    private void refuseForSkipList(String option, OptionalInt value) {
        if (isSkipList && value.isPresent()) {
            throw new BadOptionException(option + " is for --store nr4j: " + option + "=" + value.getAsInt()
                    + " --store=skiplist; leave one out");
        }
    }

    private static List<Workload> workloads(String letters) {
        if (!letters.matches("[A-Fa-f]+")) {
            throw CommandLine.bad("--workloads", letters, "must be letters from A to F", "pass for example ac");
        }
        return letters.toUpperCase(Locale.ROOT)
                .chars()
                .mapToObj(letter -> Workload.valueOf(Character.toString(letter)))
                .toList();
    }

    private static boolean isSkipList(String store) {
        if (!store.equals("nr4j") && !store.equals("skiplist")) {
            throw CommandLine.bad("--store", store, "must be nr4j or skiplist", "leave it out for nr4j");
        }
        return store.equals("skiplist");
    }
}
