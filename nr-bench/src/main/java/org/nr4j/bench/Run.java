package org.nr4j.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.nr4j.bench.report.Results;

/**
 * One run of a profile. If a measurement fails, the run records the failure and goes on with the next one. If a user
 * stops the program, it still writes a report of the measurements so far.
 */
final class Run {
    private final Profile profile;
    private final Recording recording;
    private volatile boolean stopped;
    private int failures;

    Run(Profile profile, Recording recording) {
        this.profile = profile;
        this.recording = recording;
    }

    /** Returns the exit code: 1 if a measurement failed, or the report lacks a structure or a way. */
    int measure() throws IOException {
        List<Step> steps = profile.steps();
        System.out.printf(
                "%d measurements, about %s, into %s; ctrl-C leaves a report of what was measured until then. Let nothing else run meanwhile.%n",
                steps.size(), Progress.time(Progress.expectedSeconds(steps)), recording.directory());
        Thread stopping = new Thread(this::stop);
        Runtime.getRuntime().addShutdownHook(stopping);
        Progress progress = new Progress(System.out, steps);
        for (Step step : steps) {
            step(step, progress);
            if (stopped) {
                return 1; // the program is ending, and the shutdown hook writes the report
            }
        }
        Runtime.getRuntime().removeShutdownHook(stopping);
        return report();
    }

    private void step(Step step, Progress progress) throws IOException {
        long begin = System.nanoTime();
        String outcome;
        try {
            List<String> lines = step.run();
            recording.append(lines);
            outcome = lines.isEmpty() ? "works" : text(lines);
        } catch (Exception | LinkageError | AssertionError | OutOfMemoryError | StackOverflowError e) {
            if (stopped) {
                return; // the program's end killed it, so it did not fail
            }
            failures++;
            outcome = "FAILED: " + why(e);
            recording.fail(step.what(), why(e));
        }
        progress.ended(step, (System.nanoTime() - begin) / 1e9, outcome);
    }

    private static String text(List<String> lines) {
        if (lines.size() > 1) {
            return lines.size() + " results";
        }
        return Results.describe(lines.get(0));
    }

    /**
     * Returns the root cause. JMH wraps it twice, and puts what happened in another thread or JVM among the suppressed
     * exceptions.
     */
    static String why(Throwable thrown) {
        Throwable reason = thrown;
        while (reason.getCause() != null || reason.getSuppressed().length > 0) {
            reason = reason.getSuppressed().length > 0 ? reason.getSuppressed()[0] : reason.getCause();
        }
        return reason.toString();
    }

    private int report() throws IOException {
        Results results = recording.report();
        List<String> missing = missing(profile, results);
        missing.forEach(each -> System.out.println("MISSING in the report: " + each));
        System.out.println(recording.directory().resolve("report.html"));
        if (failures > 0) {
            System.out.println(failures + " measurements FAILED; the report names them");
        }
        return failures == 0 && missing.isEmpty() ? 0 : 1;
    }

    /** Returns what the profile names and the results lack. */
    static List<String> missing(Profile profile, Results results) {
        List<String> missing = new ArrayList<>();
        for (ResultLine.Subject subject : profile.subjects()) {
            boolean found = results.has(
                    subject.structure(),
                    subject.way(),
                    subject.writes(),
                    subject.threads(),
                    subject.replicas(),
                    subject.entries());
            if (!found) {
                missing.add(subject.toString());
            }
        }
        return missing;
    }

    /** Writes the report if the program ends before the last measurement. */
    private void stop() {
        stopped = true;
        try {
            recording.report();
            System.out.println("stopped; what was measured so far: "
                    + recording.directory().resolve("report.html"));
        } catch (IOException e) {
            System.err.println("no report could be made: " + e);
        }
    }
}
