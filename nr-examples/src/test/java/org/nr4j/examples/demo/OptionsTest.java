package org.nr4j.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.examples.command.BadOptionException;

class OptionsTest {
    @Test
    void parse_nothing_defaults() {
        Options options = Options.parse();

        assertThat(options.structure()).isEqualTo(Structure.ORDERED);
        assertThat(options.writePercent()).isEqualTo(10);
        assertThat(options.seconds()).isEqualTo(10);
        assertThat(options.entries()).isEqualTo(10_000);
        assertThat(options.logCapacity()).isEqualTo(4096);
        assertThat(options.topology().isSimulated()).isFalse();
        assertThat(options.threadCount()).isGreaterThanOrEqualTo(2);
        assertThat(options.replicaCount()).isEqualTo(options.topology().nodeCount());
    }

    @Test
    void parse_everything_isUnderstood() {
        Options options = Options.parse(
                "--structure",
                "queue",
                "--threads",
                "3",
                "--writes=50",
                "--replicas",
                "2",
                "--seconds=7",
                "--entries",
                "99",
                "--topology",
                "4x2",
                "--log",
                "8");

        assertThat(options.structure()).isEqualTo(Structure.QUEUE);
        assertThat(options.threadCount()).isEqualTo(3);
        assertThat(options.writePercent()).isEqualTo(50);
        assertThat(options.replicaCount()).isEqualTo(2);
        assertThat(options.seconds()).isEqualTo(7);
        assertThat(options.entries()).isEqualTo(99);
        assertThat(options.topology().isSimulated()).isTrue();
        assertThat(options.topology().nodeCount()).isEqualTo(4);
        assertThat(options.logCapacity()).isEqualTo(8);
    }

    @Test
    void threadCount_moreNodesThanCpus_oneThreadForEach() {
        assertThat(Options.parse("--topology=512x1").threadCount()).isEqualTo(512);
        assertThat(Options.parse("--topology=512x1").replicaCount()).isEqualTo(512);
    }

    @ParameterizedTest
    @ValueSource(strings = {"map", "ordered", "queue", "stack", "leaderboard"})
    void parse_structure_eachIsKnownAndInTheUsage(String name) {
        assertThat(Options.parse("--structure", name).structure().optionValue()).isEqualTo(name);
        assertThat(Options.USAGE).contains(name);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --structure tree    | --structure must be one of map, ordered, queue, stack, leaderboard: --structure=tree; pass one of these
        --threads 0         | --threads must be a whole number from 1 to 1024: --threads=0; leave it out for one a cpu
        --threads many      | --threads must be a whole number from 1 to 1024: --threads=many; leave it out for one a cpu
        --threads 99999999999 | --threads must be a whole number from 1 to 1024: --threads=99999999999; leave it out for one a cpu
        --writes -5         | --writes must be a whole number from 0 to 100: --writes=-5; pass a percentage, such as 10
        --writes=101        | --writes must be a whole number from 0 to 100: --writes=101; pass a percentage, such as 10
        --replicas 65       | --replicas must be a whole number from 1 to 64: --replicas=65; leave it out for one a node
        --seconds 0         | --seconds must be a whole number from 1 to 3600: --seconds=0; leave it out for 10
        --seconds 1.5       | --seconds must be a whole number from 1 to 3600: --seconds=1.5; leave it out for 10
        --entries 1000001   | --entries must be a whole number from 1 to 1000000: --entries=1000001; leave it out for 10000
        --topology 2by2     | --topology must be detect or NODESxCPUS: --topology=2by2; pass for example 2x4 for 2 nodes of 4 cpus
        --topology 0x4      | --topology=0x4: nodes must be from 1 to 1024: nodes=0; pass the number of nodes of the machine
        --log 100           | --log must be a power of two: --log=100; pass 64 or 128
        --log 0             | --log must be a whole number from 1 to 268435456: --log=0; leave it out for 4096
        --threads           | an option needs a value: --threads; --help lists the options
        --threads --log 8   | an option needs a value: --threads; --help lists the options
        --log 8 --log 16    | an option may be given once: --log; leave one out
        --cpus 3            | there is no such option: --cpus; --help lists the options
        --verbose           | there is no such option: --verbose; --help lists the options
        map                 | options begin with --: map; --help lists the options
        """)
    void parse_badOption_ruleValueAndRemedyInOneLine(String args, String message) {
        assertThatThrownBy(() -> Options.parse(args.split(" ")))
                .isInstanceOf(BadOptionException.class)
                .hasMessage(message);
    }

    @Test
    void wantsHelp_anywhereOnTheLine() {
        assertThat(Options.wantsHelp("--threads", "0", "--help")).isTrue();
        assertThat(Options.wantsHelp("--threads", "2")).isFalse();
    }

    @Test
    void usage_fitsOnATerminal() {
        assertThat(Options.USAGE.lines()).allMatch(line -> line.length() <= 100);
        assertThat(Arrays.asList("--structure", "--threads", "--writes", "--replicas", "--seconds", "--entries"))
                .allMatch(Options.USAGE::contains);
    }
}
