package org.nr4j.bench;

import java.util.List;
import java.util.TreeSet;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs all benchmarks of a class for a moment, in this JVM. This shows that they work; it measures nothing.
 *
 * @param name the name of the class
 */
record ClassStep(String name) implements Step {
    private static final int MILLIS = 20;

    /** Returns a step for each class with benchmarks. */
    static List<Step> all() {
        var silent = OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT);
        TreeSet<String> names = new TreeSet<>();
        for (BenchmarkListEntry entry : BenchmarkList.defaultList().getAll(silent, List.of())) {
            names.add(entry.getUserClassQName());
        }
        return names.stream().<Step>map(ClassStep::new).toList();
    }

    @Override
    public String what() {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    @Override
    public double seconds() {
        return 4;
    }

    @Override
    public List<String> run() throws RunnerException {
        var options = new OptionsBuilder()
                .include("^" + name.replace(".", "\\.") + "\\.")
                .param("entries", "100")
                .param("writes", "50")
                .threads(2)
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(MILLIS))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        new Runner(options).run();
        return List.of();
    }
}
