package org.nr4j.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class FigureTest {
    private static final Path FIGURES = Path.of("..", "docs", "figures");

    private static Results throughput() throws IOException {
        return Results.read(FIGURES.resolve("throughput.jsonl"));
    }

    @Test
    void chartOfTheReadme_isMadeFromTheResultsBesideIt() throws IOException {
        assertThat(Figure.svg(throughput()))
                .as("remake it: nr-bench/bench chart in=docs/figures/throughput.jsonl out=docs/figures/throughput.svg")
                .isEqualTo(Files.readString(FIGURES.resolve("throughput.svg")));
    }

    /** The file of results repeats the documented table of the simulated matrix. Both must change together. */
    @Test
    void resultsOfTheReadmesChart_areThoseOfTheDocumentedTable() throws IOException {
        String readme = Files.readString(Path.of("numa", "README.md"));
        String table =
                readme.substring(readme.indexOf("| `TreeMap`, writes"), readme.indexOf("| `PriorityQueue`, writes"));
        Map<String, List<Result>> ways = Facet.of(throughput().results()).get(0).lines();

        assertThat(ways).hasSize(6);
        ways.forEach((way, results) -> {
            StringBuilder row = new StringBuilder("| " + way + " |");
            for (Result result : results) {
                row.append(" %s (%s–%s) |".formatted(cell(result.median()), cell(result.low()), cell(result.high())));
            }
            assertThat(table).contains(row);
        });
    }

    /** Formats a number as the table does: two decimals below 1, one below 100, none above. */
    private static String cell(double value) {
        return Text.format(value < 1 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
    }

    @Test
    void svg_isWellFormedAndNamesAllItShows() throws Exception {
        String svg = Figure.svg(Lines.parse(
                "{\"environment\":{\"figure\":\"a <b> & c\"}}\n",
                Lines.rate("TreeMap", "nr", 0, 1, 10),
                Lines.rate("TreeMap", "nr", 0, 8, 90, 100, 110),
                Lines.rate("TreeMap", "jdk", 0, 1, 7),
                Lines.rate("TreeMap", "nr", 100, 1, 0.5)));

        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(svg)
                .contains("a &lt;b&gt; &amp; c", ">nr4j</text>", ">ConcurrentSkipListMap</text>")
                .contains(">only reads</text>", ">only writes</text>", ">threads</text>")
                .contains(">million operations a second</text>", "prefers-color-scheme:dark");
    }

    @Test
    void resultsOfTwoStructures_areRefused() {
        Results results = Lines.parse(Lines.rate("TreeMap", "nr", 0, 1, 1), Lines.rate("HashMap", "nr", 0, 1, 1));

        assertThatThrownBy(() -> Figure.svg(results))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TreeMap")
                .hasMessageContaining("HashMap");
    }

    @Test
    void zero_isRefused() {
        Results results = Lines.parse(Lines.rate("TreeMap", "nr", 0, 1, 0));

        assertThatThrownBy(() -> Figure.svg(results))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("above zero");
    }

    @Test
    void scale_endsAtRoundNumbers() {
        assertThat(Figure.roundedDown(0.45)).isEqualTo(0.2);
        assertThat(Figure.roundedDown(5)).isEqualTo(5);
        assertThat(Figure.roundedUp(185)).isEqualTo(200);
        assertThat(Figure.roundedUp(0.51)).isEqualTo(1);
        assertThat(Figure.roundedUp(200)).isEqualTo(200);
    }
}
