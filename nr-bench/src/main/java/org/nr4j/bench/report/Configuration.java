package org.nr4j.bench.report;

import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What was measured: all that tells one measurement from another.
 *
 * @param source {@code jmh}, {@code scale}, {@code latency} or {@code simulated}
 * @param structure the structure
 * @param way how threads share it
 * @param writes share of writes, per cent
 * @param threads how many
 * @param replicas how many
 * @param entries of the structure when a measurement begins
 * @param labels further names and values, of one source only
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

    /** The way that is not safe: it is a measure of the others, not a rival. */
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

    /** Whether this is the library, not a rival: node replication, with one log or several ({@code cnr4}, say). */
    public boolean ours() {
        return isOurs(way);
    }

    /** The same of a way, or of the name of a {@link #line()}. */
    static boolean isOurs(String line) {
        return line.startsWith("nr") || line.startsWith("cnr");
    }

    /**
     * The name of a line in a chart: the way, and replicas where there are several (only the library has any).
     * {@code bare} stands beside others that have more threads.
     */
    public String line() {
        if (way.equals(BARE)) {
            return BARE + " (1 thread)";
        }
        return replicas > 1 && ours() ? way + ", " + replicas + " replicas" : way;
    }

    /** Names and values of the labels, for people. */
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
