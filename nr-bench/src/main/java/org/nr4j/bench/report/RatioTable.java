package org.nr4j.bench.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The library's throughput divided by that of each other way. */
final class RatioTable {
    private RatioTable() {}

    /** Writes a row for each other way and a column for each share of writes; nothing if there is no ratio. */
    static void write(StringBuilder html, Facet facet, int threads) {
        StringBuilder rows = new StringBuilder();
        for (Map.Entry<String, List<Result>> line : facet.lines().entrySet()) {
            boolean there = line.getValue().stream()
                    .map(Result::configuration)
                    .anyMatch(each -> !each.ours() && each.threads() == threads);
            if (there) {
                row(rows, facet, threads, line.getKey());
            }
        }
        if (rows.length() == 0) {
            return;
        }
        html.append("<details open='open'><summary>nr divided by each, ")
                .append(Text.threads(threads))
                .append("</summary><div class='scroll'><table class='matrix'><tr><th>writes</th>");
        facet.writes().forEach(share -> html.append("<th>").append(share).append(" %</th>"));
        html.append("</tr>").append(rows).append("</table></div></details>");
    }

    private static void row(StringBuilder rows, Facet facet, int threads, String line) {
        rows.append("<tr><th>").append(Text.escape(line)).append("</th>");
        for (int writes : facet.writes()) {
            List<Result> here = facet.at(writes, threads);
            Optional<Result> ours = Standing.ours(here);
            Optional<Result> other = here.stream()
                    .filter(result -> result.configuration().line().equals(line))
                    .findFirst();
            rows.append(
                    ours.isPresent() && other.isPresent()
                            ? cell(Statistics.ratio(
                                            ours.get().runs(), other.get().runs())) + "</td>"
                            : "<td>–</td>");
        }
        rows.append("</tr>");
    }

    /** Returns a table cell without its end tag. */
    static String cell(Ratio ratio) {
        String mark = switch (ratio.verdict()) {
            case MORE -> "<td class='win'>▲ ";
            case LESS -> "<td class='loss'>▼ ";
            case EVEN -> "<td>≈ ";
            case UNKNOWN -> "<td>? ";
        };
        return mark + "<b>" + Text.ratio(ratio.value()) + "</b>" + Text.interval(ratio);
    }
}
