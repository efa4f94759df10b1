package org.nr4j.bench.report;

import java.util.List;
import java.util.Locale;

/** Formats numbers and texts of a report, the same in every locale. */
final class Text {
    private Text() {}

    /** Returns three significant digits, with a thin space between thousands. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        double size = Math.abs(value);
        int decimals = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
        return format("%,." + decimals + "f", value).replace(',', '\u202f');
    }

    /** Returns a number with a thin space between thousands. */
    static String count(long value) {
        return format("%,d", value).replace(',', '\u202f');
    }

    /** Returns a number of threads. */
    static String threads(int count) {
        return count + (count == 1 ? " thread" : " threads");
    }

    /** Returns the interval of a ratio; empty if it is not known. */
    static String interval(Ratio ratio) {
        return Double.isNaN(ratio.low())
                ? ""
                : " <small class='range'>" + ratio(ratio.low()) + "–" + ratio(ratio.high()) + "</small>";
    }

    /** Returns at least two significant digits. */
    static String ratio(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        return format(value < 0.1 ? "%.3f" : value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
    }

    /** Formats a coordinate. */
    static String coordinate(double value) {
        return format("%.1f", value);
    }

    /** Formats like {@link String#format}, without a locale. */
    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    /** Returns an upper bound of the width of the longest text in a chart. It is a bound because fonts differ. */
    static double width(List<String> texts) {
        return 8.4 * texts.stream().mapToInt(String::length).max().orElse(0);
    }

    /** Escapes text for HTML and SVG, in text and in quoted attributes. */
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

    /** Returns an id, or the target of a link. */
    static String anchor(String text) {
        return text.replaceAll("[^A-Za-z0-9]+", "-");
    }
}
