package org.nr4j.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A chart of lines, as SVG. Lines join the medians; bars go from the least to the greatest sample. The names stand at
 * the right end of the lines. The style sheet of the page defines the colours. When the pointer rests on a point, its
 * meaning shows.
 */
final class LineChart {
    /** A median at {@code x}, and the samples' range. */
    record Point(double x, double y, double low, double high) {}

    /** The points of one way, by ascending {@code x}. */
    record Line(String name, Look look, List<Point> points) {}

    private record Label(Line line, double x, double y) {}

    private static final double HEIGHT = 300;
    private static final double LEFT = 52;
    private static final double RIGHT = 304;
    private static final double TOP = 14;
    private static final double BOTTOM = 256;
    private static final double LABEL_STEP = 16;

    private final String title;
    private final String xName;
    private final String unit;
    private final boolean doubling;
    private final List<Line> lines;
    private final SortedSet<Double> xs = new TreeSet<>();
    private final double yStep;
    private final double yMax;
    private final double width;
    private final StringBuilder svg = new StringBuilder();

    private LineChart(String title, String xName, String unit, boolean doubling, List<Line> lines) {
        this.title = title;
        this.xName = xName;
        this.unit = unit;
        this.doubling = doubling;
        this.lines = lines;
        double highest = 0;
        for (Line line : lines) {
            for (Point point : line.points) {
                xs.add(point.x);
                highest = Math.max(highest, Math.max(point.y, point.high));
            }
        }
        width = RIGHT + 36 + Text.width(lines.stream().map(Line::name).toList());
        yStep = niceStep(highest / 5);
        yMax = Math.max(yStep, Math.ceil(highest / yStep) * yStep);
    }

    /**
     * Draws a chart.
     *
     * @param doubling whether equal steps to the right are doublings
     */
    static String svg(String title, String xName, String unit, boolean doubling, List<Line> lines) {
        return new LineChart(title, xName, unit, doubling, lines).draw();
    }

    /** Returns the least number of the form 1, 2 or 5 times a power of ten that is at least {@code least}. */
    static double niceStep(double least) {
        if (least <= 0) {
            return 1;
        }
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * power >= least * (1 - 1e-9)) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private String draw() {
        append("<svg viewBox='0 0 %.0f %.0f' role='img' aria-label='%s'>", width, HEIGHT, Text.escape(title));
        axes();
        List<Line> weakestFirst = new ArrayList<>(lines);
        weakestFirst.sort(Comparator.comparing(line -> line.look.strong()));
        weakestFirst.forEach(this::line);
        labels();
        return svg.append("</svg>").toString();
    }

    private void axes() {
        for (double y = 0; y <= yMax * (1 + 1e-9); y += yStep) {
            append("<line class='grid' x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f'/>", LEFT, RIGHT, yOf(y), yOf(y));
            append("<text class='tick' x='%.1f' y='%.1f' text-anchor='end'>%s</text>", LEFT - 6, yOf(y) + 4, tick(y));
        }
        for (double x : xs) {
            append("<line class='grid' x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f'/>", xOf(x), xOf(x), BOTTOM, BOTTOM + 4);
            append("<text class='tick' x='%.1f' y='%.1f' text-anchor='middle'>%.0f</text>", xOf(x), BOTTOM + 17, x);
        }
        append(
                "<text class='axis' x='%.1f' y='%.1f' text-anchor='middle'>%s</text>",
                (LEFT + RIGHT) / 2, HEIGHT - 8, Text.escape(xName));
        append(
                "<text class='axis' transform='translate(12 %.1f) rotate(-90)' text-anchor='middle'>%s</text>",
                (TOP + BOTTOM) / 2, Text.escape(unit));
    }

    private String tick(double y) {
        int decimals = Math.max(0, (int) Math.ceil(-Math.log10(yStep) - 1e-9));
        return Text.format("%." + decimals + "f", y);
    }

    private void line(Line line) {
        append("<g class='line c%d%s'>", line.look.colour(), line.look.strong() ? " strong" : "");
        for (Point point : line.points) {
            append(
                    "<path class='spread' d='M%.1f %.1fV%.1fm-3 0h6M%.1f %.1fm-3 0h6'/>",
                    xOf(point.x), yOf(point.low), yOf(point.high), xOf(point.x), yOf(point.low));
        }
        if (line.points.size() > 1) {
            StringBuilder path = new StringBuilder();
            for (Point point : line.points) {
                path.append(path.length() == 0 ? "M" : "L")
                        .append(Text.coordinate(xOf(point.x)))
                        .append(' ')
                        .append(Text.coordinate(yOf(point.y)));
            }
            append("<path class='stroke' stroke-dasharray='%s' d='%s'/>", line.look.dash(), path);
        }
        svg.append("</g>");
        for (Point point : line.points) {
            append(
                    "<g><title>%s, %s %.0f: %s %s (%s to %s)</title>%s</g>",
                    Text.escape(line.name),
                    Text.escape(xName),
                    point.x,
                    Text.number(point.y),
                    Text.escape(unit),
                    Text.number(point.low),
                    Text.number(point.high),
                    line.look.markerAt(xOf(point.x), yOf(point.y)));
        }
    }

    /** Writes the names beside the last points, moved apart where they would overlap. */
    private void labels() {
        List<Label> labels = new ArrayList<>();
        for (Line line : lines) {
            Point last = line.points.get(line.points.size() - 1);
            labels.add(new Label(line, xOf(last.x), yOf(last.y)));
        }
        labels.sort(Comparator.comparingDouble(Label::y));
        double[] places = apart(labels.stream().mapToDouble(Label::y).toArray());
        for (int i = 0; i < places.length; i++) {
            Label label = labels.get(i);
            Look look = label.line.look;
            append(
                    "<path class='lead c%d%s' d='M%.1f %.1fL%.1f %.1fL%.1f %.1f'/>",
                    look.colour(),
                    label.x < xOf(xs.last()) - 1 ? " far" : "",
                    label.x + 6,
                    label.y,
                    RIGHT + 4,
                    label.y,
                    RIGHT + 18,
                    places[i]);
            svg.append(look.markerAt(RIGHT + 24, places[i]));
            append(
                    "<text class='label%s' x='%.1f' y='%.1f'>%s</text>",
                    look.strong() ? " strong" : "", RIGHT + 33, places[i] + 4, Text.escape(label.line.name));
        }
    }

    /** Returns ascending places near the wanted ones, at least a step apart and within the chart. */
    static double[] apart(double[] wanted) {
        double[] places = wanted.clone();
        for (int i = 1; i < places.length; i++) {
            places[i] = Math.max(places[i], places[i - 1] + LABEL_STEP);
        }
        double limit = BOTTOM + 4;
        for (int i = places.length - 1; i >= 0 && places[i] > limit; i--) {
            places[i] = limit;
            limit -= LABEL_STEP;
        }
        return places;
    }

    private double xOf(double x) {
        if (xs.size() == 1) {
            return (LEFT + RIGHT) / 2;
        }
        double margin = 14;
        double share = (along(x) - along(xs.first())) / (along(xs.last()) - along(xs.first()));
        return LEFT + margin + share * (RIGHT - LEFT - 2 * margin);
    }

    private double along(double x) {
        return doubling ? Math.log(x) : x;
    }

    private double yOf(double y) {
        return BOTTOM - y / yMax * (BOTTOM - TOP);
    }

    private void append(String pattern, Object... values) {
        svg.append(Text.format(pattern, values));
    }
}
