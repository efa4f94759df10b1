package org.nr4j.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes the report as one page that needs no network and no script, for any browser, light or dark. First come the
 * environment and how to read the page, then the summary, then a section for each structure.
 */
public final class HtmlReport {
    /** How far the simulation can be trusted, in the words of {@code nr-bench/numa/README.md}. */
    static final String TRUST =
            "Trust transfers an operation first, then the order and the shape of curves between alternatives. Never the absolute number.";

    private final Results results;
    private final List<Facet> rates;
    private final List<Facet> simulated;
    private final List<Facet> latencies;
    private final int cpus;
    private final StringBuilder html = new StringBuilder();

    private HtmlReport(Results results) {
        this.results = results;
        List<Result> measured = new ArrayList<>(results.of("jmh"));
        measured.addAll(results.of("scale"));
        rates = Facet.of(measured);
        simulated = Facet.of(results.of("simulated"));
        latencies = Facet.of(results.of("latency"));
        double known = Results.number(results.environment().get("cpus"));
        cpus = Double.isNaN(known) ? Integer.MAX_VALUE : (int) known;
    }

    /**
     * Writes the report.
     *
     * @throws IOException if it cannot be written
     */
    public static void write(Results results, Path file) throws IOException {
        Files.writeString(file, of(results));
    }

    static String of(Results results) {
        return new HtmlReport(results).page();
    }

    private String page() {
        Page.open(html, "nr4j: measurements");
        header();
        howToRead();
        failures();
        new SummarySection(rates, simulated, cpus).write(html);
        results.structures().stream().sorted().forEach(this::structure);
        Page.close(html);
        return html.toString();
    }

    private void header() {
        Map<String, String> environment = results.environment();
        html.append("<header><h1>nr4j: measurements</h1>");
        if ("smoke".equals(environment.get("profile"))) {
            html.append(
                    "<p class='warn'><strong>A smoke run.</strong> It shows that the benchmarks work. Its figures mean nothing.</p>");
        }
        double others = Results.number(environment.get("others"));
        if (others > 0.1) {
            html.append(
                    "<p class='warn'><strong>Others were at work</strong> on %s of the cpus just before. The figures may show that load, too: measure again when nothing else runs.</p>"
                            .formatted(Text.ratio(others)));
        }
        html.append("<h2>Measured on</h2><dl class='environment'>");
        environment.forEach((name, value) -> html.append(value.length() > 60 ? "<div class='long'><dt>" : "<div><dt>")
                .append(Text.escape(name))
                .append("</dt><dd>")
                .append(value.isEmpty() ? "none" : Text.escape(value))
                .append("</dd></div>"));
        html.append("</dl></header><nav><a href='#summary'>Summary</a>");
        results.structures().stream()
                .sorted()
                .forEach(structure -> html.append(" <a href='#s-")
                        .append(Text.anchor(structure))
                        .append("'>")
                        .append(Text.escape(structure))
                        .append("</a>"));
        html.append("</nav>");
    }

    private void howToRead() {
        html.append("""
                <section><h2>How to read it</h2><ul>
                <li><b>Higher is better</b> in all charts of throughput: millions of operations a second, of all threads together. A mark is the median of the samples. Its bar reaches from the least sample to the greatest.</li>
                <li><b>nr</b> (bold) is this library: node replication around a plain structure; <b>cnr</b> is the same with several logs. All other lines are alternatives, around the same structure or in its place, measured in the same run. <b>DistributedReadWriteLock</b> is this library's lock by itself. <b>bare</b> is the structure without any protection, with one thread: the baseline for the cost of safety.</li>
                <li><b>Writes</b> are per cent of all operations. Each thread draws keys and elements at random, the same for all ways.</li>
                <li><b>Ratios travel, absolute numbers do not.</b> Another machine, JDK or collector shifts all lines. If one way is twice as fast as another, that mostly holds elsewhere, too. What replicas save between NUMA nodes shows only on a machine that has several nodes.</li>
                <li><b>Wins, loses, even:</b> these compare two medians. Their ratio lies in the given interval with 99 % certainty, by a bootstrap over runs and samples. Even means that the interval contains 1, or that the two are within 5 %. The best of many rivals is the best partly by luck, so the summary is biased against nr.</li>
                <li>Rest the pointer on a mark for its figures. All figures are in the table under each chart, and in results.csv and results.jsonl beside this page.</li>
                </ul></section>
                """);
    }

    private void failures() {
        if (results.failures().isEmpty()) {
            return;
        }
        html.append("<section><h2>Failed</h2><p class='warn'>")
                .append(results.failures().size())
                .append(" measurements failed and are missing below.</p><table><tr><th>what</th><th>why</th></tr>");
        results.failures()
                .forEach((what, why) -> html.append("<tr><td>")
                        .append(Text.escape(what))
                        .append("</td><td><code>")
                        .append(Text.escape(why))
                        .append("</code></td></tr>"));
        html.append("</table></section>");
    }

    private void structure(String structure) {
        html.append("<section class='structure' id='s-")
                .append(Text.anchor(structure))
                .append("'><h2>")
                .append(Text.escape(structure))
                .append("</h2>");
        of(structure, rates).forEach(facet -> RateSection.write(html, facet, cpus));
        LatencySection.write(html, of(structure, latencies));
        List<Facet> simulations = of(structure, simulated);
        if (!simulations.isEmpty()) {
            html.append(
                            "<div class='simulated'><h3><span class='badge'>simulated</span> On a simulated NUMA machine</h3><p>")
                    .append(TRUST)
                    .append(" Method: nr-bench/numa/README.md.</p>");
            simulations.forEach(facet -> RateSection.writeSimulated(html, facet));
            html.append("</div>");
        }
        html.append("</section>");
    }

    private static List<Facet> of(String structure, List<Facet> facets) {
        return facets.stream()
                .filter(facet -> facet.structure().equals(structure))
                .toList();
    }

    /** Reads a file beside this class. */
    static String resource(String name) {
        try (InputStream file = HtmlReport.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("the jar must have the report's files: missing=" + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
