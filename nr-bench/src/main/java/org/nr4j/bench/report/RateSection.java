package org.nr4j.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * Shows throughputs of one structure: over threads for each share of writes, and over shares of writes at many threads.
 * For the simulated machine it also shows transfers of cache lines, the most trustworthy of its figures.
 */
final class RateSection {
    /** A value that is drawn over threads or writes, and its range. */
    private interface Value {
        LineChart.Point at(double x, Result result);
    }

    private final Facet facet;
    private final int cpus;
    private final boolean simulated;
    private final StringBuilder html;

    private RateSection(StringBuilder html, Facet facet, int cpus, boolean simulated) {
        this.html = html;
        this.facet = facet;
        this.cpus = cpus;
        this.simulated = simulated;
    }

    /** Writes the results from a machine with {@code cpus} cpus. */
    static void write(StringBuilder html, Facet facet, int cpus) {
        new RateSection(html, facet, cpus, false).write();
    }

    /** Writes the results of the simulation. */
    static void writeSimulated(StringBuilder html, Facet facet) {
        new RateSection(html, facet, Integer.MAX_VALUE, true).write();
    }

    private void write() {
        html.append("<h3>").append(mark()).append(Text.escape(facet.title())).append("</h3><div class='charts'>");
        boolean severalThreads = facet.threads().size() > 1;
        if (severalThreads) {
            facet.writes()
                    .forEach(writes ->
                            overThreads(writes, "", facet.results().get(0).unit(), RateSection::rate));
        }
        if (facet.writes().size() > 1 || !severalThreads) {
            facet.threads().stream()
                    .filter(threads -> simulated || threads >= facet.threadsOn(cpus))
                    .forEach(this::overWrites);
        }
        if (simulated
                && facet.results().stream().anyMatch(result -> result.measures().containsKey("far"))) {
            facet.writes()
                    .forEach(writes -> overThreads(
                            writes, ", lines transferred", "transfers an operation", RateSection::transfers));
        }
        html.append("</div>");
        RatioTable.write(html, facet, facet.threadsOn(cpus));
    }

    private String mark() {
        return simulated ? "simulated: " : "";
    }

    private static LineChart.Point rate(double x, Result result) {
        return new LineChart.Point(x, result.median(), result.low(), result.high());
    }

    /** Returns the transfers from another cpu of the node, or from another node. */
    private static LineChart.Point transfers(double x, Result result) {
        double transfers = result.measure("near") + result.measure("far");
        return new LineChart.Point(x, transfers, transfers, transfers);
    }

    private void overThreads(int writes, String what, String unit, Value value) {
        figure(
                mark() + writes + " % writes" + what,
                "threads",
                unit,
                lines(Configuration::threads, configuration -> configuration.writes() == writes, value));
    }

    private void overWrites(int threads) {
        figure(
                mark() + Text.threads(threads) + nodes(threads),
                "writes, per cent",
                facet.results().get(0).unit(),
                lines(
                        Configuration::writes,
                        configuration -> configuration.threads() == threads
                                || configuration.way().equals(Configuration.BARE),
                        RateSection::rate));
    }

    /** Says on how many nodes of the simulated machine this number of threads runs. */
    private String nodes(int threads) {
        return facet.results().stream()
                .filter(result -> simulated && result.configuration().threads() == threads)
                .mapToDouble(result -> result.measure("nodes"))
                .filter(nodes -> nodes > 0)
                .mapToObj(nodes -> Text.format(nodes == 1 ? " on %.0f node" : " on %.0f nodes", nodes))
                .findFirst()
                .orElse("");
    }

    private List<LineChart.Line> lines(ToIntFunction<Configuration> x, Predicate<Configuration> where, Value value) {
        Map<String, List<Result>> all = facet.lines();
        Map<String, Look> looks = Look.of(List.copyOf(all.keySet()));
        List<LineChart.Line> lines = new ArrayList<>();
        all.forEach((name, line) -> {
            List<LineChart.Point> points = line.stream()
                    .filter(result -> where.test(result.configuration()))
                    .map(result -> value.at(x.applyAsInt(result.configuration()), result))
                    .filter(point -> !Double.isNaN(point.y()))
                    .sorted(Comparator.comparingDouble(LineChart.Point::x))
                    .toList();
            if (!points.isEmpty()) {
                lines.add(new LineChart.Line(name, looks.get(name), points));
            }
        });
        return lines;
    }

    private void figure(String title, String xName, String unit, List<LineChart.Line> lines) {
        html.append("<figure><figcaption>").append(Text.escape(title)).append("</figcaption>");
        html.append(LineChart.svg(facet.structure() + ", " + title, xName, unit, xName.equals("threads"), lines));
        table(lines, xName, unit);
        html.append("</figure>");
    }

    private void table(List<LineChart.Line> lines, String xName, String unit) {
        List<Double> xs = lines.stream()
                .flatMap(line -> line.points().stream())
                .map(LineChart.Point::x)
                .distinct()
                .sorted()
                .toList();
        html.append("<details><summary>Figures: ")
                .append(Text.escape(unit))
                .append(", median and range</summary><div class='scroll'><table><tr><th>")
                .append(Text.escape(xName))
                .append("</th>");
        xs.forEach(x -> html.append(Text.format("<th class='n'>%.0f</th>", x)));
        html.append("</tr>");
        for (LineChart.Line line : lines) {
            html.append("<tr><th>").append(Text.escape(line.name())).append("</th>");
            xs.forEach(x -> html.append(cell(line, x)));
            html.append("</tr>");
        }
        html.append("</table></div></details>");
    }

    private static String cell(LineChart.Line line, double x) {
        return line.points().stream()
                .filter(point -> point.x() == x)
                .findFirst()
                .map(point -> "<td class='n'>" + Text.number(point.y()) + "<small>" + Text.number(point.low()) + "–"
                        + Text.number(point.high()) + "</small></td>")
                .orElse("<td></td>");
    }
}
