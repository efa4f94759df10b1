package org.nr4j.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Latencies of one structure: a chart for reads or writes, under each load, at each number of threads. */
final class LatencySection {
    private final Facet facet;
    private final StringBuilder html;

    private LatencySection(StringBuilder html, Facet facet) {
        this.html = html;
        this.facet = facet;
    }

    static void write(StringBuilder html, List<Facet> facets) {
        if (facets.isEmpty()) {
            return;
        }
        html.append("<h3>Latency, ").append(Text.count(facets.get(0).entries())).append(" entries</h3>");
        html.append("""
                <p>Operations arrive by a schedule, whether or not earlier ones have ended. They are timed from their arrival, so waiting in line counts. <b>Further left is better.</b> Disc: half of the operations took no longer. \
                Ticks, from short to long: 99 %, 99.9 %, and the slowest operation. <b>Overloaded</b>: this way cannot do so many operations a second; its latencies grow for as long as the measurement lasts.</p><div class='charts'>
                """);
        facets.forEach(facet -> new LatencySection(html, facet).figures());
        html.append("</div>");
    }

    private void figures() {
        for (int writes : facet.writes()) {
            for (int threads : facet.threads()) {
                List<Result> here = new ArrayList<>(facet.at(writes, threads));
                if (!here.isEmpty()) {
                    figure(title(writes, threads), here);
                }
            }
        }
    }

    private String title(int writes, int threads) {
        String op = facet.labels().getOrDefault("op", "operation");
        String target = facet.labels().getOrDefault("target", "");
        return op + "s, " + target.replaceFirst("rate=(.*)", "$1 million a second, ") + writes + " % writes, "
                + Text.threads(threads);
    }

    private void figure(String title, List<Result> here) {
        here.sort(
                Comparator.comparing((Result result) -> !result.configuration().ours())
                        .thenComparingDouble(result -> result.measure("p99")));
        Map<String, Look> looks = Look.of(List.copyOf(facet.lines().keySet()));
        List<LatencyChart.Row> rows =
                here.stream().map(result -> row(result, looks)).toList();
        html.append("<figure><figcaption>").append(Text.escape(title)).append("</figcaption>");
        html.append(LatencyChart.svg(facet.structure() + " latency, " + title, rows));
        html.append("<details><summary>Figures: microseconds</summary><div class='scroll'><table><tr><th></th>");
        LatencyChart.NAMES.forEach(
                name -> html.append("<th class='n'>").append(name).append("</th>"));
        html.append("</tr>");
        rows.forEach(this::figures);
        html.append("</table></div></details></figure>");
    }

    private static LatencyChart.Row row(Result result, Map<String, Look> looks) {
        String line = result.configuration().line();
        String name = result.measure("kept") < 1 ? line + " (overloaded)" : line;
        double[] micros =
                LatencyChart.PERCENTILES.stream().mapToDouble(result::measure).toArray();
        return new LatencyChart.Row(name, looks.get(line), micros);
    }

    private void figures(LatencyChart.Row row) {
        html.append("<tr><th>").append(Text.escape(row.name())).append("</th>");
        for (double micros : row.micros()) {
            html.append("<td class='n'>").append(Text.number(micros)).append("</td>");
        }
        html.append("</tr>");
    }
}
