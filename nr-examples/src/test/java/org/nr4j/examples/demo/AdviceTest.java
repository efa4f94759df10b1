package org.nr4j.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nr4j.examples.demo.ScoreTest.score;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdviceTest {
    private static List<String> advice(Score replicated, Score lock, Score concurrent, String... options) {
        return new Advice(
                        Options.parse(options),
                        replicated,
                        List.of(score("slow lock", 1, 1, 1, 1), lock),
                        Optional.ofNullable(concurrent),
                        "offer ranges")
                .paragraphs();
    }

    @Test
    void lockWon_itIsRecommended() {
        assertThat(advice(score("nr4j", 100, 100), score("a lock", 150, 150), null))
                .anyMatch(line ->
                        line.startsWith("a lock was faster than nr4j here: 1.50 x.") && line.contains("take the lock"));
    }

    @Test
    void level_lockIsSimpler() {
        assertThat(advice(score("nr4j", 100, 100), score("a lock", 104, 104), null))
                .contains("nr4j and the best lock, a lock, were level here. The lock is simpler.");
    }

    @Test
    void nr4jWon_said() {
        assertThat(advice(score("nr4j", 300, 300), score("a lock", 150, 150), score("ConcurrentThing", 100, 100)))
                .contains("nr4j was faster than every lock here: 2.00 x the best, a lock.")
                .contains("nr4j was faster than ConcurrentThing: 3.00 x.")
                .anyMatch(line -> line.startsWith("ConcurrentThing does not offer ranges"));
    }

    @Test
    void concurrentClassWon_itIsRecommended() {
        assertThat(advice(score("nr4j", 100, 100), score("a lock", 50, 50), score("ConcurrentThing", 400, 400)))
                .contains("ConcurrentThing was faster than nr4j: 4.00 x. Where it does all you need, take it.");
    }

    @Test
    void concurrentClassLevel_itIsRecommended() {
        assertThat(advice(score("nr4j", 100, 100), score("a lock", 50, 50), score("ConcurrentThing", 99, 99)))
                .contains("nr4j and ConcurrentThing were level. Where the latter does all you need, take it.");
    }

    @Test
    void circumstances_copiesWritesAndPretendedNodes_said() {
        assertThat(advice(score("nr4j", 1, 1), score("a lock", 1, 1), null, "--topology=4x1", "--writes=80"))
                .contains("nr4j kept 4 copies of the data and applied each write 4 times.")
                .anyMatch(line -> line.startsWith("With so many writes"))
                .anyMatch(line -> line.startsWith("The nodes are pretended"));
    }

    @Test
    void roundsThatDiffer_saidFirst() {
        assertThat(advice(score("nr4j", 10, 100, 300, 700), score("a lock", 1, 1, 1, 1), null)
                        .get(0))
                .startsWith("The rounds differ by ");
    }
}
