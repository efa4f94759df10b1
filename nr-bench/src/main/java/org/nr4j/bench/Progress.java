package org.nr4j.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * Prints one line for each measurement, with the time left. That time is the expected one, corrected by how long the
 * measurements so far took. One thread may use it.
 */
final class Progress {
    /** After this many measurements their real times correct the expected ones. */
    private static final int ENOUGH = 5;

    private final PrintStream out;
    private final int count;
    private final double expected;
    private int done;
    private double expectedSoFar;
    private double took;

    Progress(PrintStream out, List<Step> steps) {
        this.out = out;
        this.count = steps.size();
        this.expected = expectedSeconds(steps);
    }

    static double expectedSeconds(List<Step> steps) {
        return steps.stream().mapToDouble(Step::seconds).sum();
    }

    /** Records that a measurement has ended, and prints a line. */
    void ended(Step step, double seconds, String outcome) {
        done++;
        expectedSoFar += step.seconds();
        took += seconds;
        out.printf(Locale.ROOT, "[%d/%d, %s left] %s: %s%n", done, count, time(left()), step.what(), outcome);
    }

    /** Returns the time left, in seconds. */
    double left() {
        double correction = done < ENOUGH || expectedSoFar == 0 ? 1 : took / expectedSoFar;
        return Math.max(0, expected - expectedSoFar) * correction;
    }

    /** Formats a time for people. */
    static String time(double seconds) {
        if (seconds < 100) {
            return "%.0f s".formatted(seconds);
        }
        return seconds < 6000
                ? "%.0f min".formatted(seconds / 60)
                : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
    }
}
