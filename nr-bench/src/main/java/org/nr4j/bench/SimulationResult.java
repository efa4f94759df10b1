package org.nr4j.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.nr4j.bench.report.Statistics;

/** The results of several sections on the simulated machine, with the same workload and threads. */
record SimulationResult(ResultLine.Subject subject, SimulatedMachine machine, List<SimulatedSection.Outcome> outcomes) {
    /** The counts of an operation; {@code README.md} explains them. */
    static final List<String> COUNTS =
            List.of("near", "far", "l3", "lmem", "rmem", "stream", "atomics", "insns", "pauses", "wait_ns", "futex");

    /** Returns the median over the sections. */
    double median(ToDoubleFunction<SimulatedSection.Outcome> value) {
        return Statistics.median(outcomes, value);
    }

    /** Returns millions of operations a simulated second. */
    double rate() {
        return median(SimulatedSection.Outcome::rate);
    }

    /** Returns a count, divided by the number of operations. */
    double perOperation(String count) {
        return median(outcome -> outcome.perOperation(count));
    }

    /** Returns how many nodes the threads use; they fill one node after the other. */
    int nodesInUse() {
        return machine.nodeOf(subject.threads() - 1) + 1;
    }

    /** Returns one line for people. */
    String text() {
        double[] rates = outcomes.stream()
                .mapToDouble(SimulatedSection.Outcome::rate)
                .sorted()
                .toArray();
        StringBuilder line = new StringBuilder("%-14s writes %3d %%  threads %2d  %8.2f Mops/s [%.2f .. %.2f] "
                .formatted(
                        subject.way(), subject.writes(), subject.threads(), rate(), rates[0], rates[rates.length - 1]));
        for (String count : COUNTS) {
            double value = perOperation(count);
            line.append(" ").append(count).append("=").append((value < 100 ? "%.2f" : "%.0f").formatted(value));
        }
        return line.toString();
    }

    /**
     * Describes one section, for people. It uses no formatter: the JIT would compile it at this point, which takes long
     * in the simulation.
     */
    static String text(SimulatedSection.Outcome outcome) {
        StringBuilder line = new StringBuilder("    section ").append(hundredths(outcome.rate()));
        COUNTS.forEach(
                count -> line.append(' ').append(count).append('=').append(hundredths(outcome.perOperation(count))));
        return line.toString();
    }

    private static double hundredths(double value) {
        return Math.round(value * 100) / 100.0;
    }

    /** Appends this to a file of results. If the file does not exist, the environment becomes its first line. */
    void append(Path file, String environment) {
        ResultLine line = new ResultLine(
                        subject,
                        "Mops/s",
                        outcomes.stream()
                                .mapToDouble(SimulatedSection.Outcome::rate)
                                .toArray())
                .with("nodes", nodesInUse());
        COUNTS.forEach(count -> line.with(count, perOperation(count)));
        try {
            if (Files.notExists(file)) {
                Files.writeString(file, environment + "\n");
            }
            Files.writeString(file, line.toJson() + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
