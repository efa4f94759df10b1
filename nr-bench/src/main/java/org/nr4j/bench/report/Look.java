package org.nr4j.bench.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The way in which a line is drawn: a colour of the style sheet, a dash and a marker. Any two of a dozen looks differ
 * in dash or marker as well, so a reader does not need the colour.
 */
record Look(int colour, String dash, int marker, boolean strong) {
    private static final int COLOURS = 8;
    private static final int MARKERS = 8;
    private static final List<String> DASHES = List.of("", "7 3", "2 3", "9 3 2 3");

    /** Common ways keep their look throughout the report. */
    private static final List<String> COMMON = List.of(
            "jdk",
            "ReadWriteLock",
            "StampedLock",
            "synchronized",
            "ReentrantLock",
            "bare (1 thread)",
            "FlatCombining",
            "DistributedReadWriteLock",
            "persistent");

    /** A look for each line, in their order. */
    static Map<String, Look> of(List<String> lines) {
        Map<String, Look> looks = new LinkedHashMap<>();
        int ours = 0;
        int others = COMMON.size();
        for (String line : lines) {
            int common = COMMON.indexOf(line);
            if (Configuration.isOurs(line)) {
                looks.put(line, ours(ours++));
            } else {
                looks.put(line, rival(common >= 0 ? common : others++));
            }
        }
        return looks;
    }

    /** Returns the look of the library, the strongest line in all charts. */
    private static Look ours(int i) {
        return new Look(0, DASHES.get(i % DASHES.size()), 0, true);
    }

    private static Look rival(int i) {
        return new Look(
                1 + i % (COLOURS - 1),
                DASHES.get(i % DASHES.size()),
                1 + (i + i / (COLOURS - 1)) % (MARKERS - 1),
                false);
    }

    /** Returns the marker at a place, as SVG. */
    String markerAt(double x, double y) {
        double r = strong ? 5 : 4;
        String shape = switch (marker) {
            case 0 -> Text.format("<circle cx='%.1f' cy='%.1f' r='%.1f'/>", x, y, r);
            case 1 -> polygon(x, y, 0, -r, r, r * 0.8, -r, r * 0.8);
            case 2 -> polygon(x, y, -r * 0.9, -r * 0.9, r * 0.9, -r * 0.9, r * 0.9, r * 0.9, -r * 0.9, r * 0.9);
            case 3 -> polygon(x, y, 0, -r * 1.2, r * 1.2, 0, 0, r * 1.2, -r * 1.2, 0);
            case 4 -> polygon(x, y, 0, r, r, -r * 0.8, -r, -r * 0.8);
            case 5 -> strokes(x, y, r * 0.8, r * 0.8);
            case 6 -> polygon(x, y, -r, -r * 0.4, r, -r * 0.4, r, r * 0.4, -r, r * 0.4);
            default -> Text.format("<circle cx='%.1f' cy='%.1f' r='%.1f' class='hollow'/>", x, y, r);
        };
        return "<g class='m c" + colour + "'>" + shape + "</g>";
    }

    private static String polygon(double x, double y, double... offsets) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < offsets.length; i += 2) {
            points.append(Text.format("%.1f,%.1f ", x + offsets[i], y + offsets[i + 1]));
        }
        return "<polygon points='" + points.toString().strip() + "'/>";
    }

    private static String strokes(double x, double y, double dx, double dy) {
        return Text.format(
                "<path d='M%.1f %.1fL%.1f %.1fM%.1f %.1fL%.1f %.1f'/>",
                x - dx, y - dy, x + dx, y + dy, x - dx, y + dy, x + dx, y - dy);
    }
}
