package org.nr4j.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {
    @Test
    void parse_allKindsOfLines_eachWhereItBelongs() {
        Results results = Lines.parse(
                Lines.ENVIRONMENT,
                Lines.rate("TreeMap", "nr", 10, 2, 3, 1, 2),
                "\n",
                Lines.latency("nr", 7),
                "{\"failure\":{\"what\":\"Stack nr\",\"why\":\"boom\"}}\n");

        assertThat(results.environment()).containsEntry("jdk", "17").containsEntry("cpus", "2");
        assertThat(results.failures()).containsEntry("Stack nr", "boom");
        Result rate = results.results().get(0);
        assertThat(rate.median()).isEqualTo(2);
        assertThat(rate.low()).isEqualTo(1);
        assertThat(rate.high()).isEqualTo(3);
        Result latency = results.results().get(1);
        assertThat(latency.measure("p999")).isEqualTo(14);
        assertThat(latency.measure("kept")).isEqualTo(1);
        assertThat(latency.configuration().labels()).containsOnlyKeys("op", "target");
    }

    @Test
    void parse_linesOfOneConfiguration_areRunsOfIt() {
        Results results = Lines.parse(
                Lines.rate("TreeMap", "nr", 10, 2, 1, 2),
                Lines.rate("TreeMap", "nr", 50, 2, 100),
                Lines.rate("TreeMap", "nr", 10, 2, 5, 6, 7));

        assertThat(results.results()).hasSize(2);
        Result joined = results.results().get(0);
        assertThat(joined.runs()).hasSize(2);
        assertThat(joined.median()).isEqualTo(5);
        assertThat(joined.low()).isEqualTo(1);
        assertThat(joined.high()).isEqualTo(7);
    }

    @Test
    void parse_otherLabels_areOtherConfigurations() {
        Results results = Lines.parse(
                Lines.line("scale", "TreeMap", "nr", 10, 2, ",\"order\":\"fill\",\"jain\":0.9", 1),
                Lines.line("scale", "TreeMap", "nr", 10, 2, ",\"order\":\"interleave\",\"jain\":0.8", 1));

        assertThat(results.results()).hasSize(2);
        assertThat(results.results().get(1).measure("jain")).isEqualTo(0.8);
    }

    @Test
    void parse_lastLineCutOff_isLeftOut() {
        String whole = Lines.rate("TreeMap", "nr", 10, 2, 1);

        assertThat(Lines.parse(whole, whole.substring(0, 40)).results()).hasSize(1);
    }

    @Test
    void parse_badLine_namesFileAndLineAndField() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Lines.parse(Lines.ENVIRONMENT, "{\"source\":\"jmh\"}\n"))
                .withMessageContaining("file=test line=2")
                .withMessageContaining("field=structure");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Lines.parse("no json\n"))
                .withMessageContaining("line=1");
        String wrong = Lines.rate("TreeMap", "nr", 10, 2, 1).replace("\"writes\":10", "\"writes\":\"many\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Lines.parse(wrong))
                .withMessageContaining("line=1");
    }

    @Test
    void join_differentEnvironments_namesBoth() {
        Results joined = Results.join(List.of(
                Lines.parse(Lines.ENVIRONMENT, Lines.rate("TreeMap", "nr", 10, 2, 1)),
                Lines.parse(Lines.ENVIRONMENT.replace("17", "25"), Lines.rate("TreeMap", "nr", 10, 2, 3))));

        assertThat(joined.environment()).containsEntry("jdk", "17; 25").containsEntry("cpus", "2");
        assertThat(Results.number(joined.environment().get("jdk"))).isEqualTo(17);
        assertThat(joined.results().get(0).runs()).hasSize(2);
    }

    @Test
    void line_namesReplicasOfTheLibraryOnly() {
        Results results = Lines.parse(
                Lines.rate("TreeMap", "nr", 10, 2, 1).replace("\"replicas\":1", "\"replicas\":4"),
                Lines.rate("TreeMap", "jdk", 10, 2, 1).replace("\"replicas\":1", "\"replicas\":4"));

        assertThat(results.results())
                .extracting(result -> result.configuration().line())
                .containsExactly("nr, 4 replicas", "jdk");
    }

    @Test
    void csv_quotesWhatMustBe_andHasAllConfigurations() {
        List<String> csv = CsvReport.of(
                        Lines.parse(Lines.rate("TreeMap", "a,\\\"b\\\"", 10, 2, 1, 2, 3), Lines.latency("nr", 7)))
                .lines()
                .toList();

        assertThat(csv).hasSize(3);
        assertThat(csv.get(0)).startsWith("source,structure,way").endsWith("kept,max,p50,p99,p999");
        assertThat(csv.get(1)).isEqualTo("jmh,TreeMap,\"a,\"\"b\"\"\",10,2,1,1000,Mops/s,2.0,1.0,3.0,3,,,,,,,");
        assertThat(csv.get(2)).endsWith(",read,rate=1.0,1.0,21.0,1.5,7.0,14.0");
    }
}
