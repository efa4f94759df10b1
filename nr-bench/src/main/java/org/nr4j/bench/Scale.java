package org.nr4j.bench;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nr4j.bench.report.Statistics;
import org.nr4j.topology.NumaTopology;

/**
 * Measures how throughput grows with threads, on machines with many cpus. The threads fill one NUMA node after the
 * other, or are dealt to the nodes in turn. Each thread is bound to its cpu. The program prints a table and writes the
 * results to files.
 *
 * <p>{@code java -cp nr-bench/target/benchmarks.jar org.nr4j.bench.Scale structure=TreeMap,HashMap
 * way=nr,StampedLock,jdk writes=0,10,100 threads=1,2,4 out=scale}
 *
 * <p>All options may be left out:
 *
 * <ul>
 *   <li>{@code structure}, {@code way}, {@code writes} (of a hundred operations), {@code threads}: what is measured.
 *       The program measures all combinations, each in a JVM of its own with the flags of this one. It measures
 *       {@code bare} with one thread only. It leaves out a way that a structure does not have
 *   <li>{@code entries}, {@code replicas}: the size of the structure and the number of its replicas
 *   <li>{@code order}: {@code fill} takes all cpus of a node, then those of the next node. {@code interleave} takes one
 *       cpu of each node in turn. Within a node, both take one cpu of each core first
 *   <li>{@code pin=false}: the system places the threads
 *   <li>{@code mode=time}: all threads work for {@code seconds}, and count until the same instant
 *   <li>{@code mode=work}: each thread does its share of {@code operations}; the time is that of the last thread
 *   <li>{@code warm}: seconds before the first run
 *   <li>{@code runs}: measurements in one JVM
 *   <li>{@code forks}: JVMs for each combination, each with all runs. Results are medians of all runs; low and high are
 *       the extremes
 *   <li>{@code sample}: at least one of this many operations is timed, to show latencies under full load
 *   <li>{@code out}: writes {@code out.jsonl}, with the environment, and {@code out.csv}
 * </ul>
 *
 * <p>{@code others} is how many cpus other processes, or other guests of the host, used during the measurement. A value
 * that is not near zero spoils the result. Fairness compares the threads of a run: the operations of the slowest
 * divided by those of the fastest, and Jain's index.
 *
 * <p>Latencies are in microseconds, of operations drawn at random, from their own beginnings. A thread makes no pause
 * between two operations. These latencies do not show how long users of a service would wait; {@link Latency} does.
 */
public final class Scale {
    static final Map<String, String> DEFAULTS = defaults();

    private static final Table TABLE = new Table(List.of(
            new Table.Column("structure", 10, "structure"),
            new Table.Column("way", 14, "way"),
            new Table.Column("writes%", 7, "writes"),
            new Table.Column("threads", 7, "threads"),
            new Table.Column("Mops/s", 7, "median"),
            new Table.Column("low", 7, "low"),
            new Table.Column("high", 7, "high"),
            new Table.Column("least/most", 10, "least_of_most"),
            new Table.Column("jain", 5, "jain"),
            new Table.Column("reads:p50", 9, "read_p50"),
            new Table.Column("p99", 7, "read_p99"),
            new Table.Column("p99.9", 7, "read_p999"),
            new Table.Column("writes:p50", 10, "write_p50"),
            new Table.Column("p99", 7, "write_p99"),
            new Table.Column("p99.9", 7, "write_p999"),
            new Table.Column("others", 6, "others"),
            new Table.Column("placement", 9, "placement")));

    private Scale() {}

    private static Map<String, String> defaults() {
        Map<String, String> defaults = new LinkedHashMap<>(Sweep.DEFAULTS);
        defaults.put("mode", "time");
        defaults.put("operations", "10000000");
        defaults.put("sample", "256");
        return defaults;
    }

    /** Measures and prints; exits with 2 if an option is wrong. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Sweep.main(Fork.Task.SCALE, args, Scale::check, Scale::results, TABLE);
    }

    private static void check(Options options) {
        options.text("mode", "time", "work");
        options.number("operations", 1);
        options.number("sample", 1);
    }

    /** The outcome of one run, where its threads ran, and how many cpus other processes used. */
    record Run(ClosedLoop.Outcome outcome, String placement, double others) implements Serializable {}

    /** Measures one combination, in this JVM. */
    static List<Run> measure(Options options) throws InterruptedException {
        NumaTopology topology = NumaTopology.detect();
        Disturbance disturbance = new Disturbance(topology);
        List<Run> runs = new ArrayList<>();
        try (Workload workload = Sweep.workload(options, topology);
                Crew crew = Sweep.crew(options, topology)) {
            ClosedLoop loop = new ClosedLoop(workload, options.number("writes", 0), options.number("sample", 1));
            loop.forTime(crew, Sweep.nanos(options, "warm"));
            for (int run = 0; run < options.number("runs", 1); run++) {
                System.gc(); // so that no collection is likely in the section
                workload.settle();
                disturbance.begin();
                ClosedLoop.Outcome outcome = section(loop, crew, options);
                runs.add(new Run(outcome, crew.placement(), disturbance.cpusOfOthers()));
            }
        }
        return runs;
    }

    private static ClosedLoop.Outcome section(ClosedLoop loop, Crew crew, Options options) throws InterruptedException {
        return options.text("mode").equals("time")
                ? loop.forTime(crew, Sweep.nanos(options, "seconds"))
                : loop.forWork(crew, Math.max(1, options.number("operations", 1) / crew.size()));
    }

    private static List<ResultLine> results(Options options, List<Run> runs) {
        ResultLine result = new ResultLine(
                        Sweep.subject("scale", options),
                        "Mops/s",
                        runs.stream().mapToDouble(run -> run.outcome.rate()).toArray())
                .with("mode", options.text("mode"))
                .with("order", options.text("order"))
                .with("placement", runs.get(0).placement)
                .with("others", Statistics.median(runs, Run::others))
                .with(
                        "least_of_most",
                        Statistics.median(runs, run -> run.outcome.fairness().leastOfMost()))
                .with(
                        "jain",
                        Statistics.median(runs, run -> run.outcome.fairness().jain()));
        for (String op : Latencies.Summary.OPS) {
            List<Percentiles> latencies =
                    runs.stream().map(run -> run.outcome.latencies().of(op)).toList();
            result.with(op + "_p50", Statistics.median(latencies, Percentiles::p50))
                    .with(op + "_p99", Statistics.median(latencies, Percentiles::p99))
                    .with(op + "_p999", Statistics.median(latencies, Percentiles::p999));
        }
        return List.of(result);
    }
}
