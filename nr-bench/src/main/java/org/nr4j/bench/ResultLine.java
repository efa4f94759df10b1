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
 * One result: what was measured, the samples (one a run), their median, lowest and highest, and further fields. It is
 * one line of a file of results, whose first line is the {@link Environment}.
 *
 * <p>One thread may use it.
 */
final class ResultLine {
    /**
     * Identifies what was measured. The source is the program that measured: {@code jmh}, {@code scale}, {@code
     * latency} or {@code simulated}. {@code writes} counts among a hundred operations.
     */
    record Subject(String source, String structure, String way, int writes, int threads, int replicas, int entries) {}

    private final Map<String, Object> fields = new LinkedHashMap<>();

    /**
     * Creates a result.
     *
     * @param unit the unit of the samples, such as {@code Mops/s}
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

    /** Returns all fields, in the order in which they were added. */
    Map<String, Object> fields() {
        return Collections.unmodifiableMap(fields);
    }

    /** Returns one line of JSON. */
    String toJson() {
        return Json.text(fields);
    }

    /**
     * Returns the results as a table: a line of names, and one line for each result. The samples are left out, because
     * they are a list.
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
