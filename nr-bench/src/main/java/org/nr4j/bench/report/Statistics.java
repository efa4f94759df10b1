package org.nr4j.bench.report;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/** Computes medians, and the confidence interval of the ratio of two. */
public final class Statistics {
    private static final int RESAMPLES = 2000;

    private Statistics() {}

    /** Returns the median of all samples of all runs. */
    static double median(List<double[]> runs) {
        return median(runs.stream().flatMapToDouble(Arrays::stream).toArray());
    }

    /** Returns the median of a value over the items, of which there must be at least one. */
    public static <T> double median(Collection<T> items, ToDoubleFunction<T> value) {
        return median(items.stream().mapToDouble(value).toArray());
    }

    /** Returns the middle sample, or the mean of the two in the middle. There must be at least one. */
    public static double median(double[] samples) {
        if (samples.length == 0) {
            throw new IllegalArgumentException("a median needs samples: samples=0");
        }
        double[] sorted = samples.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /**
     * Returns the ratio of the medians of {@code above} and {@code below}, and the interval in which it lies with 99 %
     * certainty.
     *
     * <p>The interval comes from a bootstrap of two levels: it draws runs with replacement, then samples of each drawn
     * run. If there are several runs, differences between them (such as those of the JVM) therefore count as noise,
     * too. The draws are the same each time.
     */
    static Ratio ratio(List<double[]> above, List<double[]> below) {
        double ratio = median(above) / median(below);
        if (size(above) < 2 || size(below) < 2) {
            return new Ratio(ratio, Double.NaN, Double.NaN);
        }
        SplittableRandom random = new SplittableRandom(42);
        double[] ratios = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            ratios[i] = median(resample(above, random)) / median(resample(below, random));
        }
        Arrays.sort(ratios);
        int tail = RESAMPLES / 200;
        return new Ratio(ratio, ratios[tail], ratios[RESAMPLES - 1 - tail]);
    }

    private static int size(List<double[]> runs) {
        return runs.stream().mapToInt(run -> run.length).sum();
    }

    private static double[] resample(List<double[]> runs, SplittableRandom random) {
        double[] drawn = new double[runs.size() * longest(runs)];
        int count = 0;
        for (int i = 0; i < runs.size(); i++) {
            double[] run = runs.get(random.nextInt(runs.size()));
            for (int j = 0; j < run.length; j++) {
                drawn[count++] = run[random.nextInt(run.length)];
            }
        }
        return Arrays.copyOf(drawn, count);
    }

    private static int longest(List<double[]> runs) {
        return runs.stream().mapToInt(run -> run.length).max().orElse(0);
    }
}
