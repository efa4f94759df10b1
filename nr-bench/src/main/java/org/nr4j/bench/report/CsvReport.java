package org.nr4j.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** All results as a table for a spreadsheet: a line of names, then one for each configuration. */
public final class CsvReport {
    private CsvReport() {}

    /**
     * Writes the table.
     *
     * @throws IOException if it cannot be written
     */
    public static void write(Results results, Path file) throws IOException {
        Files.writeString(file, of(results));
    }

    static String of(Results results) {
        TreeSet<String> labels = new TreeSet<>();
        TreeSet<String> measures = new TreeSet<>();
        for (Result result : results.results()) {
            labels.addAll(result.configuration().labels().keySet());
            measures.addAll(result.measures().keySet());
        }
        List<String> names = new ArrayList<>(Results.COMMON);
        names.addAll(labels);
        names.addAll(measures);
        StringBuilder csv = new StringBuilder(line(names)).append('\n');
        for (Result result : results.results()) {
            List<String> cells = new ArrayList<>(common(result));
            labels.forEach(label -> cells.add(result.configuration().labels().getOrDefault(label, "")));
            measures.forEach(measure ->
                    cells.add(result.measures().containsKey(measure) ? Double.toString(result.measure(measure)) : ""));
            csv.append(line(cells)).append('\n');
        }
        return csv.toString();
    }

    private static List<String> common(Result result) {
        Configuration configuration = result.configuration();
        return List.of(
                configuration.source(),
                configuration.structure(),
                configuration.way(),
                Integer.toString(configuration.writes()),
                Integer.toString(configuration.threads()),
                Integer.toString(configuration.replicas()),
                Long.toString(configuration.entries()),
                result.unit(),
                Double.toString(result.median()),
                Double.toString(result.low()),
                Double.toString(result.high()),
                Integer.toString(
                        result.runs().stream().mapToInt(run -> run.length).sum()));
    }

    /** Returns a line without its end. */
    public static String line(List<String> cells) {
        return cells.stream().map(CsvReport::cell).collect(Collectors.joining(","));
    }

    /** Returns a cell, quoted if necessary. */
    private static String cell(String text) {
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
