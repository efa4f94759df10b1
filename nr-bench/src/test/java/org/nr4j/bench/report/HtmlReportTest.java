package org.nr4j.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;

class HtmlReportTest {
    private static final List<String> WAYS = List.of("nr", "jdk", "ReadWriteLock");
    private static final String FAILURE = "{\"failure\":{\"what\":\"<x>\",\"why\":\"a & b\"}}\n";

    /**
     * Two structures, two numbers of threads, two shares of writes; the library wins with one structure and loses with
     * the other.
     */
    private static String rates(String source) {
        StringBuilder lines = new StringBuilder();
        for (String structure : List.of("HashMap", "TreeMap")) {
            for (int writes : new int[] {0, 100}) {
                for (int threads : new int[] {1, 2}) {
                    for (String way : WAYS) {
                        double rate = (way.equals("nr") == structure.equals("TreeMap") ? 100 : 50) + WAYS.indexOf(way);
                        lines.append(Lines.line(source, structure, way, writes, threads, "", rate - 1, rate, rate + 1));
                    }
                }
                lines.append(Lines.line(source, structure, "bare", writes, 1, "", 199, 201));
            }
        }
        return lines.toString();
    }

    private static String report(String... lines) {
        return HtmlReport.of(Lines.parse(lines));
    }

    @Test
    void page_needsNothingElse() {
        String page = report(Lines.ENVIRONMENT, rates("jmh"), rates("simulated"), Lines.latency("nr", 7));

        assertThat(page).doesNotContain("<script", "http:", "https:", "<link", "<img", "url(", "@import");
    }

    @Test
    void page_isWellFormed() throws Exception {
        String page = report(Lines.ENVIRONMENT, rates("jmh"), rates("simulated"), Lines.latency("nr", 7), FAILURE);

        // XML wants void elements closed; all else is the same.
        String xml = page.replaceAll("<meta ([^>]*)>", "<meta $1/>").replace("<!DOCTYPE html>", "");
        var document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));

        assertThat(document.getElementsByTagName("svg").getLength()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<script>alert(1)</script>", "a & b", "it's \"quoted\""})
    void texts_areEscaped(String text) {
        String json = text.replace("\"", "\\\"");
        String page = report(
                Lines.ENVIRONMENT.replace("17", json),
                Lines.rate(json, "nr", 0, 1, 1, 2),
                Lines.rate(json, json, 0, 1, 1, 2),
                FAILURE.replace("<x>", json));

        assertThat(page).doesNotContain(text).contains(Text.escape(text));
    }

    @Test
    void all_configurationsAreThere() {
        String page = report(Lines.ENVIRONMENT, rates("jmh"), Lines.latency("nr", 7), Lines.latency("jdk", 70000));

        for (String structure : List.of("HashMap", "TreeMap")) {
            String section = page.substring(page.indexOf("id='s-" + structure));
            for (String chart : List.of("0 % writes", "100 % writes", "2 threads")) {
                assertThat(section).contains("<figcaption>" + chart + "</figcaption>");
            }
            WAYS.forEach(way -> assertThat(section).contains(">" + way + "</text>", "<tr><th>" + way + "</th>"));
        }
        assertThat(page).contains("jdk (overloaded)").doesNotContain("nr (overloaded)");
        assertThat(page.split("<svg", -1)).as("charts").hasSize(1 + 2 * 3 + 1);
    }

    @Test
    void summary_saysWhereItLosesAsPlainlyAsWhereItWins() {
        String page = report(Lines.ENVIRONMENT, rates("jmh"));

        assertThat(page).contains("▲ wins 2", "≈ even 0", "▼ loses 2");
        assertThat(page).contains("<td class='win'>▲ <b>1.92</b>", "<td class='loss'>▼ <b>0.49</b>");
        assertThat(page)
                .contains("nr divided by each, 2 threads", "<th>ReadWriteLock</th><td class='loss'>▼ <b>0.49</b>");
        assertThat(page.substring(page.indexOf("Where nr loses"), page.indexOf("What safety costs")))
                .contains("HashMap")
                .doesNotContain("TreeMap");
    }

    @Test
    void simulated_isMarkedEverywhere_andTrustedAsItsReadmeSays() throws IOException {
        String page = report(Lines.ENVIRONMENT, rates("simulated"));

        assertThat(page).contains("<span class='badge'>simulated</span>", HtmlReport.TRUST);
        String charts = page.substring(page.indexOf("id='s-"));
        assertThat(charts.split("<figcaption>simulated: ", -1)).hasSameSizeAs(charts.split("<figcaption>", -1));
        String readme = Files.readString(Path.of("numa", "README.md")).replace("**", "");
        assertThat(readme).contains(HtmlReport.TRUST);
    }

    @Test
    void smoke_saysThatItMeansNothing() {
        assertThat(report("{\"environment\":{\"profile\":\"smoke\"}}\n")).contains("Its figures mean nothing.");
        assertThat(report("{\"environment\":{\"profile\":\"laptop\"}}\n")).doesNotContain("mean nothing.");
    }

    @Test
    void others_atWork_isSaid() {
        assertThat(report("{\"environment\":{\"others\":0.9}}\n")).contains("Others were at work</strong> on 0.90");
        assertThat(report("{\"environment\":{\"others\":0.05}}\n")).doesNotContain("Others were at work");
        assertThat(report("{\"environment\":{\"others\":\"unknown\"}}\n")).doesNotContain("Others were at work");
    }

    @Test
    void simulated_saysOnHowManyNodes() {
        String page = report(
                Lines.line("simulated", "TreeMap", "nr", 0, 8, ",\"nodes\":1,\"near\":0.5,\"far\":0", 1),
                Lines.line("simulated", "TreeMap", "nr", 0, 32, ",\"nodes\":4", 1),
                Lines.line("simulated", "TreeMap", "nr", 100, 32, ",\"nodes\":4", 1));

        assertThat(page).contains("simulated: 8 threads on 1 node<", "simulated: 32 threads on 4 nodes<");
        assertThat(page)
                .contains("simulated: 0 % writes, lines transferred<", "threads 8: 0.500 transfers an operation");
    }

    @Test
    void looks_differWithoutColour() {
        List<String> lines = List.of(
                "nr",
                "nr, 2 replicas",
                "cnr4",
                "jdk",
                "bare (1 thread)",
                "FlatCombining",
                "persistent",
                "a",
                "b",
                "c",
                "d");
        Set<String> seen = new HashSet<>();
        Look.of(lines).values().forEach(look -> seen.add(look.dash() + "|" + look.marker()));

        assertThat(seen).hasSameSizeAs(lines);
    }

    @Test
    void labels_doNotCoverEachOther() {
        double[] places = LineChart.apart(new double[] {10, 11, 12, 250, 255, 256});

        for (int i = 1; i < places.length; i++) {
            assertThat(places[i] - places[i - 1]).isGreaterThanOrEqualTo(16);
        }
        assertThat(places[5]).isLessThanOrEqualTo(260);
    }

    @Test
    void axis_hasRoundSteps() {
        assertThat(LineChart.niceStep(0.13)).isEqualTo(0.2);
        assertThat(LineChart.niceStep(20)).isEqualTo(20);
        assertThat(LineChart.niceStep(51)).isEqualTo(100);
    }
}
