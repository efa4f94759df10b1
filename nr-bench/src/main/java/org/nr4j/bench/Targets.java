package org.nr4j.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * The core's speed targets, measured in one run and printed as ratios with the target beside each: the figures of the README.
 *
 * <p>{@code java -cp nr-bench/target/benchmarks.jar org.nr4j.bench.Targets [forks] [seconds an iteration]}; with 3 forks and 1 second about half an hour, during which nothing else should run. Ratios are of medians over all
 * iterations of all forks; the spread is that of the iterations, from the lower to the upper quartile.
 */
public final class Targets {
    private static final String[] MIXES = {"0", "10", "50", "100"};

    private final int forks;
    private final double seconds;
    private final List<String> report = new ArrayList<>();

    private Targets(int forks, double seconds) {
        this.forks = forks;
        this.seconds = seconds;
    }

    /** Runs everything. */
    public static void main(String[] args) throws RunnerException {
        int forks = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        double seconds = args.length > 1 ? Double.parseDouble(args[1]) : 1;
        new Targets(forks, seconds).run();
    }

    private void run() throws RunnerException {
        singleThread();
        Map<String, Series> twoThreads = new TreeMap<>();
        for (String structure : new String[] {"TreeMap", "HashMap"}) {
            twoThreads.putAll(contended(structure));
        }
        oversubscribed(twoThreads);
        report.forEach(System.out::println);
    }

    private void singleThread() throws RunnerException {
        Map<String, Series> all = measure(
                1, "HashMap", new String[] {"nr", "bare", "ReadWriteLock", "ReentrantLock"}, new String[] {"0", "100"});
        report.add("");
        report.add("One thread, HashMap of 10 000, time for an operation");
        line(
                "read  / ReadWriteLock (target at most 0.5)",
                all.get(key("ReadWriteLock", "HashMap", "0")),
                all.get(key("nr", "HashMap", "0")));
        line(
                "write / ReentrantLock (target at most 1.5)",
                all.get(key("ReentrantLock", "HashMap", "100")),
                all.get(key("nr", "HashMap", "100")));
        all.forEach((key, series) ->
                report.add("  %-34s %6.1f ns  %5.1f B/op".formatted(key, 1000 / series.median(), series.bytes)));
    }

    private Map<String, Series> contended(String structure) throws RunnerException {
        String[] locks = {"synchronized", "ReadWriteLock", "StampedLock"};
        Map<String, Series> all =
                measure(2, structure, new String[] {"nr", "synchronized", "ReadWriteLock", "StampedLock"}, MIXES);
        report.add("");
        report.add("Two threads, one replica, " + structure + " of 10 000, throughput of nr / that of the lock");
        for (String writes : MIXES) {
            StringBuilder line = new StringBuilder("  writes %3s %%  nr %6.1f op/us"
                    .formatted(writes, all.get(key("nr", structure, writes)).median()));
            for (String lock : locks) {
                Series rival = all.get(key(lock, structure, writes));
                line.append("  %s %5.2f"
                        .formatted(lock, all.get(key("nr", structure, writes)).median() / rival.median()));
            }
            report.add(line.toString());
        }
        all.forEach((key, series) -> report.add("    %-34s %s".formatted(key, series)));
        return all;
    }

    private void oversubscribed(Map<String, Series> twoThreads) throws RunnerException {
        report.add("");
        report.add("32 threads / 2 threads, throughput of nr (target at least 0.5 on two processors)");
        for (String structure : new String[] {"TreeMap", "HashMap"}) {
            Map<String, Series> all = measure(32, structure, new String[] {"nr"}, MIXES);
            all.forEach((key, series) -> report.add("  %-34s %5.2f   %s"
                    .formatted(key, series.median() / twoThreads.get(key).median(), series)));
        }
    }

    private void line(String what, Series rival, Series nr) {
        report.add("  %-44s %5.2f".formatted(what, rival.median() / nr.median()));
    }

    private Map<String, Series> measure(int threads, String structure, String[] ways, String[] writes)
            throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("bench\\.MapBenchmark\\.") // not LogMapBenchmark
                .threads(threads)
                .forks(forks)
                .warmupIterations(3)
                .warmupTime(TimeValue.milliseconds((long) (seconds * 1000)))
                .measurementIterations(5)
                .measurementTime(TimeValue.milliseconds((long) (seconds * 1000)))
                .param("way", ways)
                .param("structure", structure)
                .param("writes", writes)
                .addProfiler(GCProfiler.class);
        Map<String, Series> all = new TreeMap<>();
        for (RunResult result : new Runner(options.build()).run()) {
            var params = result.getParams();
            all.put(key(params.getParam("way"), structure, params.getParam("writes")), Series.of(result));
        }
        return all;
    }

    private static String key(String way, String structure, String writes) {
        return "%s %s %3s %%".formatted(structure, way, writes);
    }

    /** All iterations of one configuration, sorted, in operations a microsecond. */
    private record Series(double[] values, double bytes) {
        @SuppressWarnings("rawtypes") // JMH's own
        static Series of(RunResult result) {
            double[] values = result.getBenchmarkResults().stream()
                    .flatMap(fork -> fork.getIterationResults().stream())
                    .mapToDouble(iteration -> iteration.getPrimaryResult().getScore())
                    .sorted()
                    .toArray();
            double bytes = Double.NaN;
            for (var secondary : result.getSecondaryResults().values()) {
                if (secondary.getLabel().endsWith("gc.alloc.rate.norm")) {
                    bytes = secondary.getScore();
                }
            }
            return new Series(values, bytes);
        }

        double median() {
            return at(0.5);
        }

        private double at(double quantile) {
            return values[(int) Math.round(quantile * (values.length - 1))];
        }

        @Override
        public String toString() {
            return "%7.1f op/us  [%.1f .. %.1f]".formatted(median(), at(0.25), at(0.75));
        }
    }
}
