package org.nr4j.bench;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A table of results for people, whose lines can be printed one by one. */
record Table(List<Column> columns) {
    /** A field of the results; texts stand at the left, numbers at the right. */
    record Column(String title, int width, String field) {
        private String cell(Object value) {
            return value instanceof Number
                    ? ("%" + width + "s").formatted(value instanceof Double number ? rounded(number) : value)
                    : ("%-" + width + "s").formatted(value);
        }

        /** To three digits or so: more is noise. */
        private static String rounded(double number) {
            return (number < 10 ? "%.2f" : number < 100 ? "%.1f" : "%.0f").formatted(number);
        }

        private String head(boolean number) {
            return ("%" + (number ? "" : "-") + width + "s").formatted(title);
        }
    }

    /** The titles, placed as the cells of this result will be. */
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
