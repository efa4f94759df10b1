package org.nr4j.examples.ycsb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nr4j.examples.command.BadOptionException;

class YcsbOptionsTest {
    private static final long MILLION = 1_000_000;

    private static YcsbOptions parse(String args) {
        return YcsbOptions.parse(args.split(" "));
    }

    @Test
    void parse_nothing_defaults() {
        YcsbOptions options = YcsbOptions.parse();

        assertThat(options.workloads())
                .containsExactly(Workload.A, Workload.B, Workload.C, Workload.F, Workload.D, Workload.E);
        assertThat(options.records()).isEqualTo(1_000_000);
        assertThat(options.operations()).isEqualTo(1_000_000);
        assertThat(options.threadCount()).isGreaterThanOrEqualTo(2);
        assertThat(options.isSkipList()).isFalse();
        assertThat(options.replicaCount()).isEqualTo(options.topology().nodeCount());
        assertThat(options.logCount()).isOne();
    }

    @Test
    void parse_everything_isUnderstood() {
        YcsbOptions options = parse(
                "--workloads Ace --records 7 --operations=8 --threads 3 --store nr4j --replicas 4 --logs 5 --topology 2x2");

        assertThat(options.workloads()).containsExactly(Workload.A, Workload.C, Workload.E);
        assertThat(options.records()).isEqualTo(7);
        assertThat(options.operations()).isEqualTo(8);
        assertThat(options.threadCount()).isEqualTo(3);
        assertThat(options.replicaCount()).isEqualTo(4);
        assertThat(options.logCount()).isEqualTo(5);
        assertThat(options.topology().nodeCount()).isEqualTo(2);
        assertThat(parse("--store skiplist").isSkipList()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --workloads xyz     | --workloads must be letters from A to F: --workloads=xyz; pass for example ac
        --workloads=        | --workloads must be letters from A to F: --workloads=; pass for example ac
        --records 0         | --records must be a whole number from 1 to 100000000: --records=0; leave it out for 1000000
        --operations 1e6    | --operations must be a whole number from 1 to 999999999: --operations=1e6; leave it out for 1000000
        --threads 2000      | --threads must be a whole number from 1 to 1024: --threads=2000; leave it out for one a cpu
        --store rocks       | --store must be nr4j or skiplist: --store=rocks; leave it out for nr4j
        --replicas 65       | --replicas must be a whole number from 1 to 64: --replicas=65; leave it out for one a node
        --store skiplist --replicas 2 | --replicas is for --store nr4j: --replicas=2 --store=skiplist; leave one out
        --store skiplist --logs 2 | --logs is for --store nr4j: --logs=2 --store=skiplist; leave one out
        --logs 257          | --logs must be a whole number from 1 to 256: --logs=257; leave it out for one
        --seconds 3         | there is no such option: --seconds; --help lists the options
        """)
    void parse_badOption_ruleValueAndRemedyInOneLine(String args, String message) {
        assertThatThrownBy(() -> parse(args))
                .isInstanceOf(BadOptionException.class)
                .hasMessage(message);
    }

    @Test
    void runs_afterInserts_newLoad() {
        assertThat(YcsbOptions.parse().runs())
                .containsExactly(
                        List.of(Workload.A, Workload.B, Workload.C, Workload.F, Workload.D), List.of(Workload.E));
        assertThat(parse("--workloads dacea").runs())
                .containsExactly(List.of(Workload.D), List.of(Workload.A, Workload.C, Workload.E), List.of(Workload.A));
    }

    @Test
    void requireMemory_tooLittle_saysHowMuch() {
        YcsbOptions options = parse("--replicas 2");

        assertThatThrownBy(() -> options.requireMemory(2_000 * MILLION))
                .isInstanceOf(BadOptionException.class)
                .hasMessage("the heap must have room for all records: MB=2000 needed=2951; give Java more"
                        + " (MAVEN_OPTS=-Xmx2951m), or pass fewer --records, --operations or --replicas");
        assertThatCode(() -> options.requireMemory(2_951 * MILLION)).doesNotThrowAnyException();
    }

    @Test
    void requireMemory_skipList_oneCopy() {
        YcsbOptions options = parse("--store skiplist --topology 8x1 --workloads c");

        assertThatCode(() -> options.requireMemory(1_450 * MILLION)).doesNotThrowAnyException();
        assertThatThrownBy(() -> options.requireMemory(1_449 * MILLION)).isInstanceOf(BadOptionException.class);
    }

    @Test
    void usage_namesEveryOptionAndFitsOnATerminal() {
        assertThat(YcsbOptions.USAGE.lines()).allMatch(line -> line.length() <= 100);
        assertThat(YcsbOptions.USAGE)
                .contains("--workloads", "--records", "--operations", "--threads", "--store", "--replicas")
                .contains("--logs", "--topology");
    }
}
