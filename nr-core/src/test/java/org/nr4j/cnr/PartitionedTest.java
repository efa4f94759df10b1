package org.nr4j.cnr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nr4j.linearizability.Command;
import org.nr4j.linearizability.HistoryRecorder;
import org.nr4j.linearizability.LinearizabilityChecker;
import org.nr4j.linearizability.Maps;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.Seeded;

@Timeout(60)
class PartitionedTest {
    @RegisterExtension
    final Seeded seeded = new Seeded();

    @Test
    void oneKey_severalKeys_allParts() throws Exception {
        try (Partitioned<Map<String, Integer>> counts = Partitioned.<Map<String, Integer>>builder(HashMap::new)
                .parts(4)
                .replicas(2)
                .build()) {
            assertThat(counts.<Integer>write("a", part -> part.merge("a", 1, Integer::sum)))
                    .isEqualTo(1);
            assertThat(counts.<Integer>read("b", part -> part.get("b"))).isNull();
            counts.writeParts(
                    List.of("a", "b"),
                    parts -> parts.of("b").put("b", parts.of("a").remove("a")));
            assertThat(counts.<List<Integer>>readParts(
                            List.of("b", "a"),
                            parts -> Arrays.asList(
                                    parts.of("a").get("a"), parts.of("b").get("b"))))
                    .containsExactly(null, 1);
            assertThat(counts.<Integer>writeAsync("c", part -> part.put("c", 3)).get(30, TimeUnit.SECONDS))
                    .isNull();
            assertThat(counts.<Integer>readAll(
                            parts -> parts.all().stream().mapToInt(Map::size).sum()))
                    .isEqualTo(2);
            counts.<Boolean>writeAll(parts -> {
                parts.all().forEach(Map::clear);
                return true;
            });
            assertThat(counts.<Boolean>readAll(parts -> parts.all().stream().allMatch(Map::isEmpty)))
                    .isTrue();
            assertThat(counts.parts()).isEqualTo(4);
        }
    }

    @Test
    void partOfAnotherKey_isRefused() {
        try (Partitioned<Map<Integer, Integer>> map = Partitioned.<Map<Integer, Integer>>builder(HashMap::new)
                .parts(64)
                .build()) {
            assertThatThrownBy(() ->
                            map.writeParts(List.of(1), parts -> parts.of(2).put(2, 2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("key=2");
            assertThatThrownBy(() -> map.writeParts(List.of(), parts -> null)).hasMessageContaining("logs=[]");
        }
    }

    @ParameterizedTest
    @CsvSource({"1,4096", "2,1", "2,4096"})
    void historiesOfAMap_areLinearizable(int replicas, int logCapacity) throws InterruptedException {
        HistoryRecorder<Command<Map<Integer, Integer>>, Object> recorder = new HistoryRecorder<>();
        try (Partitioned<Map<Integer, Integer>> map = Partitioned.<Map<Integer, Integer>>builder(TreeMap::new)
                .parts(3)
                .replicas(replicas)
                .logCapacity(logCapacity)
                .build()) {
            new ConcurrentRun()
                    .threads(4, i -> {
                        var random = seeded.random(i);
                        for (int n = 0; n < 300; n++) {
                            int key = random.nextInt(6);
                            switch (random.nextInt(5)) {
                                case 0 ->
                                    recorder.record(
                                            Maps.size(),
                                            op -> map.<Integer>readAll(parts -> parts.all().stream()
                                                    .mapToInt(Map::size)
                                                    .sum()));
                                case 1 ->
                                    recorder.record(Maps.get(key), op -> map.<Object>read(key, part -> part.get(key)));
                                case 2 -> recorder.record(Maps.remove(key), op -> map.<Object>write(key, op::applyTo));
                                default -> recorder.record(Maps.put(key, n), op -> map.<Object>write(key, op::applyTo));
                            }
                        }
                    })
                    .run();
        }
        LinearizabilityChecker.of(Maps.model()).assertLinearizable(recorder.history());
    }
}
