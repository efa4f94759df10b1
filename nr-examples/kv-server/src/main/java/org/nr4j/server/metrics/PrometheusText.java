package org.nr4j.server.metrics;

import java.util.Arrays;

/** Writes figures as text of version 0.0.4 of the format of Prometheus. */
final class PrometheusText {
    static final String PREFIX = "nr4j_";

    private final StringBuilder out = new StringBuilder(1 << 14);

    /** Begins a figure that only rises. Its samples follow. */
    void counter(String name, String help) {
        begin(name, "counter", help);
    }

    /** Begins a figure that rises and falls. Its samples follow. */
    void gauge(String name, String help) {
        begin(name, "gauge", help);
    }

    private void begin(String name, String type, String help) {
        out.append("# HELP ")
                .append(PREFIX)
                .append(name)
                .append(' ')
                .append(help)
                .append('\n');
        out.append("# TYPE ")
                .append(PREFIX)
                .append(name)
                .append(' ')
                .append(type)
                .append('\n');
    }

    /** Writes a figure that only rises and has one sample. */
    void counter(String name, String help, double value) {
        counter(name, help);
        sample(name, value);
    }

    /** Writes a figure that rises and falls and has one sample. */
    void gauge(String name, String help, double value) {
        gauge(name, help);
        sample(name, value);
    }

    /** As the other method, for whole numbers. */
    void counter(String name, String help, long value) {
        counter(name, help);
        sample(name, value);
    }

    /** As the other method, for whole numbers. */
    void gauge(String name, String help, long value) {
        gauge(name, help);
        sample(name, value);
    }

    /**
     * Writes a sample.
     *
     * @param labels names and values by turns
     */
    void sample(String name, double value, String... labels) {
        sample(name, Double.toString(value), labels);
    }

    /** As the other method, for whole numbers. */
    void sample(String name, long value, String... labels) {
        sample(name, Long.toString(value), labels);
    }

    private void sample(String name, String value, String[] labels) {
        out.append(PREFIX).append(name);
        for (int i = 0; i < labels.length; i += 2) {
            out.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
            escape(labels[i + 1]);
            out.append('"');
        }
        out.append(labels.length == 0 ? " " : "} ").append(value).append('\n');
    }

    /** Begins a distribution. Its histograms follow. */
    void distribution(String name, String help) {
        begin(name, "histogram", help);
    }

    /**
     * Writes a histogram.
     *
     * @param bounds the upper ends of the classes but the last
     * @param counts how many values each class has
     */
    void histogram(String name, double[] bounds, long[] counts, double sum, String... labels) {
        String[] withBound = Arrays.copyOf(labels, labels.length + 2);
        withBound[labels.length] = "le";
        long total = 0;
        for (int i = 0; i < counts.length; i++) {
            total += counts[i];
            withBound[labels.length + 1] = i < bounds.length ? Double.toString(bounds[i]) : "+Inf";
            sample(name + "_bucket", total, withBound);
        }
        sample(name + "_sum", sum, labels);
        sample(name + "_count", total, labels);
    }

    private void escape(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\n' -> out.append("\\n");
                case '"', '\\' -> out.append('\\').append(c);
                default -> out.append(c);
            }
        }
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
