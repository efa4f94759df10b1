package org.nr4j.bench.report;

import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Identifies a measurement: two measurements with equal configurations are runs of the same one.
 *
 * @param source {@code jmh}, {@code scale}, {@code latency} or {@code simulated}
 * @param structure the structure
 * @param way how threads share it
 * @param writes share of writes, per cent
 * @param threads number of threads
 * @param replicas number of replicas
 * @param entries size of the structure when a measurement begins
 * @param labels further names and values that only one source has
 */
public record Configuration(
        String source,
        String structure,
        String way,
        int writes,
        int threads,
        int replicas,
        long entries,
        SortedMap<String, String> labels)
        implements Comparable<Configuration> {

    /** The way that is not safe. It serves as a baseline for the others and is not a rival. */
    static final String BARE = "bare";

    private static final Comparator<Configuration> ORDER = Comparator.comparing(Configuration::source)
            .thenComparing(Configuration::structure)
            .thenComparing(Configuration::entries)
            .thenComparing(configuration -> configuration.labels.toString())
            .thenComparing(Configuration::writes)
            .thenComparing(Configuration::threads)
            .thenComparing(Configuration::way)
            .thenComparing(Configuration::replicas);

    /** Copies the labels. */
    public Configuration {
        labels = new TreeMap<>(labels);
    }

    /**
     * Returns whether this is the library and not a rival: node replication with one log, or with several (such as
     * {@code cnr4}).
     */
    public boolean ours() {
        return isOurs(way);
    }

    /** Returns whether a way, or the name of a {@link #line()}, belongs to the library. */
    static boolean isOurs(String line) {
        return line.startsWith("nr") || line.startsWith("cnr");
    }

    /**
     * Returns the name of a line in a chart: the way, and the number of replicas if there are several. Only the library
     * has replicas. {@code bare} is marked as such, because the lines beside it have more threads.
     */
    public String line() {
        if (way.equals(BARE)) {
            return BARE + " (1 thread)";
        }
        return replicas > 1 && ours() ? way + ", " + replicas + " replicas" : way;
    }

    /** Returns the names and values of the labels, for people. */
    public String labelText() {
        return labels.entrySet().stream()
                .map(Map.Entry::toString)
                .map(text -> text.replace('=', ' '))
                .collect(Collectors.joining(", "));
    }

    @Override
    public int compareTo(Configuration other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "%s %s, %d entries: %s, %d %% writes, %s%s"
                .formatted(
                        source,
                        structure,
                        entries,
                        line(),
                        writes,
                        Text.threads(threads),
                        labels.isEmpty() ? "" : ", " + labelText());
    }
}
