package org.nr4j.bench.report;

import java.util.List;

/**
 * Percentiles of latency as SVG, with a row for each way, on a logarithmic scale. Half of the operations took no longer
 * than the first mark. The last mark is the slowest operation.
 */
final class LatencyChart {
    /** The percentiles that are shown, by the names that results use for them. */
    static final List<String> PERCENTILES = List.of("p50", "p99", "p999", "max");

    /** Their names for people. */
    static final List<String> NAMES = List.of("p50", "p99", "p99.9", "max");

    /** Microseconds, in the order of {@link #PERCENTILES}; NaN where unknown. */
    record Row(String name, Look look, double[] micros) {}

    private static final double SCALE = 260;
    private static final double TOP = 12;
    private static final double STEP = 24;

    private final List<Row> rows;
    private final int least;
    private final int most;
    private final double left;
    private final double bottom;
    private final StringBuilder svg = new StringBuilder();

    private LatencyChart(List<Row> rows) {
        this.rows = rows;
        double low = Double.MAX_VALUE;
        double high = 0;
        for (Row row : rows) {
            for (double value : row.micros) {
                if (value > 0) {
                    low = Math.min(low, value);
                    high = Math.max(high, value);
                }
            }
        }
        least = high == 0 ? 0 : (int) Math.floor(Math.log10(low));
        most = high == 0 ? 1 : Math.max(least + 1, (int) Math.ceil(Math.log10(high)));
        left = 34 + Text.width(rows.stream().map(Row::name).toList());
        bottom = TOP + rows.size() * STEP;
    }

    /** Draws a chart. */
    static String svg(String title, List<Row> rows) {
        return new LatencyChart(rows).draw(title);
    }

    private String draw(String title) {
        append(
                "<svg viewBox='0 0 %.0f %.0f' role='img' aria-label='%s'>",
                left + SCALE + 26, bottom + 42, Text.escape(title));
        int step = most - least > 4 ? 2 : 1; // so that names of decades do not touch
        for (int power = least; power <= most; power++) {
            double x = xOf(Math.pow(10, power));
            append("<line class='grid' x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f'/>", x, x, TOP - 8, bottom);
            if ((power - least) % step == 0) {
                append(
                        "<text class='tick' x='%.1f' y='%.1f' text-anchor='middle'>%s</text>",
                        x, bottom + 15, time(power));
            }
        }
        append(
                "<text class='axis' x='%.1f' y='%.1f' text-anchor='middle'>latency</text>",
                left + SCALE / 2, bottom + 34);
        for (int i = 0; i < rows.size(); i++) {
            row(rows.get(i), TOP + (i + 0.5) * STEP);
        }
        return svg.append("</svg>").toString();
    }

    private void row(Row row, double y) {
        Look look = row.look;
        svg.append(look.markerAt(10, y));
        append(
                "<text class='label%s' x='20' y='%.1f'>%s</text>",
                look.strong() ? " strong" : "", y + 4, Text.escape(row.name));
        double from = Double.NaN;
        double to = Double.NaN;
        StringBuilder marks = new StringBuilder();
        for (int i = 0; i < row.micros.length; i++) {
            double micros = row.micros[i];
            if (!(micros > 0)) {
                continue;
            }
            double x = xOf(micros);
            from = Double.isNaN(from) ? x : from;
            to = x;
            marks.append(Text.format(
                    "<g><title>%s, %s: %s µs</title>%s</g>",
                    Text.escape(row.name), NAMES.get(i), Text.number(micros), mark(i, x, y)));
        }
        append(
                "<g class='line c%d%s'><line class='stroke' x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f'/>%s</g>",
                look.colour(), look.strong() ? " strong" : "", from, to, y, y, marks);
    }

    /** Draws a mark: a disc for the median, and larger ticks for rarer operations. */
    private static String mark(int percentile, double x, double y) {
        if (percentile == 0) {
            return Text.format("<circle class='disc' cx='%.1f' cy='%.1f' r='5'/>", x, y);
        }
        double half = 3 + 2 * percentile;
        return Text.format("<line class='stroke' x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f'/>", x, x, y - half, y + half);
    }

    private static String time(int power) {
        return switch (power) {
            case -3 -> "1 ns";
            case -2 -> "10 ns";
            case -1 -> "100 ns";
            case 0 -> "1 µs";
            case 1 -> "10 µs";
            case 2 -> "100 µs";
            case 3 -> "1 ms";
            case 4 -> "10 ms";
            case 5 -> "100 ms";
            case 6 -> "1 s";
            default -> "10^" + power + " µs";
        };
    }

    private double xOf(double micros) {
        return left + (Math.log10(micros) - least) / (most - least) * SCALE;
    }

    private void append(String pattern, Object... values) {
        svg.append(Text.format(pattern, values));
    }
}
