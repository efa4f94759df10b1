package org.nr4j.bench.report;

import java.util.List;
import java.util.Locale;

/** Numbers and texts as they stand in a report, the same in every country. */
final class Text {
    private Text() {}

    /** Three significant digits, and a thin space between thousands. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        double size = Math.abs(value);
        int decimals = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
        return format("%,." + decimals + "f", value).replace(',', '\u202f');
    }

    /** A thin space between thousands. */
    static String count(long value) {
        return format("%,d", value).replace(',', '\u202f');
    }

    /** So many threads. */
    static String threads(int count) {
        return count + (count == 1 ? " thread" : " threads");
    }

    /** In what interval a ratio lies; nothing if it is not known. */
    static String interval(Ratio ratio) {
        return Double.isNaN(ratio.low())
                ? ""
                : " <small class='range'>" + ratio(ratio.low()) + "–" + ratio(ratio.high()) + "</small>";
    }

    /** At least two significant digits. */
    static String ratio(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        return format(value < 0.1 ? "%.3f" : value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
    }

    /** For a coordinate. */
    static String coordinate(double value) {
        return format("%.1f", value);
    }

    /** {@link String#format} of no country. */
    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    /** How wide the longest of some texts is in a chart, at most: fonts differ. */
    static double width(List<String> texts) {
        return 8.4 * texts.stream().mapToInt(String::length).max().orElse(0);
    }

    /** For HTML and SVG, in text and in quoted attributes. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** For an id or the target of a link. */
    static String anchor(String text) {
        return text.replaceAll("[^A-Za-z0-9]+", "-");
    }
}
