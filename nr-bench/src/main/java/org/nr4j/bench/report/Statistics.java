package org.nr4j.bench.report;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/** Medians, and how sure one can be of the ratio of two. */
public final class Statistics {
    private static final int RESAMPLES = 2000;

    private Statistics() {}

    /** Of all samples of all runs. */
    static double median(List<double[]> runs) {
        return median(runs.stream().flatMapToDouble(Arrays::stream).toArray());
    }

    /** Of a value of each item; at least one. */
    public static <T> double median(Collection<T> items, ToDoubleFunction<T> value) {
        return median(items.stream().mapToDouble(value).toArray());
    }

    /** The middle one, or the mean of the two in the middle; at least one. */
    public static double median(double[] samples) {
        if (samples.length == 0) {
            throw new IllegalArgumentException("a median needs samples: samples=0");
        }
        double[] sorted = samples.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /**
     * The ratio of the medians of {@code above} and {@code below}, and in what interval it lies with 99 % certainty, by
     * a bootstrap of two levels: runs are drawn with replacement, then samples of each run drawn. So what differs
     * between runs (of a JVM, say) counts as noise, too, as soon as there are several runs. The draws are the same each
     * time.
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
