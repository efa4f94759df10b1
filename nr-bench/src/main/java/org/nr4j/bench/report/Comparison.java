package org.nr4j.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Compares two results, configuration by configuration.
 *
 * @param rows the configurations that both have, in the order of the newer result
 * @param onlyOld configurations that only the older result has
 * @param onlyNew configurations that only the newer result has
 * @param conditions the conditions of the environments that differ: name, then old and new value
 */
public record Comparison(
        List<Row> rows,
        List<Configuration> onlyOld,
        List<Configuration> onlyNew,
        SortedMap<String, List<String>> conditions) {
    /** How noise is distinguished from a change, for people. */
    public static final String METHOD = """
            A ratio compares medians: new to old, or old to new for latencies, so a larger ratio is always better. \
            The brackets hold the interval in which it lies with 99 % certainty, by a bootstrap of two levels (it \
            draws runs with replacement, then the samples of each). \
            A change is beyond the noise if the interval does not contain 1 and the change is more than 5 %. If a \
            side has a single value, the noise is unknown. With a single run (rounds=1), the samples do not contain \
            the differences between JVMs: \
            expect some false alarms, and measure with rounds=3 or more to be sure.""";

    /** Conditions that differ between any two results. */
    private static final List<String> ALWAYS_OTHER = List.of("date", "commit", "others");

    /**
     * One configuration.
     *
     * @param configuration what was measured
     * @param metric what of it
     * @param before median of the older
     * @param after median of the newer
     * @param ratio more than 1 if the newer is better
     */
    public record Row(Configuration configuration, String metric, double before, double after, Ratio ratio) {
        /** Whether the newer is worse beyond the noise, and by more than so many per cent. */
        public boolean isRegression(double percent) {
            return ratio.verdict() == Ratio.Verdict.LESS && ratio.value() < 1 - percent / 100;
        }

        /** What changed, in a word. */
        String verdict() {
            return switch (ratio.verdict()) {
                case MORE -> "FASTER";
                case LESS -> "SLOWER";
                case EVEN -> "same";
                case UNKNOWN -> "noise unknown";
            };
        }
    }

    /**
     * Compares.
     *
     * @throws IllegalArgumentException if the two have no configuration in common, or units differ
     */
    public static Comparison of(Results before, Results after) {
        Map<Configuration, Result> older = new TreeMap<>();
        before.results().forEach(result -> older.put(result.configuration(), result));
        List<Row> rows = new ArrayList<>();
        List<Configuration> onlyNew = new ArrayList<>();
        for (Result result : after.results()) {
            Result old = older.remove(result.configuration());
            if (old == null) {
                onlyNew.add(result.configuration());
            } else {
                rows.addAll(rows(old, result));
            }
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(
                    "two results must have configurations in common to be compared: common=0 old="
                            + before.results().size() + " new="
                            + after.results().size()
                            + "; measure both with the same profile and options");
        }
        return new Comparison(rows, List.copyOf(older.keySet()), onlyNew, conditions(before, after));
    }

    private static List<Row> rows(Result old, Result result) {
        if (!old.unit().equals(result.unit())) {
            throw new IllegalArgumentException("a configuration must have one unit in both results: "
                    + result.configuration() + " old=" + old.unit() + " new=" + result.unit());
        }
        List<Row> rows = new ArrayList<>();
        Map<String, List<double[]>> before = old.comparable();
        result.comparable().forEach((metric, after) -> {
            if (before.containsKey(metric)) {
                Ratio ratio = Statistics.ratio(after, before.get(metric));
                rows.add(new Row(
                        result.configuration(),
                        metric,
                        Statistics.median(before.get(metric)),
                        Statistics.median(after),
                        result.isLatency() ? ratio.inverse() : ratio));
            }
        });
        return rows;
    }

    private static SortedMap<String, List<String>> conditions(Results before, Results after) {
        SortedMap<String, List<String>> differing = new TreeMap<>();
        after.environment().forEach((name, value) -> {
            String old = before.environment().getOrDefault(name, "unknown");
            if (!old.equals(value) && !ALWAYS_OTHER.contains(name)) {
                differing.put(name, List.of(old, value));
            }
        });
        return differing;
    }

    /** The rows that are worse beyond the noise and by more than so many per cent. */
    public List<Row> regressions(double percent) {
        return rows.stream().filter(row -> row.isRegression(percent)).toList();
    }

    /** As a text: what changed beyond the noise, worst first, then a count of the rest. With {@code all}, every row. */
    public String text(boolean all) {
        StringBuilder text = new StringBuilder();
        conditions.forEach((name, values) -> text.append(
                Text.format("DIFFERENT CONDITIONS: %s old=%s new=%s%n", name, values.get(0), values.get(1))));
        rows.stream()
                .filter(row ->
                        all || row.ratio.verdict() == Ratio.Verdict.LESS || row.ratio.verdict() == Ratio.Verdict.MORE)
                .sorted((a, b) -> Double.compare(a.ratio.value(), b.ratio.value()))
                .forEach(row -> text.append(Text.format(
                        "%-13s %5s [%s .. %s]  %s -> %s %s  %s%n",
                        row.verdict(),
                        Text.ratio(row.ratio.value()),
                        Text.ratio(row.ratio.low()),
                        Text.ratio(row.ratio.high()),
                        Text.number(row.before),
                        Text.number(row.after),
                        row.metric,
                        row.configuration)));
        text.append(Text.format("%s; only old %d, only new %d%n", counts(), onlyOld.size(), onlyNew.size()));
        return text.append(METHOD).append(System.lineSeparator()).toString();
    }

    String counts() {
        return rows.stream()
                .collect(Collectors.groupingBy(Row::verdict, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", ", rows.size() + " compared: ", ""));
    }
}
