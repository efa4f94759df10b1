package org.nr4j.bench;

import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs {@link ProfileBenchmark} with one choice of everything, in a JVM of its own. If the run only has to show that
 * everything works, it uses this JVM.
 *
 * @param subject what is measured
 * @param forked whether to use a JVM of its own
 * @param times how long to measure
 */
record JmhStep(ResultLine.Subject subject, boolean forked, Times times) implements Step {
    /** The seconds for a JVM to start, fill the structure, and end. */
    static final double FORK_SECONDS = 0.8;

    /**
     * Iterations, all of the same length.
     *
     * @param warm iterations that do not count
     * @param measured iterations that count
     * @param seconds that one takes
     */
    record Times(int warm, int measured, double seconds) {
        double all() {
            return (warm + measured) * seconds;
        }
    }

    @Override
    public String what() {
        return "%s %s, %d entries, %d %% writes, %d thread%s%s"
                .formatted(
                        subject.structure(),
                        subject.way(),
                        subject.entries(),
                        subject.writes(),
                        subject.threads(),
                        subject.threads() == 1 ? "" : "s",
                        subject.replicas() == 1 ? "" : ", " + subject.replicas() + " replicas");
    }

    @Override
    public double seconds() {
        return times.all() + (forked ? FORK_SECONDS + subject.entries() / 1e6 : 0.02);
    }

    @Override
    public List<String> run() throws RunnerException {
        var options = new OptionsBuilder()
                .include(ProfileBenchmark.class.getName() + ".operation")
                .param("structure", subject.structure())
                .param("way", subject.way())
                .param("entries", Integer.toString(subject.entries()))
                .param("writes", Integer.toString(subject.writes()))
                .param("replicas", Integer.toString(subject.replicas()))
                .threads(subject.threads())
                .forks(forked ? 1 : 0)
                .warmupIterations(times.warm)
                .warmupTime(length())
                .measurementIterations(times.measured)
                .measurementTime(length())
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        RunResult result = new Runner(options).runSingle();
        double[] samples = result.getBenchmarkResults().stream()
                .flatMap(fork -> fork.getIterationResults().stream())
                .mapToDouble(iteration -> iteration.getPrimaryResult().getScore()) // in operations a microsecond
                .toArray();
        return List.of(new ResultLine(subject, "Mops/s", samples).toJson());
    }

    private TimeValue length() {
        return TimeValue.microseconds(Math.round(times.seconds * 1e6));
    }
}
