package org.nr4j.bench.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A chart of one structure's throughput, as an SVG file for a page of documentation. It has a panel for each share of
 * writes. All panels share one scale and one legend.
 *
 * <p>The background is opaque and follows the reader's light or dark mode, as do the lines. The conditions of the
 * measurement come from the {@code figure} entry of the results' environment.
 */
public final class Figure {
    private static final double PANEL_WIDTH = 290;
    private static final double GAP = 16;
    private static final double LEFT = 72;
    private static final double RIGHT = 20;
    private static final double TOP = 112;
    private static final double BOTTOM = 352;
    private static final double MARGIN = 18;
    private static final double LEGEND_STEP = 22;
    private static final int LEGEND_COLUMNS = 3;
    private static final List<Double> MANTISSAS = List.of(1.0, 2.0, 5.0, 10.0);

    private final Facet facet;
    private final String unit;
    private final String conditions;
    private final Map<String, List<Result>> lines;
    private final Map<String, Look> looks;
    private final List<Integer> panels;
    private final double least;
    private final double greatest;
    private final StringBuilder svg = new StringBuilder();

    private Figure(Facet facet, String conditions) {
        this.facet = facet;
        this.unit = facet.results().get(0).unit().replace("Mops/s", "million operations a second");
        this.conditions = conditions;
        lines = facet.lines();
        looks = Look.of(List.copyOf(lines.keySet()));
        panels = facet.writes();
        least = roundedDown(
                facet.results().stream().mapToDouble(Result::low).min().orElseThrow());
        greatest = roundedUp(
                facet.results().stream().mapToDouble(Result::high).max().orElseThrow());
    }

    /**
     * Draws the results of one structure.
     *
     * @throws IllegalArgumentException if the results are of several structures, sizes or sources, or a value is not
     *     above zero
     */
    public static String svg(Results results) {
        List<Facet> facets = Facet.of(results.results());
        if (facets.size() != 1) {
            throw new IllegalArgumentException("a chart must have results of one structure, size and source: they are "
                    + facets.stream()
                            .map(facet -> facet.source() + " " + facet.structure() + ", " + facet.title())
                            .toList());
        }
        results.results().forEach(result -> {
            if (!(result.low() > 0)) {
                throw new IllegalArgumentException("a value must be above zero on a logarithmic scale: low="
                        + result.low() + " of " + result.configuration());
            }
        });
        return new Figure(facets.get(0), results.environment().getOrDefault("figure", "")).draw();
    }

    /** Rounds a value down to 1, 2 or 5 times a power of ten. */
    static double roundedDown(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        return MANTISSAS.stream()
                .map(mantissa -> mantissa * power)
                .filter(rounded -> rounded <= value * (1 + 1e-9))
                .max(Double::compare)
                .orElse(power);
    }

    /** Rounds a value up to 1, 2 or 5 times a power of ten. */
    static double roundedUp(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        return MANTISSAS.stream()
                .map(mantissa -> mantissa * power)
                .filter(rounded -> rounded >= value * (1 - 1e-9))
                .min(Double::compare)
                .orElse(10 * power);
    }

    private String draw() {
        double width = LEFT + panels.size() * (PANEL_WIDTH + GAP) - GAP + RIGHT;
        double height = BOTTOM + 66 + LEGEND_STEP * legendRows();
        String title = facet.structure() + ": throughput by number of threads";
        append(
                "<svg xmlns='http://www.w3.org/2000/svg' width='%.0f' height='%.0f'"
                        + " viewBox='0 0 %.0f %.0f' role='img'>",
                width, height, width, height);
        append("<title>%s</title><desc>%s</desc>", Text.escape(title), Text.escape(conditions));
        append("<style>%s</style>", HtmlReport.resource("figure.css"));
        append("<rect class='page' width='%.0f' height='%.0f'/>\n", width, height);
        append("<text class='title' x='20' y='34'>%s</text>", Text.escape(title));
        append("<text class='conditions' x='20' y='57'>%s</text>\n", Text.escape(conditions));
        append(
                "<text class='axis' transform='translate(24 %.1f) rotate(-90)' text-anchor='middle'>%s</text>\n",
                (TOP + BOTTOM) / 2, Text.escape(unit));
        for (int panel = 0; panel < panels.size(); panel++) {
            panel(LEFT + panel * (PANEL_WIDTH + GAP), panels.get(panel), panel == 0);
        }
        legend();
        return svg.append("</svg>\n").toString();
    }

    private void panel(double left, int writes, boolean first) {
        append("<text class='panel' x='%.1f' y='%.1f'>%s</text>", left, TOP - 12, name(writes));
        for (double tick : ticks()) {
            append("<path class='grid' d='M%.1f %.1fH%.1f'/>", left, yOf(tick), left + PANEL_WIDTH);
            if (first) {
                append(
                        "<text class='tick' x='%.1f' y='%.1f' text-anchor='end'>%s</text>",
                        left - 8, yOf(tick) + 4, tick < 1 ? Text.format("%.1f", tick) : Text.format("%.0f", tick));
            }
        }
        for (int threads : facet.threads()) {
            append(
                    "<path class='grid' d='M%.1f %.1fv5'/>"
                            + "<text class='tick' x='%.1f' y='%.1f' text-anchor='middle'>%d</text>",
                    xOf(left, threads), BOTTOM, xOf(left, threads), BOTTOM + 19, threads);
        }
        append(
                "<text class='axis' x='%.1f' y='%.1f' text-anchor='middle'>threads</text>\n",
                left + PANEL_WIDTH / 2, BOTTOM + 38);
        List<String> weakestFirst = new ArrayList<>(lines.keySet());
        weakestFirst.sort(Comparator.comparing(line -> looks.get(line).strong()));
        weakestFirst.forEach(line -> line(left, looks.get(line), at(writes, lines.get(line))));
    }

    private static String name(int writes) {
        return switch (writes) {
            case 0 -> "only reads";
            case 100 -> "only writes";
            default -> writes + " % writes";
        };
    }

    private static List<Result> at(int writes, Collection<Result> results) {
        return results.stream()
                .filter(result -> result.configuration().writes() == writes)
                .sorted(Comparator.comparingInt(result -> result.configuration().threads()))
                .toList();
    }

    private void line(double left, Look look, List<Result> points) {
        append("<g class='line c%d%s'>", look.colour(), look.strong() ? " strong" : "");
        StringBuilder path = new StringBuilder();
        for (Result point : points) {
            double x = xOf(left, point.configuration().threads());
            append("<path class='spread' d='M%.1f %.1fV%.1f'/>", x, yOf(point.low()), yOf(point.high()));
            path.append(path.length() == 0 ? "M" : "L").append(Text.format("%.1f %.1f", x, yOf(point.median())));
        }
        append("<path class='stroke' stroke-dasharray='%s' d='%s'/></g>", look.dash(), path);
        for (Result point : points) {
            svg.append(look.markerAt(xOf(left, point.configuration().threads()), yOf(point.median())));
        }
        svg.append('\n');
    }

    private void legend() {
        double column = (panels.size() * (PANEL_WIDTH + GAP) - GAP) / LEGEND_COLUMNS;
        int place = 0;
        for (String line : lines.keySet()) {
            Look look = looks.get(line);
            double x = LEFT + place % LEGEND_COLUMNS * column;
            double y = BOTTOM + 68 + LEGEND_STEP * (place / LEGEND_COLUMNS);
            append(
                    "<g class='line c%d%s'><path class='stroke' stroke-dasharray='%s' d='M%.1f %.1fh40'/></g>%s",
                    look.colour(), look.strong() ? " strong" : "", look.dash(), x, y, look.markerAt(x + 20, y));
            append(
                    "<text class='label%s' x='%.1f' y='%.1f'>%s</text>\n",
                    look.strong() ? " strong" : "", x + 48, y + 5, Text.escape(display(line)));
            place++;
        }
    }

    /** Returns the way's name for a reader of the chart. */
    private String display(String line) {
        return switch (line) {
            case "jdk" -> facet.structure().equals("TreeMap") ? "ConcurrentSkipListMap" : "the JDK's concurrent one";
            case "ReadWriteLock" -> "ReentrantReadWriteLock";
            default -> line.startsWith("nr") ? "nr4j" + line.substring(2) : line;
        };
    }

    private int legendRows() {
        return (lines.size() + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
    }

    private List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        for (double tick = least; tick <= greatest * (1 + 1e-9); tick = roundedUp(tick * 1.01)) {
            ticks.add(tick);
        }
        return ticks;
    }

    private double xOf(double left, int threads) {
        List<Integer> all = facet.threads();
        double share = all.size() == 1 ? 0.5 : share(threads, all.get(0), all.get(all.size() - 1));
        return left + MARGIN + share * (PANEL_WIDTH - 2 * MARGIN);
    }

    private double yOf(double value) {
        return BOTTOM - share(value, least, greatest) * (BOTTOM - TOP);
    }

    /** Returns the place of a value between two others on a logarithmic scale, from 0 to 1. */
    private static double share(double value, double low, double high) {
        return (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low));
    }

    private void append(String pattern, Object... values) {
        svg.append(Text.format(pattern, values));
    }
}
