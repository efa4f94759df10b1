package org.nr4j.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nr4j.bench.report.CsvReport;
import org.nr4j.bench.report.Statistics;

/**
 * One result: what was measured, the samples (one a run) with their median, lowest and highest, and whatever else there
 * is to say. One line of a file of results, whose first line is the {@link Environment}.
 *
 * <p>For one thread.
 */
final class ResultLine {
    /**
     * What was measured: who measured it ({@code jmh}, {@code scale}, {@code latency} or {@code simulated}), of which
     * structure, shared in which way, with how many writes of a hundred operations, and how large all was.
     */
    record Subject(String source, String structure, String way, int writes, int threads, int replicas, int entries) {}

    private final Map<String, Object> fields = new LinkedHashMap<>();

    /**
     * A result.
     *
     * @param unit of the samples, such as {@code Mops/s}
     * @param samples one a run; at least one
     */
    ResultLine(Subject subject, String unit, double... samples) {
        if (samples.length == 0) {
            throw new IllegalArgumentException("a result must have a sample: subject=" + subject);
        }
        with("source", subject.source)
                .with("structure", subject.structure)
                .with("way", subject.way)
                .with("writes", subject.writes)
                .with("threads", subject.threads)
                .with("replicas", subject.replicas)
                .with("entries", subject.entries)
                .with("unit", unit)
                .with("median", Statistics.median(samples))
                .with("low", Arrays.stream(samples).min().orElseThrow())
                .with("high", Arrays.stream(samples).max().orElseThrow())
                .with("samples", Arrays.stream(samples).boxed().toList());
    }

    /** Adds a field; returns this. */
    ResultLine with(String name, Object value) {
        if (fields.put(name, value) != null) {
            throw new IllegalArgumentException("a field must have one value: name=" + name);
        }
        return this;
    }

    /** All fields, in the order in which they came. */
    Map<String, Object> fields() {
        return Collections.unmodifiableMap(fields);
    }

    /** One line of JSON. */
    String toJson() {
        return Json.text(fields);
    }

    /**
     * The results as a table: a line of names, and one for each result. The samples, which are a list, are left out.
     */
    static List<String> toCsv(Collection<ResultLine> results) {
        Set<String> names = new LinkedHashSet<>();
        results.forEach(result -> names.addAll(result.fields.keySet()));
        names.remove("samples");
        List<String> lines = new ArrayList<>();
        lines.add(CsvReport.line(List.copyOf(names)));
        for (ResultLine result : results) {
            lines.add(CsvReport.line(names.stream()
                    .map(name -> result.fields.getOrDefault(name, "").toString())
                    .toList()));
        }
        return lines;
    }
}
