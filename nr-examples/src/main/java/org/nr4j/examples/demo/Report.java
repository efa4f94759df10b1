package org.nr4j.examples.demo;

import java.io.PrintStream;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nr4j.NrStats;
import org.nr4j.topology.NumaTopology;

/** Prints for people: plain ASCII, at most 100 columns wide. */
final class Report {
    static final double MILLION = 1e6;

    /** A share of batches too small to mention. */
    private static final double RARE = 0.0005;

    private static final String INDENT = "  ";
    private static final int WIDTH = 98;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final String ROW = "  %-24s %9s %7s %9s %9s %9s %9s %9s%n";

    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
    }

    /** Prints the machine, the options and the plan. */
    void header(Options options, Subject<?, ?> subject, int contenders) {
        NumaTopology topology = options.topology();
        out.println("nr4j demo: one structure, shared between threads in " + contenders + " ways");
        out.println();
        line("machine", topology.toString());
        line("placement", topology.placement().toString());
        line("java", Runtime.version() + ", collector " + collector());
        line("structure", subject.name());
        line("reads", subject.reads());
        line("writes", options.writePercent() + " %: " + subject.writes());
        line("threads", options.threadCount() + " on " + cpus());
        line(
                "measuring",
                String.format(
                        Locale.ROOT,
                        "%d rounds by turns, %d ms each, after %d rounds to warm up",
                        Contest.ROUNDS,
                        Contest.sliceNanos(options, contenders) / (long) MILLION,
                        Contest.WARM_UP_ROUNDS));
        out.println();
    }

    private void line(String what, String text) {
        out.printf(Locale.ROOT, "  %-10s %s%n", what, text);
    }

    private static String cpus() {
        int cpus = Runtime.getRuntime().availableProcessors();
        return cpus == 1 ? "1 cpu" : cpus + " cpus";
    }

    private static String collector() {
        List<String> names = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .toList();
        return Stream.of("G1", "ZGC", "Shenandoah", "PS", "Copy")
                .filter(known -> names.stream().anyMatch(name -> name.startsWith(known)))
                .findFirst()
                .map(known -> known.equals("PS") ? "Parallel" : known.equals("Copy") ? "Serial" : known)
                .orElse(names.toString());
    }

    /** Prints the comparison. */
    void table(List<Score> scores) {
        Score readWriteLock = scores.get(Contenders.READ_WRITE_LOCK);
        Score monitor = scores.get(Contenders.MONITOR);
        out.printf(ROW, "", "M ops/s", "spread", "against", "against", "slowest/", "p50", "p99");
        out.printf(ROW, "", "", "", "RW lock", "synchr.", "fastest", "us", "us");
        for (Score score : scores) {
            out.printf(
                    ROW,
                    score.name(),
                    format("%.2f", score.throughput() / MILLION),
                    format("%.0f %%", score.spread() * 100),
                    format("%.2f x", score.ratioTo(readWriteLock)),
                    format("%.2f x", score.ratioTo(monitor)),
                    format("%.2f", score.fairness()),
                    micros(score, 0.5),
                    micros(score, 0.99));
        }
        out.println();
        wrapped("M ops/s: median of the rounds. spread: of the middle half of the rounds. against: throughput"
                + " divided by that lock's. slowest/fastest: operations of these two threads. p50, p99: time of"
                + " sampled operations.");
        out.println();
    }

    private static String micros(Score score, double quantile) {
        return format("%.2f", score.latencies().quantile(quantile) / NANOS_PER_MICRO);
    }

    /** Prints nr4j's statistics. */
    void inside(NrStats stats) {
        if (stats.batches() > 0) {
            double mean = (double) stats.index() / stats.batches();
            wrapped(format("nr4j applied writes in batches of %.2f on average: %s.", mean, batchSizes(stats)));
        }
        if (stats.waits().spins() + stats.waits().yields() + stats.waits().parks() > 0) {
            wrapped(format(
                    "Threads that had to wait spun %,d, yielded %,d and parked %,d times.",
                    stats.waits().spins(), stats.waits().yields(), stats.waits().parks()));
        }
        if (stats.helps() > 0) {
            wrapped(format("Replicas that lagged a full log behind were helped %,d times.", stats.helps()));
        }
        out.println();
    }

    private static String batchSizes(NrStats stats) {
        List<Long> sizes = stats.batchSizes();
        return IntStream.range(0, sizes.size())
                .filter(i -> sizes.get(i) >= RARE * stats.batches())
                .mapToObj(
                        i -> sizeClass(i, sizes.size()) + format(" (%.1f %%)", 100.0 * sizes.get(i) / stats.batches()))
                .collect(Collectors.joining(", "));
    }

    private static String sizeClass(int index, int classes) {
        int largest = 1 << index;
        int smallest = largest / 2 + 1;
        if (index == classes - 1) {
            return smallest + " and more";
        }
        return smallest >= largest ? "" + largest : smallest + "-" + largest;
    }

    void verification(Verification verification) {
        verification.lines().forEach(line -> out.println(INDENT + line));
        out.println();
    }

    void advice(List<String> paragraphs) {
        paragraphs.forEach(this::wrapped);
    }

    /** Prints a paragraph, broken into lines. */
    private void wrapped(String paragraph) {
        StringBuilder line = new StringBuilder(INDENT);
        for (String word : paragraph.split(" ")) {
            if (line.length() + word.length() > WIDTH) {
                out.println(line.toString().stripTrailing());
                line = new StringBuilder(INDENT);
            }
            line.append(word).append(' ');
        }
        out.println(line.toString().stripTrailing());
    }

    private static String format(String format, Object... args) {
        return String.format(Locale.ROOT, format, args);
    }
}
