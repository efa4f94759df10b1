package org.nr4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultLineTest {
    private static final ResultLine.Subject SUBJECT =
            new ResultLine.Subject("scale", "TreeMap", "nr", 10, 2, 1, 10_000);

    @Test
    void isOneLineOfJson() {
        ResultLine line = new ResultLine(SUBJECT, "Mops/s", 3, 1, 2.5)
                .with("order", "fill")
                .with("p50", Double.NaN);

        assertThat(line.toJson())
                .isEqualTo("{\"source\":\"scale\",\"structure\":\"TreeMap\",\"way\":\"nr\",\"writes\":10,\"threads\":2,"
                        + "\"replicas\":1,\"entries\":10000,\"unit\":\"Mops/s\",\"median\":2.5,"
                        + "\"low\":1.0,\"high\":3.0,"
                        + "\"samples\":[3.0,1.0,2.5],\"order\":\"fill\",\"p50\":null}");
    }

    @Test
    void quotesWhatJsonDoesNotTake() {
        assertThat(Json.text("a \"b\" \\ \n")).isEqualTo("\"a \\\"b\\\" \\\\ \\u000a\"");
    }

    @Test
    void csvHasTheFieldsOfAllResultsAndNoLists() {
        ResultLine one = new ResultLine(SUBJECT, "Mops/s", 1, 2).with("order", "fill");
        ResultLine other = new ResultLine(SUBJECT, "Mops/s", 3).with("pinned", "no, \"refused\"");

        assertThat(ResultLine.toCsv(List.of(one, other)))
                .containsExactly(
                        "source,structure,way,writes,threads,replicas,entries,unit,median,low,high,order,pinned",
                        "scale,TreeMap,nr,10,2,1,10000,Mops/s,1.5,1.0,2.0,fill,",
                        "scale,TreeMap,nr,10,2,1,10000,Mops/s,3.0,3.0,3.0,,\"no, \"\"refused\"\"\"");
    }

    @Test
    void refusesAResultWithoutSamplesAndAFieldTwice() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ResultLine(SUBJECT, "us"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ResultLine(SUBJECT, "us", 1).with("way", "jdk"))
                .withMessageContaining("way");
    }
}
