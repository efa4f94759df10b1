package org.nr4j.bench.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A file of results with one JSON object a line. A line is one of these:
 *
 * <ul>
 *   <li>the environment, {@code {"environment":{…}}}
 *   <li>a failure, {@code {"failure":{"what":…,"why":…}}}
 *   <li>a result, with the fields of {@link Result}. Lines of the same configuration are runs of it and are joined
 * </ul>
 *
 * @param environment the conditions of the measurement, by name; the first line's
 * @param results one for each configuration, in the order of the file
 * @param failures the measurements that failed, and why
 */
public record Results(Map<String, String> environment, List<Result> results, Map<String, String> failures) {
    /** The fields that all results have. */
    static final List<String> COMMON = List.of(
            "source",
            "structure",
            "way",
            "writes",
            "threads",
            "replicas",
            "entries",
            "unit",
            "median",
            "low",
            "high",
            "samples");

    /** Stands between the values of a condition in which several files differ. */
    private static final String SEPARATOR = "; ";

    /**
     * Numbers that belong to the configuration. All other numbers and truth values are measures; all texts are labels.
     */
    private static final Set<String> NUMERIC_LABELS = Set.of("batch", "logs", "across", "footprint", "rate", "load");

    /** Texts that are not part of the configuration. */
    private static final Set<String> REMARKS = Set.of("placement", "percentile");

    /**
     * Reads a file. If the last line is incomplete because the writer was stopped, it is left out.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if a line is malformed
     */
    public static Results read(Path file) throws IOException {
        String text = Files.readString(file);
        return parse(text, file.toString());
    }

    static Results parse(String text, String name) {
        Map<String, String> environment = new LinkedHashMap<>();
        Map<Configuration, Result> results = new LinkedHashMap<>();
        Map<String, String> failures = new LinkedHashMap<>();
        String[] lines = text.split("\n", -1); // the text after the last line feed is empty or incomplete
        for (int i = 0; i < lines.length - 1; i++) {
            if (lines[i].isBlank()) {
                continue;
            }
            try {
                parse(JsonParser.parseString(lines[i]).getAsJsonObject(), environment, results, failures);
            } catch (JsonParseException | IllegalStateException | IllegalArgumentException | ClassCastException e) {
                throw new IllegalArgumentException(
                        "each line must be an environment, a result or a failure in JSON: file=" + name + " line="
                                + (i + 1) + "; " + e.getMessage(),
                        e);
            }
        }
        return new Results(environment, List.copyOf(results.values()), failures);
    }

    private static void parse(
            JsonObject line,
            Map<String, String> environment,
            Map<Configuration, Result> results,
            Map<String, String> failures) {
        if (line.has("environment")) {
            line.getAsJsonObject("environment").asMap().forEach((name, value) -> environment.put(name, text(value)));
        } else if (line.has("failure")) {
            JsonObject failure = line.getAsJsonObject("failure");
            failures.put(text(required(failure, "what")), text(required(failure, "why")));
        } else {
            Result result = result(line);
            results.merge(result.configuration(), result, Result::and);
        }
    }

    private static Result result(JsonObject line) {
        SortedMap<String, String> labels = new TreeMap<>();
        SortedMap<String, List<Double>> measures = new TreeMap<>();
        line.asMap().forEach((name, value) -> {
            if (COMMON.contains(name) || REMARKS.contains(name) || !value.isJsonPrimitive()) {
                return;
            }
            JsonPrimitive field = value.getAsJsonPrimitive();
            if (field.isBoolean()) {
                measures.put(name, List.of(field.getAsBoolean() ? 1.0 : 0.0));
            } else if (field.isNumber() && !NUMERIC_LABELS.contains(name)) {
                measures.put(name, List.of(field.getAsDouble()));
            } else {
                labels.put(name, text(field));
            }
        });
        Configuration configuration = new Configuration(
                text(required(line, "source")),
                text(required(line, "structure")),
                text(required(line, "way")),
                required(line, "writes").getAsInt(),
                required(line, "threads").getAsInt(),
                line.has("replicas") ? line.get("replicas").getAsInt() : 1,
                line.has("entries") ? line.get("entries").getAsLong() : 0,
                labels);
        double median = required(line, "median").getAsDouble();
        double[] samples = line.has("samples") ? samples(line.getAsJsonArray("samples")) : new double[0];
        return new Result(
                configuration,
                text(required(line, "unit")),
                List.of(samples.length > 0 ? samples : new double[] {median}),
                line.has("low") ? line.get("low").getAsDouble() : median,
                line.has("high") ? line.get("high").getAsDouble() : median,
                measures);
    }

    private static JsonElement required(JsonObject object, String name) {
        JsonElement value = object.get(name);
        if (value == null || value.isJsonNull()) {
            throw new IllegalArgumentException("a field is missing: field=" + name);
        }
        return value;
    }

    private static double[] samples(JsonArray array) {
        return array.asList().stream().mapToDouble(JsonElement::getAsDouble).toArray();
    }

    private static String text(JsonElement value) {
        return value.isJsonPrimitive() ? value.getAsString() : value.toString();
    }

    /**
     * Joins all lines of several files. The environment is that of the first file. Where another file has a different
     * value, the joined environment names both.
     *
     * @param files at least one
     */
    public static Results join(List<Results> files) {
        Map<String, String> environment = new LinkedHashMap<>();
        Map<Configuration, Result> results = new LinkedHashMap<>();
        Map<String, String> failures = new LinkedHashMap<>();
        for (Results file : files) {
            file.environment.forEach((name, value) -> environment.merge(
                    name, value, (first, other) -> first.contains(other) ? first : first + SEPARATOR + other));
            file.results.forEach(result -> results.merge(result.configuration(), result, Result::and));
            failures.putAll(file.failures);
        }
        return new Results(environment, List.copyOf(results.values()), failures);
    }

    /** Describes a line of a file in a few words. */
    public static String describe(String line) {
        Result result = result(JsonParser.parseString(line).getAsJsonObject());
        return Text.number(result.median()) + " " + result.unit() + " (" + Text.number(result.low()) + " to "
                + Text.number(result.high()) + ")";
    }

    /** Returns whether there is a throughput for this configuration. */
    public boolean has(String structure, String way, int writes, int threads, int replicas, long entries) {
        return of("jmh").stream()
                .map(Result::configuration)
                .anyMatch(each -> each.structure().equals(structure)
                        && each.way().equals(way)
                        && each.writes() == writes
                        && each.threads() == threads
                        && each.replicas() == replicas
                        && each.entries() == entries);
    }

    /** Parses a number of the environment; the first file's if several differ; NaN if there is none. */
    static double number(@Nullable String value) {
        String first = value == null ? "" : value.split(SEPARATOR, 2)[0];
        return first.matches("\\d+(\\.\\d+)?") ? Double.parseDouble(first) : Double.NaN;
    }

    /** Returns the names of all structures, in the order of the file. */
    public List<String> structures() {
        return results.stream()
                .map(result -> result.configuration().structure())
                .distinct()
                .toList();
    }

    /** Returns the results of one source. */
    List<Result> of(String source) {
        List<Result> all = new ArrayList<>();
        for (Result result : results) {
            if (result.configuration().source().equals(source)) {
                all.add(result);
            }
        }
        return all;
    }
}
