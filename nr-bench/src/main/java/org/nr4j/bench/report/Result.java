package org.nr4j.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A configuration and its measurements, from one run or several.
 *
 * @param configuration what was measured
 * @param unit of the samples; {@code Mops/s} is millions of operations a second
 * @param runs the samples of each run
 * @param low the least sample
 * @param high the greatest sample
 * @param measures further measures by name, with a value for each run that has it: latencies in microseconds ({@code
 *     p50}), fairness, transfers of cache lines
 */
public record Result(
        Configuration configuration,
        String unit,
        List<double[]> runs,
        double low,
        double high,
        SortedMap<String, List<Double>> measures) {

    /** Returns the median of all samples of all runs. */
    public double median() {
        return Statistics.median(runs);
    }

    /** Returns whether this result has percentiles of latency. */
    public boolean isLatency() {
        return measures.containsKey("p50");
    }

    /** Returns the median of a measure over the runs; NaN if no run has that measure. */
    public double measure(String name) {
        List<Double> values = measures.get(name);
        return values == null ? Double.NaN : Statistics.median(values, Double::doubleValue);
    }

    /** Returns the values by which two results are compared: the rate, or the percentiles of latency. */
    Map<String, List<double[]>> comparable() {
        if (!isLatency()) {
            return Map.of(unit, runs);
        }
        Map<String, List<double[]>> all = new LinkedHashMap<>();
        for (String name : List.of("p50", "p99")) {
            if (measures.containsKey(name)) {
                all.put(
                        name + " µs",
                        measures.get(name).stream()
                                .map(value -> new double[] {value})
                                .toList());
            }
        }
        return all;
    }

    /** Joins this with another run of the same configuration. */
    Result and(Result other) {
        if (!configuration.equals(other.configuration) || !unit.equals(other.unit)) {
            throw new IllegalArgumentException("runs are joined of one configuration and unit: " + configuration + " "
                    + unit + ", " + other.configuration + " " + other.unit);
        }
        List<double[]> allRuns = new ArrayList<>(runs);
        allRuns.addAll(other.runs);
        SortedMap<String, List<Double>> allMeasures = new TreeMap<>(measures);
        other.measures.forEach((name, values) -> allMeasures.merge(name, values, (mine, theirs) -> {
            List<Double> both = new ArrayList<>(mine);
            both.addAll(theirs);
            return both;
        }));
        return new Result(
                configuration, unit, allRuns, Math.min(low, other.low), Math.max(high, other.high), allMeasures);
    }
}
