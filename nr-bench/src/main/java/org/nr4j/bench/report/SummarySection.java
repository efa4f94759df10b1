package org.nr4j.bench.report;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Summarizes how the library compares: with the best rival at all threads, and with the bare structure at one thread.
 */
final class SummarySection {
    private final List<Facet> measured;
    private final List<Facet> simulated;
    private final int cpus;

    /**
     * Creates such a section.
     *
     * @param cpus the number of cpus of the measured machine
     */
    SummarySection(List<Facet> measured, List<Facet> simulated, int cpus) {
        this.cpus = cpus;
        this.measured = sorted(measured);
        this.simulated = sorted(simulated);
    }

    private static List<Facet> sorted(List<Facet> facets) {
        return facets.stream()
                .sorted(Comparator.comparing(Facet::structure).thenComparing(Facet::entries))
                .toList();
    }

    void write(StringBuilder html) {
        html.append("<section id='summary'><h2>Summary</h2>");
        if (!measured.isEmpty()) {
            html.append("<h3>nr against the best of its rivals, a thread for each cpu</h3>");
            standings(html, measured, cpus);
            safety(html);
        }
        if (!simulated.isEmpty()) {
            html.append(
                            "<div class='simulated'><h3><span class='badge'>simulated</span> nr against the best of its rivals, all cpus of all nodes</h3><p>")
                    .append(HtmlReport.TRUST)
                    .append("</p>");
            standings(html, simulated, Integer.MAX_VALUE);
            html.append("</div>");
        }
        html.append("</section>");
    }

    private static void standings(StringBuilder html, List<Facet> facets, int cpus) {
        List<Standing> all = Standing.all(facets, cpus);
        counts(html, all);
        matrix(html, facets, cpus);
        losses(html, all);
    }

    private static void counts(StringBuilder html, List<Standing> all) {
        html.append("<p>nr ");
        html.append("<b class='win'>▲ wins ")
                .append(count(all, Ratio.Verdict.MORE))
                .append("</b>, ");
        html.append("<b>≈ even ").append(count(all, Ratio.Verdict.EVEN)).append("</b>, ");
        html.append("<b class='loss'>▼ loses ")
                .append(count(all, Ratio.Verdict.LESS))
                .append("</b>");
        long unknown = count(all, Ratio.Verdict.UNKNOWN);
        html.append(unknown == 0 ? "" : ", too few samples to say: " + unknown);
        html.append(" of ")
                .append(all.size())
                .append(". A cell is nr's throughput divided by that of the best other way, which is named.</p>");
    }

    private static long count(List<Standing> all, Ratio.Verdict verdict) {
        return all.stream()
                .filter(standing -> standing.ratio().verdict() == verdict)
                .count();
    }

    private static void matrix(StringBuilder html, List<Facet> facets, int cpus) {
        TreeSet<Integer> writes = new TreeSet<>();
        facets.forEach(facet -> writes.addAll(facet.writes()));
        html.append("<div class='scroll'><table class='matrix'><tr><th>structure</th><th class='n'>threads</th>");
        writes.forEach(share -> html.append("<th>").append(share).append(" % writes</th>"));
        html.append("</tr>");
        for (Facet facet : facets) {
            html.append("<tr><th><a href='#s-")
                    .append(Text.anchor(facet.structure()))
                    .append("'>")
                    .append(Text.escape(facet.structure()))
                    .append("</a><small>")
                    .append(Text.escape(facet.title()))
                    .append("</small></th><td class='n'>")
                    .append(facet.threadsOn(cpus))
                    .append("</td>");
            for (int share : writes) {
                html.append(Standing.of(facet, share, facet.threadsOn(cpus))
                        .map(SummarySection::cell)
                        .orElse("<td>–</td>"));
            }
            html.append("</tr>");
        }
        html.append("</table></div>");
    }

    private static String cell(Standing standing) {
        String way = standing.ours().configuration().line();
        return RatioTable.cell(standing.ratio())
                + "<small>" + (way.equals("nr") ? "" : Text.escape(way) + " ") + "vs "
                + Text.escape(standing.rival().configuration().line()) + "</small></td>";
    }

    private static void losses(StringBuilder html, List<Standing> all) {
        List<Standing> lost = all.stream()
                .filter(standing -> standing.ratio().verdict() == Ratio.Verdict.LESS)
                .sorted(Comparator.comparingDouble(standing -> standing.ratio().value()))
                .toList();
        if (lost.isEmpty()) {
            html.append("<p>nr loses nowhere in this table.</p>");
            return;
        }
        html.append(
                "<h3>Where nr loses, worst first: use the other</h3><div class='scroll'><table><tr><th>structure</th><th class='n'>writes</th><th class='n'>threads</th><th class='n'>nr</th><th>better</th><th class='n'>Mops/s</th><th class='n'>nr has</th></tr>");
        for (Standing standing : lost) {
            html.append(Text.format(
                    "<tr><th>%s<small>%s</small></th><td class='n'>%d %%</td><td class='n'>%d</td><td class='n'>%s</td><td>%s</td><td class='n'>%s</td><td class='n'><b class='loss'>%s ×</b></td></tr>",
                    Text.escape(standing.facet().structure()),
                    Text.escape(standing.facet().title()),
                    standing.writes(),
                    standing.threads(),
                    Text.number(standing.ours().median()),
                    Text.escape(standing.rival().configuration().line()),
                    Text.number(standing.rival().median()),
                    Text.ratio(standing.ratio().value())));
        }
        html.append("</table></div>");
    }

    /** Writes the nanoseconds of an operation at one thread, for each way that can be compared. */
    private void safety(StringBuilder html) {
        StringBuilder rows = new StringBuilder();
        for (Facet facet : measured) {
            for (int writes : new int[] {0, 100}) {
                Optional<Standing> standing = Standing.of(facet, writes, 1);
                Optional<Result> bare = facet.at(writes, 1).stream()
                        .filter(result -> result.configuration().way().equals(Configuration.BARE))
                        .findFirst();
                if (standing.isPresent() && bare.isPresent()) {
                    rows.append(safety(facet, writes, standing.get(), bare.get()));
                }
            }
        }
        if (rows.length() > 0) {
            html.append(
                            "<h3>What safety costs: nanoseconds an operation, one thread</h3><div class='scroll'><table><tr><th>structure</th><th></th><th class='n'>bare</th><th class='n'>nr</th><th class='n'>nr − bare</th><th class='n'>best other</th><th></th></tr>")
                    .append(rows)
                    .append("</table></div>");
        }
    }

    private static String safety(Facet facet, int writes, Standing standing, Result bare) {
        double alone = nanos(bare);
        double ours = nanos(standing.ours());
        return Text.format(
                "<tr><th>%s<small>%s</small></th><td>%s</td><td class='n'>%.1f</td><td class='n'>%.1f</td><td class='n'><b>%+.1f</b></td><td class='n'>%.1f</td><td>%s</td></tr>",
                Text.escape(facet.structure()),
                Text.escape(facet.title()),
                writes == 0 ? "read" : "write",
                alone,
                ours,
                ours - alone,
                nanos(standing.rival()),
                Text.escape(standing.rival().configuration().line()));
    }

    private static double nanos(Result result) {
        return 1000 / result.median();
    }
}
