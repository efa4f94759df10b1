package org.nr4j.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuListTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|0",
                "0-3|0 1 2 3",
                "0-1,8,10-11|0 1 8 10 11",
                "5,1|1 5",
                "0-2,1-3|0 1 2 3",
                "7-7|7",
                "65535|65535"
            })
    void parse_numbersAndRanges_isTheirUnion(String list, String cpus) {
        BitSet expected = new BitSet();
        for (String cpu : cpus.split(" ")) {
            expected.set(Integer.parseInt(cpu));
        }
        assertThat(CpuList.parse(list, "test")).isEqualTo(expected);
        assertThat(CpuList.parse(" " + list + "\n", "test")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n", "\t\n"})
    void parse_blank_isEmpty(String list) {
        assertThat(CpuList.parse(list, "test").isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",",
                "0,",
                ",0",
                "0,,1",
                "-",
                "-1",
                "1-",
                "3-1",
                "0-3-5",
                "a",
                "0x1",
                "1.5",
                "0 1",
                "0, 1",
                "1- 2",
                "+1",
                "0-31:2/4",
                "all",
                "65536",
                "0-65536",
                "0-2147483647",
                "99999999999999999999",
                "\u0663",
                "0\u0000"
            })
    void parse_garbage_saysRuleValueAndPlace(String list) {
        assertThatThrownBy(() -> CpuList.parse(list, "node0/cpulist"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a cpu or node list must consist of numbers")
                .hasMessageContaining("node0/cpulist=\"")
                .hasMessageContaining("; correct the part \"");
    }

    @Test
    void parse_garbage_namesTheWrongPart() {
        assertThatThrownBy(() -> CpuList.parse("0-3,x8,9\n", "allowedCpus"))
                .hasMessage("a cpu or node list must consist of numbers up to 65535 and ascending ranges, as in 0-3,8:"
                        + " allowedCpus=\"0-3,x8,9\"; correct the part \"x8\"");
    }

    @Test
    void format_anySet_isReadBackTheSame() {
        Random random = new Random(7);
        for (int i = 0; i < 1_000; i++) {
            BitSet set = new BitSet();
            IntStream.range(0, random.nextInt(40)).forEach(n -> set.set(random.nextInt(80)));
            assertThat(CpuList.parse(CpuList.format(set), "test")).isEqualTo(set);
        }
    }

    @Test
    void format_runs_areRanges() {
        assertThat(CpuList.format(CpuList.parse("0,1,2,5,7,8", "test"))).isEqualTo("0-2,5,7-8");
        assertThat(CpuList.format(new BitSet())).isEmpty();
    }
}
