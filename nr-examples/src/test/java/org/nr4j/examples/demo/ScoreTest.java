package org.nr4j.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreTest {
    private static final double EXACT = 1e-9;
    private static final long SECOND = 1_000_000_000;

    /** A thread's second of work. */
    private static Tally tally(long start, long operations) {
        Tally tally = new Tally();
        tally.startNanos = start;
        tally.endNanos = start + SECOND;
        tally.operations = operations;
        return tally;
    }

    /** A score with rounds of one thread each, of so many operations a second. */
    static Score score(String name, long... rounds) {
        Score score = new Score(name);
        for (long operations : rounds) {
            score.addRound(List.of(tally(0, operations)));
        }
        return score;
    }

    @Test
    void throughput_threadsThatStartApart_fromFirstStartToLastEnd() {
        Score score = new Score("s");
        score.addRound(List.of(tally(Long.MAX_VALUE, 300), tally(Long.MAX_VALUE + SECOND, 100)));

        assertThat(score.throughput()).isEqualTo(200, within(EXACT));
        assertThat(score.fairness()).isEqualTo(1.0 / 3, within(EXACT));
    }

    @Test
    void median_oddAndEvenNumberOfRounds() {
        assertThat(score("s", 1, 100, 3).throughput()).isEqualTo(3, within(EXACT));
        assertThat(score("s", 1, 100, 3, 5).throughput()).isEqualTo(4, within(EXACT));
    }

    @Test
    void ratioTo_anotherScore_ratioOfTheMedians() {
        assertThat(score("a", 20, 2, 200).ratioTo(score("b", 10, 1, 100))).isEqualTo(2, within(EXACT));
    }

    @Test
    void spread_outliers_leftOut() {
        assertThat(score("s", 1, 90, 95, 100, 105, 110, 1000).spread()).isEqualTo(0.2, within(EXACT));
    }

    @Test
    void addWarmUp_writesAreKept_speedIsNot() {
        Tally slow = tally(0, 1);
        slow.writes = 1;
        slow.account.add(5, 1);
        Score score = new Score("s");
        score.addWarmUp(new ArrayList<>(List.of(slow)));
        score.addRound(List.of(tally(0, 50)));

        assertThat(score.throughput()).isEqualTo(50, within(EXACT));
        assertThat(score.writes()).isEqualTo(1);
        assertThat(score.account().count()).isEqualTo(1);
    }
}
