package org.nr4j.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * Says how far a run is: a line a measurement, with the time left, which is the one expected, corrected by how long the
 * measurements so far took. For one thread.
 */
final class Progress {
    /** So many measurements tell how far expectations are wrong. */
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

    /** A measurement has ended. */
    void ended(Step step, double seconds, String outcome) {
        done++;
        expectedSoFar += step.seconds();
        took += seconds;
        out.printf(Locale.ROOT, "[%d/%d, %s left] %s: %s%n", done, count, time(left()), step.what(), outcome);
    }

    /** Seconds. */
    double left() {
        double correction = done < ENOUGH || expectedSoFar == 0 ? 1 : took / expectedSoFar;
        return Math.max(0, expected - expectedSoFar) * correction;
    }

    /** For people. */
    static String time(double seconds) {
        if (seconds < 100) {
            return "%.0f s".formatted(seconds);
        }
        return seconds < 6000
                ? "%.0f min".formatted(seconds / 60)
                : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
    }
}
