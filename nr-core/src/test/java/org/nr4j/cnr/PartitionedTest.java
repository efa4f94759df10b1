package org.nr4j.cnr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nr4j.linearizability.Command;
import org.nr4j.linearizability.History;
import org.nr4j.linearizability.HistoryRecorder;
import org.nr4j.linearizability.LinearizabilityChecker;
import org.nr4j.linearizability.LinearizabilityChecker.Verdict;
import org.nr4j.linearizability.Maps;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.Seeded;

@Timeout(60)
class PartitionedTest {
    private static final List<Integer> KEYS = List.of(0, 1, 2);

    private static final IntFunction<Command<Map<Integer, Integer>>> PUT_ALL =
            value -> Command.write("putAll(" + value + ")", map -> {
                KEYS.forEach(key -> map.put(key, value));
                return null;
            });

    private static final Command<Map<Integer, Integer>> CLEAR = Command.write("clear()", map -> clear(List.of(map)));

    private static final Command<Map<Integer, Integer>> COPY =
            Command.read("copy()", map -> new TreeMap<>(map).toString());

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

    @Test
    void eachPart_hasItsKeys_onEachReplica() {
        List<Map<Integer, Integer>> made = new ArrayList<>();
        try (Partitioned<Map<Integer, Integer>> map = Partitioned.<Map<Integer, Integer>>builder(() -> {
                    made.add(new HashMap<>());
                    return made.get(made.size() - 1);
                })
                .parts(4)
                .replicas(2)
                .build()) {
            for (int n = 0; n < 1_000; n++) {
                int key = n;
                map.write(key, part -> part.put(key, key));
            }
            map.sync();
            assertThat(made).hasSize(8);
            for (int n = 0; n < 4; n++) {
                int number = n;
                assertThat(made.get(n).keySet())
                        .hasSizeGreaterThan(150)
                        .allMatch(key -> LogSet.ofHash(key.hashCode(), 4).single() == number);
                assertThat(made.get(4 + n)).isEqualTo(made.get(n));
            }
        }
    }

    @Test
    void suppliersOfNoNewStructure_areRefused() {
        Map<String, Integer> shared = new HashMap<>();
        assertThatThrownBy(() -> Partitioned.of(() -> shared)).hasMessageContaining("a new structure each time");
        assertThatThrownBy(() -> Partitioned.of(() -> null)).hasMessageContaining("structure=null");
        assertThatThrownBy(() -> Partitioned.of(null)).hasMessageContaining("supplier must not be null");
    }

    @Test
    void whatAPartThrows_reachesTheCaller_andReplicasStayEqual() {
        List<Map<Object, Integer>> made = new ArrayList<>();
        try (Partitioned<Map<Object, Integer>> map = Partitioned.<Map<Object, Integer>>builder(() -> {
                    made.add(new TreeMap<>());
                    return made.get(made.size() - 1);
                })
                .parts(2)
                .replicas(2)
                .build()) {
            for (int n = 0; n < 10; n++) {
                int key = n;
                map.write(key, part -> part.put(key, key));
            }
            assertThatThrownBy(() -> map.read("a", part -> part.get("a"))).isInstanceOf(ClassCastException.class);
            assertThatThrownBy(() -> map.write("a", part -> part.put("a", 1))).isInstanceOf(ClassCastException.class);
            map.sync();
            assertThat(made.get(0).size() + made.get(1).size()).isEqualTo(10);
            assertThat(made.subList(2, 4)).isEqualTo(made.subList(0, 2));
        }
    }

    @Test
    void aBuilder_canBeUsedAgain_andClosesParts() {
        AtomicInteger closed = new AtomicInteger();
        var builder = Partitioned.<AutoCloseable>builder(() ->
                        new AutoCloseable() { // a lambda could be shared
                            @Override
                            public void close() {
                                closed.incrementAndGet();
                            }
                        })
                .parts(3)
                .replicas(2);
        Partitioned<AutoCloseable> one = builder.build();
        Partitioned<AutoCloseable> other = builder.parts(1).build();
        assertThat(one.parts()).isEqualTo(3);
        one.close();
        assertThat(closed).hasValue(6);
        other.close();
        assertThat(closed).hasValue(8);
    }

    static Stream<Arguments> forms() {
        return Stream.of(1, 2, 4)
                .flatMap(parts -> Stream.of(
                        Arguments.of(parts, 1, 4096), Arguments.of(parts, 2, 1), Arguments.of(parts, 2, 4096)));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void historiesOfAMap_areLinearizable(int parts, int replicas, int logCapacity) throws InterruptedException {
        try (Partitioned<Map<Integer, Integer>> map = newMap(parts, replicas, logCapacity)) {
            var history = record(4, 300, (random, recorder) -> {
                int key = random.nextInt(6);
                int value = random.nextInt(4);
                switch (random.nextInt(5)) {
                    case 0 -> recorder.record(Maps.size(), op -> size(map));
                    case 1 -> recorder.record(Maps.get(key), op -> map.<Object>read(key, op::applyTo));
                    case 2 -> recorder.record(Maps.remove(key), op -> map.<Object>write(key, op::applyTo));
                    default -> recorder.record(Maps.put(key, value), op -> map.<Object>write(key, op::applyTo));
                }
            });
            LinearizabilityChecker.of(Maps.model()).assertLinearizable(history);
        }
    }

    /** So few keys that most operations meet. */
    @ParameterizedTest
    @MethodSource("forms")
    void historiesOfSeveralPartsAndAll_areLinearizable(int parts, int replicas, int logCapacity)
            throws InterruptedException {
        try (Partitioned<Map<Integer, Integer>> map = newMap(parts, replicas, logCapacity)) {
            var history = record(5, 60, (random, recorder) -> {
                int key = random.nextInt(3);
                int value = random.nextInt(4);
                switch (random.nextInt(8)) {
                    case 0 -> recorder.record(PUT_ALL.apply(value), op -> putAll(map, value));
                    case 1 -> recorder.record(CLEAR, op -> map.writeAll(all -> clear(all.all())));
                    case 2 -> recorder.record(Maps.size(), op -> size(map));
                    case 3 -> recorder.record(COPY, op -> copy(map));
                    case 4 -> recorder.record(Maps.remove(key), op -> map.<Object>write(key, op::applyTo));
                    case 5 -> recorder.record(Maps.get(key), op -> map.<Object>read(key, op::applyTo));
                    default -> recorder.record(Maps.put(key, value), op -> map.<Object>write(key, op::applyTo));
                }
            });
            LinearizabilityChecker.of(Maps.model()).assertLinearizable(history);
        }
    }

    /** The tests above can fail: here the writes of several parts are one write after the other. */
    @ParameterizedTest
    @MethodSource("forms")
    void writesOfOnePartAfterTheOther_areCaught(int parts, int replicas, int logCapacity) throws InterruptedException {
        try (Partitioned<Map<Integer, Integer>> map = newMap(parts, replicas, logCapacity)) {
            var history = record(5, 80, (random, recorder) -> {
                int value = random.nextInt(9);
                if (random.nextBoolean()) {
                    recorder.record(COPY, op -> copy(map));
                } else {
                    recorder.record(PUT_ALL.apply(value), op -> {
                        for (int key : KEYS) {
                            map.write(key, part -> part.put(key, value));
                            Thread.yield();
                        }
                        return null;
                    });
                }
            });
            assertThat(LinearizabilityChecker.check(Maps.model(), history).verdict())
                    .isEqualTo(Verdict.NOT_LINEARIZABLE);
        }
    }

    private static Object putAll(Partitioned<Map<Integer, Integer>> map, int value) {
        return map.<Object>writeParts(KEYS, parts -> {
            KEYS.forEach(key -> parts.of(key).put(key, value));
            return null;
        });
    }

    private static Object clear(List<Map<Integer, Integer>> maps) {
        maps.forEach(Map::clear);
        return "cleared";
    }

    private static Object size(Partitioned<Map<Integer, Integer>> map) {
        return map.<Integer>readAll(
                parts -> parts.all().stream().mapToInt(Map::size).sum());
    }

    private static Object copy(Partitioned<Map<Integer, Integer>> map) {
        return map.<String>readAll(parts -> {
            Map<Integer, Integer> copy = new TreeMap<>();
            parts.all().forEach(copy::putAll);
            return copy.toString();
        });
    }

    private static Partitioned<Map<Integer, Integer>> newMap(int parts, int replicas, int logCapacity) {
        return Partitioned.<Map<Integer, Integer>>builder(TreeMap::new)
                .parts(parts)
                .replicas(replicas)
                .logCapacity(logCapacity)
                .build();
    }

    @FunctionalInterface
    private interface Step {
        void run(RandomGenerator random, HistoryRecorder<Command<Map<Integer, Integer>>, Object> recorder);
    }

    private History<Command<Map<Integer, Integer>>, Object> record(int threads, int operations, Step step)
            throws InterruptedException {
        HistoryRecorder<Command<Map<Integer, Integer>>, Object> recorder = new HistoryRecorder<>();
        new ConcurrentRun()
                .threads(threads, i -> {
                    RandomGenerator random = seeded.random(i);
                    for (int n = 0; n < operations; n++) {
                        step.run(random, recorder);
                    }
                })
                .run();
        return recorder.history();
    }
}
