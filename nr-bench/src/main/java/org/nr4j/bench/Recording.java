package org.nr4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.nr4j.bench.report.CsvReport;
import org.nr4j.bench.report.HtmlReport;
import org.nr4j.bench.report.Results;

/**
 * The directory of a run. {@code results.jsonl} grows with each measurement. {@code results.csv} and {@code
 * report.html} are made from it at the end. Any thread may call.
 */
final class Recording {
    private final Path directory;
    private final Path lines;

    /**
     * Begins a recording.
     *
     * @throws IllegalArgumentException if the directory already has results
     */
    Recording(Path directory, Environment environment) throws IOException {
        this.directory = directory;
        this.lines = directory.resolve("results.jsonl");
        if (Files.exists(lines)) {
            throw new IllegalArgumentException("a run must have a directory of its own: out=" + directory
                    + " has results.jsonl; give another one");
        }
        Files.createDirectories(directory);
        append(List.of(environment.toJson()));
    }

    /** Returns the directory. */
    Path directory() {
        return directory;
    }

    /** Adds lines to the results. */
    synchronized void append(List<String> more) throws IOException {
        Files.write(lines, more, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Records a measurement that failed, and why. */
    void fail(String what, String why) throws IOException {
        append(List.of(Json.text(Map.of("failure", Map.of("what", what, "why", why)))));
    }

    /** Makes the table and the report from the results so far. */
    synchronized Results report() throws IOException {
        Results results = Results.read(lines);
        write(results, directory);
        return results;
    }

    static void write(Results results, Path directory) throws IOException {
        CsvReport.write(results, directory.resolve("results.csv"));
        HtmlReport.write(results, directory.resolve("report.html"));
    }
}
