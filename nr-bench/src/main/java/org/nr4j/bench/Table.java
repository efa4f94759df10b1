package org.nr4j.bench;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A table of results for people. Its lines can be printed one by one. */
record Table(List<Column> columns) {
    /** A column, which shows a field of the results. Texts are aligned to the left, numbers to the right. */
    record Column(String title, int width, String field) {
        private String cell(Object value) {
            return value instanceof Number
                    ? ("%" + width + "s").formatted(value instanceof Double number ? rounded(number) : value)
                    : ("%-" + width + "s").formatted(value);
        }

        /** Rounds to about three digits; further digits are noise. */
        private static String rounded(double number) {
            return (number < 10 ? "%.2f" : number < 100 ? "%.1f" : "%.0f").formatted(number);
        }

        private String head(boolean number) {
            return ("%" + (number ? "" : "-") + width + "s").formatted(title);
        }
    }

    /** Returns the titles, placed like the cells of this result. */
    String head(ResultLine first) {
        Map<String, Object> fields = first.fields();
        return columns.stream()
                .map(column -> column.head(fields.get(column.field) instanceof Number))
                .collect(Collectors.joining(" "));
    }

    String row(ResultLine result) {
        Map<String, Object> fields = result.fields();
        return columns.stream()
                .map(column -> column.cell(fields.get(column.field)))
                .collect(Collectors.joining(" "));
    }
}
