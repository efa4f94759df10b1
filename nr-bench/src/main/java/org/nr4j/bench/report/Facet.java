package org.nr4j.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/**
 * Results that belong in the same charts. They have the same structure and size, and are equal in all but way,
 * replicas, writes and threads.
 *
 * @param source the source of all results
 * @param structure the structure
 * @param entries its size
 * @param labels the labels that all results share
 * @param results the results, in the order in which they were measured
 */
record Facet(String source, String structure, long entries, SortedMap<String, String> labels, List<Result> results) {
    private record Key(String source, String structure, long entries, SortedMap<String, String> labels) {}

    /** Returns facets in the order of their first results. */
    static List<Facet> of(List<Result> results) {
        Map<Key, List<Result>> all = new LinkedHashMap<>();
        for (Result result : results) {
            Configuration configuration = result.configuration();
            all.computeIfAbsent(
                            new Key(
                                    configuration.source(),
                                    configuration.structure(),
                                    configuration.entries(),
                                    configuration.labels()),
                            key -> new ArrayList<>())
                    .add(result);
        }
        return all.entrySet().stream()
                .map(entry -> new Facet(
                        entry.getKey().source,
                        entry.getKey().structure,
                        entry.getKey().entries,
                        entry.getKey().labels,
                        entry.getValue()))
                .toList();
    }

    /** Returns all shares of writes, ascending. */
    List<Integer> writes() {
        return values(Configuration::writes);
    }

    /** Returns all numbers of threads, ascending. */
    List<Integer> threads() {
        return values(Configuration::threads);
    }

    private List<Integer> values(ToIntFunction<Configuration> field) {
        return new TreeSet<>(results.stream()
                        .map(result -> field.applyAsInt(result.configuration()))
                        .toList())
                .stream().toList();
    }

    /** Returns the largest number of threads for which each has a cpu. If there is none, returns the largest number. */
    int threadsOn(int cpus) {
        List<Integer> threads = threads();
        return threads.stream()
                .filter(count -> count <= cpus)
                .max(Integer::compare)
                .orElse(threads.get(threads.size() - 1));
    }

    /** Returns the results at a share of writes and a number of threads. */
    List<Result> at(int writes, int threads) {
        return results.stream()
                .filter(result -> result.configuration().writes() == writes
                        && result.configuration().threads() == threads)
                .toList();
    }

    /** Returns the lines of a chart, by their names. */
    Map<String, List<Result>> lines() {
        Map<String, List<Result>> lines = new LinkedHashMap<>();
        results.stream()
                .filter(result -> result.configuration().ours())
                .forEach(result -> lines.computeIfAbsent(result.configuration().line(), line -> new ArrayList<>())
                        .add(result));
        for (Result result : results) {
            if (!result.configuration().ours()) {
                lines.computeIfAbsent(result.configuration().line(), line -> new ArrayList<>())
                        .add(result);
            }
        }
        return lines;
    }

    /** Returns a title for people. */
    String title() {
        StringBuilder title = new StringBuilder(source.equals("scale") ? "scale-out runner, " : "");
        title.append(Text.count(entries)).append(entries == 1 ? " entry" : " entries");
        labels.forEach(
                (name, value) -> title.append(", ").append(name).append(' ').append(value));
        return title.toString();
    }
}
