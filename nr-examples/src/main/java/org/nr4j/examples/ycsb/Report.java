package org.nr4j.examples.ycsb;

import java.io.PrintStream;
import java.util.Locale;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** Prints for people, in plain ASCII. */
final class Report {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final String HEAD = "  %-18s %12s %11s %9s %9s %9s %11s%n";
    private static final String ROW = "  %-18s %,12d %,11.0f %,9.1f %,9.1f %,9.1f %,11.1f%n";

    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
    }

    void header(YcsbOptions options) {
        print(
                "nr4j ycsb: %,d records of %,d bytes, %,d operations a workload, %d threads, %s%n%n",
                options.records(), Records.BYTES, options.operations(), options.threadCount(), options.storeName());
    }

    /** Prints the title of a workload. */
    void title(Workload workload) {
        String operations = workload.percent().entrySet().stream()
                .map(entry -> entry.getValue() + " % " + entry.getKey().label())
                .collect(Collectors.joining(", "));
        String letter = workload == Workload.LOAD ? "" : workload + ", ";
        print("%s%s: %s%n", letter, workload.title(), operations);
    }

    /** Prints a table of latencies, in microseconds. */
    void table(Outcome outcome) {
        print(HEAD, "us", "count", "ops/s", "p50", "p99", "p99.9", "max");
        outcome.latencies().forEach((operation, histogram) -> row(operation.label(), histogram, outcome.nanos()));
        if (outcome.latencies().size() > 1) {
            row("all", outcome.all(), outcome.nanos());
        }
        out.println();
    }

    /** Prints whether all records, and no others, exist. Returns whether this is so. */
    boolean contents(long inserted, long size, long spoilt) {
        boolean isComplete = size == inserted && spoilt == 0;
        print(
                "%,d records inserted; all are there, of %,d bytes each: %s%n%n",
                inserted,
                Records.BYTES,
                isComplete ? "yes" : String.format(Locale.ROOT, "NO, %,d are, %,d spoilt or missing", size, spoilt));
        return isComplete;
    }

    private void row(String name, Histogram latencies, long nanos) {
        print(
                ROW,
                name,
                latencies.getTotalCount(),
                latencies.getTotalCount() * NANOS_PER_SECOND / nanos,
                latencies.getValueAtPercentile(50) / NANOS_PER_MICRO,
                latencies.getValueAtPercentile(99) / NANOS_PER_MICRO,
                latencies.getValueAtPercentile(99.9) / NANOS_PER_MICRO,
                latencies.getMaxValue() / NANOS_PER_MICRO);
    }

    private void print(String format, Object... args) {
        out.printf(Locale.ROOT, format, args);
    }
}
