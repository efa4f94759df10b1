package org.nr4j.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nr4j.bench.report.Statistics;
import org.nr4j.topology.NumaTopology;

/**
 * Measures how long operations take at moderate load, with and without more threads than cpus. Operations arrive by a
 * schedule, and each latency counts from the arrival ({@link OpenLoop}). The program prints a table and writes the
 * results to files.
 *
 * <p>{@code java -cp nr-bench/target/benchmarks.jar org.nr4j.bench.Latency structure=TreeMap way=nr,StampedLock,jdk
 * writes=10 threads=2,8,32 load=0.3,0.5 out=latency}
 *
 * <p>All options may be left out. Most are those of {@link Scale}; two are added:
 *
 * <ul>
 *   <li>{@code load}: shares of the throughput that the same threads reach without a schedule, with the clock read at
 *       each operation. This throughput is measured first, so each way has a rate of its own
 *   <li>{@code rate}: fixed rates instead, in millions of operations a second. They are the same for all ways, so that
 *       ways can be compared
 * </ul>
 *
 * <p>All latencies are in microseconds: medians over runs, and the longest of all runs. Beside the latency from the
 * arrival, the program gives three others:
 *
 * <ul>
 *   <li>{@code begin}: from the real beginning. A test that ignores the wait before an operation would show this
 *   <li>{@code closed}: at full load, without a schedule
 *   <li>{@code idle}: the same schedule with operations that do nothing. This is the timer's and the system's part of
 *       the latency
 * </ul>
 *
 * <p>{@code kept} is false if more than a hundredth of the load was not done in time. Then latencies grow with the
 * length of the measurement, and have no other meaning.
 */
public final class Latency {
    static final Map<String, String> DEFAULTS = defaults();

    private static final Table TABLE = new Table(List.of(
            new Table.Column("structure", 10, "structure"),
            new Table.Column("way", 14, "way"),
            new Table.Column("writes%", 7, "writes"),
            new Table.Column("threads", 7, "threads"),
            new Table.Column("target", 9, "target"),
            new Table.Column("offered", 7, "offered"),
            new Table.Column("done", 7, "done"),
            new Table.Column("kept", 5, "kept"),
            new Table.Column("others", 6, "others"),
            new Table.Column("op", 5, "op"),
            new Table.Column("p50", 7, "p50"),
            new Table.Column("p99", 7, "p99"),
            new Table.Column("p99.9", 7, "p999"),
            new Table.Column("max", 7, "max"),
            new Table.Column("begin:p99", 9, "begin_p99"),
            new Table.Column("p99.9", 7, "begin_p999"),
            new Table.Column("closed:p99", 10, "closed_p99"),
            new Table.Column("p99.9", 7, "closed_p999"),
            new Table.Column("idle:p50", 8, "idle_p50"),
            new Table.Column("p99", 7, "idle_p99"),
            new Table.Column("p99.9", 7, "idle_p999")));

    private Latency() {}

    private static Map<String, String> defaults() {
        Map<String, String> defaults = new LinkedHashMap<>(Sweep.DEFAULTS);
        int cpus = Environment.cpus(NumaTopology.detect());
        defaults.put("writes", "10");
        defaults.put("threads", cpus + "," + 4 * cpus + "," + 16 * cpus);
        defaults.put("seconds", "2");
        defaults.put("runs", "3");
        defaults.put("load", "0.3,0.5");
        defaults.put("rate", "");
        return defaults;
    }

    /** Measures and prints; exits with 2 if an option is wrong. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Sweep.main(Fork.Task.LATENCY, args, Latency::check, Latency::results, TABLE);
    }

    private static void check(Options options) {
        if (options.positives("load").isEmpty() && options.positives("rate").isEmpty()) {
            throw new IllegalArgumentException("one of load and rate must be given: load= rate=");
        }
    }

    private static List<ResultLine> results(Options options, List<LatencyMeasurement.AtRate> measured) {
        Map<String, List<LatencyMeasurement.AtRate>> byTarget = new LinkedHashMap<>();
        measured.forEach(each -> byTarget.computeIfAbsent(each.target(), target -> new ArrayList<>())
                .add(each));
        List<ResultLine> results = new ArrayList<>();
        byTarget.values().forEach(jvms -> {
            for (String op : Latencies.Summary.OPS) {
                if (options.number("writes", 0) != (op.equals("read") ? 100 : 0)) {
                    results.add(result(options, op, jvms));
                }
            }
        });
        return results;
    }

    /** Returns the result for one kind of operations at one rate, from all JVMs together. */
    private static ResultLine result(Options options, String op, List<LatencyMeasurement.AtRate> jvms) {
        List<OpenLoop.Outcome> runs =
                jvms.stream().flatMap(jvm -> jvm.runs().stream()).toList();
        List<Percentiles> arrival =
                runs.stream().map(run -> run.arrival().of(op)).toList();
        double[] p99 = arrival.stream().mapToDouble(Percentiles::p99).toArray();
        ResultLine result = new ResultLine(Sweep.subject("latency", options), "us", p99)
                .with("percentile", "p99")
                .with("op", op)
                .with("target", jvms.get(0).target())
                .with("offered", Statistics.median(runs, OpenLoop.Outcome::offered))
                .with("done", Statistics.median(runs, OpenLoop.Outcome::done))
                .with("kept", runs.stream().allMatch(OpenLoop.Outcome::kept))
                .with("order", options.text("order"))
                .with("placement", jvms.get(0).placement())
                .with(
                        "others",
                        Statistics.median(
                                jvms.stream()
                                        .flatMap(jvm -> jvm.others().stream())
                                        .toList(),
                                Double::doubleValue))
                .with("closed_rate", Statistics.median(jvms, jvm -> jvm.closed().rate()));
        add(result, "", arrival);
        add(result, "begin_", runs.stream().map(run -> run.begin().of(op)).toList());
        add(
                result,
                "closed_",
                jvms.stream().map(jvm -> jvm.closed().latencies().of(op)).toList());
        add(
                result,
                "idle_",
                jvms.stream()
                        .flatMap(jvm -> jvm.idle().stream())
                        .map(idle -> idle.arrival().of(op))
                        .toList());
        return result;
    }

    private static void add(ResultLine result, String prefix, List<Percentiles> runs) {
        result.with(prefix + "p50", Statistics.median(runs, Percentiles::p50))
                .with(prefix + "p99", Statistics.median(runs, Percentiles::p99))
                .with(prefix + "p999", Statistics.median(runs, Percentiles::p999))
                .with(
                        prefix + "max",
                        runs.stream().mapToDouble(Percentiles::max).max().orElseThrow());
    }
}
