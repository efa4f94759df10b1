package org.nr4j.examples.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nr4j.examples.command.BadOptionException;

class WatchOptionsTest {
    @Test
    void parse_nothing_defaults() {
        WatchOptions options = WatchOptions.parse();

        assertThat(options.seconds()).isEmpty();
        assertThat(options.refreshMillis()).isEqualTo(1_000);
        assertThat(options.isPlain()).isFalse();
        assertThat(options.threadCount()).isGreaterThanOrEqualTo(2);
        assertThat(options.writePercent()).isEqualTo(10);
        assertThat(options.replicaCount())
                .isEqualTo(Math.max(2, options.topology().nodeCount()));
        assertThat(options.entries()).isEqualTo(10_000);
        assertThat(options.topology().isSimulated()).isFalse();
        assertThat(options.logCapacity()).isEqualTo(4096);
        assertThat(options.growSeconds()).isEmpty();
        assertThat(options.faultSeconds()).isEmpty();
        assertThat(options.slowFollower()).isEmpty();
    }

    @Test
    void parse_everything_isUnderstood() {
        WatchOptions options =
                WatchOptions.parse(("--seconds 7 --refresh=250 --plain --threads 3 --writes 50 --replicas"
                                + " 4 --entries 99 --topology 4x2 --log 8 --grow 2 --fault=3 --slow-follower 1000")
                        .split(" "));

        assertThat(options.seconds()).hasValue(7);
        assertThat(options.refreshMillis()).isEqualTo(250);
        assertThat(options.isPlain()).isTrue();
        assertThat(options.threadCount()).isEqualTo(3);
        assertThat(options.writePercent()).isEqualTo(50);
        assertThat(options.replicaCount()).isEqualTo(4);
        assertThat(options.entries()).isEqualTo(99);
        assertThat(options.topology().nodeCount()).isEqualTo(4);
        assertThat(options.logCapacity()).isEqualTo(8);
        assertThat(options.growSeconds()).hasValue(2);
        assertThat(options.faultSeconds()).hasValue(3);
        assertThat(options.slowFollower()).hasValue(1000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --seconds 0         | --seconds must be a whole number from 1 to 86400: --seconds=0; leave it out to run until Ctrl-C
        --refresh 50        | --refresh must be a whole number from 100 to 60000: --refresh=50; leave it out for 1000
        --grow 1.5          | --grow must be a whole number from 1 to 86400: --grow=1.5; pass for example 5
        --fault no          | --fault must be a whole number from 1 to 86400: --fault=no; pass for example 5
        --slow-follower 0   | --slow-follower must be a whole number from 1 to 100000000: --slow-follower=0; pass for example 10000
        --log 100           | --log must be a power of two: --log=100; pass 64 or 128
        --topology 2by2     | --topology must be detect or NODESxCPUS: --topology=2by2; pass for example 2x4 for 2 nodes of 4 cpus
        --plain --plain     | an option may be given once: --plain; leave one out
        --plain=yes         | there is no such option: --plain; --help lists the options
        --structure map     | there is no such option: --structure; --help lists the options
        --seconds           | an option needs a value: --seconds; --help lists the options
        now                 | options begin with --: now; --help lists the options
        --fault 3 --replicas 1 | --fault needs a replica to rebuild from: --replicas=1; pass 2 or more, or leave --fault out
        --fault 3 --writes 0 | --fault strikes a replica that applies a write: --writes=0; pass 1 or more, or leave --fault out
        """)
    void parse_badOption_ruleValueAndRemedyInOneLine(String args, String message) {
        assertThatThrownBy(() -> WatchOptions.parse(args.split(" ")))
                .isInstanceOf(BadOptionException.class)
                .hasMessage(message);
    }

    @Test
    void usage_namesEveryOptionAndFitsOnATerminal() {
        assertThat(WatchOptions.USAGE.lines()).allMatch(line -> line.length() <= 100);
        assertThat(WatchOptions.USAGE)
                .contains("--seconds", "--refresh", "--plain", "--threads", "--writes", "--replicas", "--entries")
                .contains("--topology", "--log", "--grow", "--fault", "--slow-follower");
    }
}
