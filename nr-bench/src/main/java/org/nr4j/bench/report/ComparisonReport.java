package org.nr4j.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A comparison as a page: what changed beyond the noise first, worst first. */
public final class ComparisonReport {
    private ComparisonReport() {}

    /**
     * Writes the page.
     *
     * @throws IOException if it cannot be written
     */
    public static void write(Comparison comparison, Path file) throws IOException {
        Files.writeString(file, of(comparison));
    }

    static String of(Comparison comparison) {
        StringBuilder html = new StringBuilder();
        Page.open(html, "nr4j: comparison");
        html.append("<h1>nr4j: two results compared</h1><p>")
                .append(Text.escape(Comparison.METHOD))
                .append("</p><p><b>")
                .append(Text.escape(comparison.counts()))
                .append("</b></p>");
        comparison
                .conditions()
                .forEach((name, values) -> html.append("<p class='warn'>Different conditions: ")
                        .append(Text.escape(name + ": " + values.get(0) + " → " + values.get(1)))
                        .append("</p>"));
        html.append(
                "<div class='scroll'><table><tr><th></th><th class='n'>ratio</th><th class='n'>old</th><th class='n'>new</th><th></th><th>what</th></tr>");
        comparison.rows().stream()
                .sorted(Comparator.comparingInt((Comparison.Row row) -> rank(row.ratio()))
                        .thenComparingDouble(row -> row.ratio().value()))
                .forEach(row -> html.append(row(row)));
        html.append("</table></div>");
        Page.close(html);
        return html.toString();
    }

    private static int rank(Ratio ratio) {
        return switch (ratio.verdict()) {
            case LESS -> 0;
            case MORE -> 1;
            case UNKNOWN -> 2;
            case EVEN -> 3;
        };
    }

    private static String row(Comparison.Row row) {
        String look = switch (row.ratio().verdict()) {
            case LESS -> "<td class='loss'>▼ slower</td>";
            case MORE -> "<td class='win'>▲ faster</td>";
            case EVEN -> "<td>≈ same</td>";
            case UNKNOWN -> "<td>? noise unknown</td>";
        };
        return Text.format(
                "<tr>%s<td class='n'><b>%s</b>%s</td><td class='n'>%s</td><td class='n'>%s</td><td>%s</td><td>%s</td></tr>",
                look,
                Text.ratio(row.ratio().value()),
                Text.interval(row.ratio()),
                Text.number(row.before()),
                Text.number(row.after()),
                Text.escape(row.metric()),
                Text.escape(row.configuration().toString()));
    }
}
