package org.nr4j.cnr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.Spliterator;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.nr4j.NrStats;
import org.nr4j.testing.ConcurrentRun;

/** What the maps over several logs promise beyond the interface. */
@Timeout(60)
@ParameterizedClass(name = "{0}")
@MethodSource("forms")
class LogMapTest {
    @Parameter
    LogMapForm form;

    private MapOverLogs<String, Integer> map;

    static Stream<LogMapForm> forms() {
        return LogMapForm.all();
    }

    @BeforeEach
    void open() {
        map = form.newMap();
    }

    @AfterEach
    void close() {
        LogMapForm.assertReplicasEqual(map);
        map.close();
    }

    /** Entries of logs; those of several logs count in each. */
    private long written() {
        return map.stats().logs().stream().mapToLong(NrStats::index).sum();
    }

    private static Map<String, Integer> numbered(int count, int value) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(String::valueOf, i -> value));
    }

    // ---- functions ----

    @Test
    void functions_withoutContention_runOnceOnTheCallersThread() {
        List<Thread> runs = new ArrayList<>();
        map.compute("a", (key, value) -> noted(runs, 1));
        map.computeIfAbsent("b", key -> noted(runs, 2));
        map.computeIfPresent("a", (key, value) -> noted(runs, value + 10));
        map.merge("a", 5, (old, value) -> noted(runs, old + value));
        map.replaceAll((key, value) -> noted(runs, value + 100));
        assertThat(runs).hasSize(6).containsOnly(Thread.currentThread());
        assertThat(map).isEqualTo(Map.of("a", 116, "b", 102));
    }

    private static int noted(List<Thread> runs, int value) {
        runs.add(Thread.currentThread());
        return value;
    }

    @Test
    void functions_mayUseTheMap_andRunAgainIfTheirKeyChanged() {
        List<Integer> seen = new ArrayList<>();
        map.put("a", 1);
        assertThat(map.compute("a", (key, value) -> {
                    seen.add(value);
                    map.put("a", 50);
                    map.putAll(numbered(3, 7));
                    return value + map.get("2");
                }))
                .isEqualTo(57);
        assertThat(seen).containsExactly(1, 50);
        assertThat(map.computeIfAbsent("outer", key -> map.computeIfAbsent("inner", inner -> 7) + 1))
                .isEqualTo(8);
    }

    @Test
    void functions_thatThrow_changeNothing() {
        map.put("a", 1);
        RuntimeException thrown = new RuntimeException("mine");
        assertThatThrownBy(() -> map.compute("a", (key, value) -> raise(thrown)))
                .isSameAs(thrown);
        assertThatThrownBy(() -> map.merge("a", 2, (old, value) -> raise(thrown)))
                .isSameAs(thrown);
        assertThatThrownBy(() -> map.keySet().removeIf(key -> raise(thrown) > 0))
                .isSameAs(thrown);
        assertThat(map).isEqualTo(Map.of("a", 1));
    }

    private static int raise(RuntimeException e) {
        throw e;
    }

    @Test
    void merge_ofFewKeysByManyThreads_losesNothing() throws InterruptedException {
        new ConcurrentRun()
                .threads(4, i -> {
                    for (int n = 0; n < 1_000; n++) {
                        map.merge("hits" + n % 3, 1, Integer::sum);
                    }
                })
                .run();
        assertThat(map.values().stream().mapToInt(each -> each).sum()).isEqualTo(4_000);
    }

    @Test
    void computeIfAbsent_byManyThreads_allGetTheSame() throws InterruptedException {
        Set<Integer> answers = ConcurrentHashMap.newKeySet();
        new ConcurrentRun()
                .threads(6, i -> answers.add(map.computeIfAbsent("one", key -> i)))
                .run();
        assertThat(answers).containsExactly(map.get("one"));
    }

    /** The value's equals runs on the caller's thread, once a try. */
    @Test
    void equalsOfValues_isNotCalledByReplicas() {
        record Counted(int value, AtomicInteger compared) {
            @Override
            public boolean equals(Object other) {
                compared.incrementAndGet();
                return other instanceof Counted that && value == that.value;
            }

            @Override
            public int hashCode() {
                return value;
            }
        }
        AtomicInteger compared = new AtomicInteger();
        try (MapOverLogs<String, Counted> counted = form.newMap()) {
            counted.put("a", new Counted(1, compared));
            Counted other = new Counted(2, compared);
            assertThat(counted.replace("a", other, other)).isFalse();
            assertThat(compared).hasValue(1);
            assertThat(counted.replace("a", new Counted(1, compared), other)).isTrue();
            assertThat(counted.remove("a", new Counted(2, compared))).isTrue();
            assertThat(compared).hasValue(3);
        }
    }

    // ---- writes that change nothing ----

    @Test
    void writesThatWouldChangeNothing_areReads() {
        map.put("a", 1);
        long before = written();
        map.putIfAbsent("a", 2);
        map.computeIfAbsent("a", key -> 2);
        map.computeIfAbsent("b", key -> null);
        map.computeIfPresent("b", (key, value) -> 2);
        map.compute("b", (key, value) -> null);
        map.compute("a", (key, value) -> value);
        map.replace("b", 2);
        map.replace("a", 5, 6);
        map.remove("a", 5);
        map.remove("b", 5);
        map.putAll(Map.of());
        map.keySet().removeIf(key -> false);
        map.replaceAll((key, value) -> value);
        assertThat(written()).isEqualTo(before);
        assertThat(map).isEqualTo(Map.of("a", 1));
        map.clear();
        map.clear();
        assertThat(written()).isEqualTo(before + form.logs());
        assertThat(map.remove("a")).isNull();
        assertThat(written()).isEqualTo(before + form.logs() + (form.replicas() > 1 ? 0 : 1));
    }

    // ---- the whole ----

    /** 100 keys are in all logs. */
    @Test
    void putAll_isOneWriteOfTheLogsOfItsKeys() {
        map.putAll(numbered(100, 1));
        assertThat(written()).isEqualTo(form.logs());
        assertThat(map).isEqualTo(numbered(100, 1));
        map.putAll(Map.of("a", 1));
        assertThat(written()).isEqualTo(form.logs() + 1);
        map.putAll(map);
        assertThat(map).hasSize(101);
    }

    @Test
    void putAllAndClear_areSeenWhole() throws InterruptedException {
        AtomicBoolean done = new AtomicBoolean();
        new ConcurrentRun()
                .threads(1, i -> {
                    for (int round = 0; round < 200; round++) {
                        map.putAll(numbered(50, round));
                        if (round % 5 == 0) {
                            map.clear();
                        }
                    }
                    done.set(true);
                })
                .threads(2, i -> {
                    while (!done.get()) {
                        assertThat(map.size()).isIn(0, 50);
                        List<Integer> values = new ArrayList<>(map.values());
                        assertThat(values.size()).isIn(0, 50);
                        assertThat(Set.copyOf(values)).hasSizeLessThanOrEqualTo(1);
                    }
                })
                .run();
    }

    @Test
    void putAll_withANull_putsNothing() {
        Map<String, Integer> bad = new LinkedHashMap<>();
        bad.put("a", 1);
        bad.put("b", null);
        assertThatThrownBy(() -> map.putAll(bad)).isInstanceOf(NullPointerException.class);
        assertThat(map).isEmpty();
        assertThatThrownBy(() -> map.putAll(null)).hasMessageContaining("map must not be null: map=null; pass a map");
    }

    // ---- views and iterators ----

    @Test
    void iterators_goThroughACopy() {
        map.putAll(numbered(1_000, 1));
        Iterator<Map.Entry<String, Integer>> iterator = map.entrySet().iterator();
        map.clear();
        int left = 0;
        while (iterator.hasNext()) {
            assertThat(iterator.next().getValue()).isEqualTo(1);
            left++;
        }
        assertThat(left).isEqualTo(1_000);
        assertThatThrownBy(iterator::next)
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("must have a next element");
    }

    @Test
    void iterator_remove_removesTheLastGiven() {
        map.putAll(numbered(30, 1));
        Iterator<String> iterator = map.keySet().iterator();
        assertThatThrownBy(iterator::remove)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("remove must follow a next");
        String first = iterator.next();
        iterator.remove();
        assertThatThrownBy(iterator::remove).isInstanceOf(IllegalStateException.class);
        assertThat(map).hasSize(29).doesNotContainKey(first);
    }

    @Test
    void entry_setValue_putsIntoTheMap() {
        map.putAll(numbered(3, 1));
        for (Map.Entry<String, Integer> entry : map.entrySet()) {
            assertThat(entry.setValue(7)).isEqualTo(1);
            assertThat(entry.getValue()).isEqualTo(7);
        }
        assertThat(map).isEqualTo(numbered(3, 7));
    }

    @Test
    void views_removeWhatTheConditionSaw() {
        map.putAll(Map.of("a", 1, "b", 2, "c", 3, "d", 4, "e", 5, "f", 6));
        assertThat(map.entrySet().removeIf(entry -> entry.getValue() == 1)).isTrue();
        assertThat(map.values().removeIf(value -> value == 2)).isTrue();
        assertThat(map.keySet().removeIf(key -> key.equals("c"))).isTrue();
        assertThat(map.values().remove(9)).isFalse();
        assertThat(map.values().remove(4)).isTrue();
        assertThat(map.values().removeAll(List.of(5, 9))).isTrue();
        assertThat(map.entrySet().retainAll(Set.of())).isTrue();
        assertThat(map).isEmpty();
    }

    /** Another thread changes the value while the condition looks at the old one. */
    @Test
    void removeIf_valueChangesMeanwhile_asksAgain() {
        map.put("a", 1);
        List<Integer> asked = new ArrayList<>();
        assertThat(map.values().removeIf(value -> {
                    asked.add(value);
                    map.put("a", 2);
                    return value == 1;
                }))
                .isFalse();
        assertThat(asked).containsExactly(1, 2);
        assertThat(map).isEqualTo(Map.of("a", 2));
    }

    /** A spliterator that took its size from elsewhere than its elements would make toArray throw. */
    @Test
    void streams_underChange_areOfOneMoment() throws InterruptedException {
        AtomicBoolean done = new AtomicBoolean();
        new ConcurrentRun()
                .threads(2, thread -> {
                    for (int n = 0; n < 1_000; n++) {
                        map.put(thread + "-" + n, n);
                    }
                    done.set(true);
                })
                .threads(1, i -> {
                    while (!done.get()) {
                        List<String> keys = map.keySet().parallelStream().toList();
                        assertThat(keys).doesNotHaveDuplicates();
                        assertThat(map.values().toArray()).hasSizeGreaterThanOrEqualTo(keys.size());
                    }
                })
                .run();
    }

    @Test
    void spliterator_characteristics() {
        map.putAll(numbered(100, 1));
        Spliterator<String> keys = map.keySet().spliterator();
        assertThat(keys.hasCharacteristics(Spliterator.DISTINCT | Spliterator.NONNULL | Spliterator.SIZED))
                .isTrue();
        assertThat(map.values().spliterator().hasCharacteristics(Spliterator.DISTINCT))
                .isFalse();
        assertThat(map.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
                .isEqualTo(map);
    }

    @Test
    void equalsHashCodeToString_areThoseOfAMap() {
        Map<String, Integer> plain = new TreeMap<>(Map.of("a", 1, "b", 2));
        map.putAll(plain);
        assertThat(map).isEqualTo(plain).hasSameHashCodeAs(plain);
        assertThat(plain).isEqualTo(map);
        assertThat(map).isNotEqualTo(Map.of("a", 1)).isNotEqualTo(Map.of("a", 1, "b", 3));
        assertThat(map.toString()).contains("a=1").contains("b=2").hasSize("{a=1, b=2}".length());
        assertThat(map.entrySet()).contains(new SimpleEntry<>("a", 1)).doesNotContain(new SimpleEntry<>("a", 2));
        assertThat(map.containsValue(2)).isTrue();
        assertThat(map.containsValue(3)).isFalse();
    }

    // ---- the instance ----

    @Test
    void asynchronousWrites_comeInOrder() throws Exception {
        for (int n = 0; n < 100; n++) {
            map.putAsync("a", n);
            map.putAsync("b" + n, n);
        }
        assertThat(map.removeAsync("a").get(30, TimeUnit.SECONDS)).isEqualTo(99);
        assertThat(map).hasSize(100);
        assertThat(map.logs()).isEqualTo(form.logs());
        assertThat(map.replicas()).isEqualTo(form.replicas());
    }

    @Test
    void nulls_areRefused() {
        List<Function<Map<String, Integer>, Object>> calls = Arrays.asList(
                m -> m.get(null),
                m -> m.containsKey(null),
                m -> m.put(null, 1),
                m -> m.put("a", null),
                m -> m.remove(null),
                m -> m.remove(null, 1),
                m -> m.putIfAbsent("a", null),
                m -> m.replace("a", null),
                m -> m.replace("a", 1, null),
                m -> m.replace("a", null, 1),
                m -> m.compute(null, (key, value) -> value),
                m -> m.keySet().removeIf(null),
                m -> m.values().removeAll(null),
                m -> m.getOrDefault(null, 1));
        map.put("x", 1);
        assertThat(calls)
                .allSatisfy(call -> assertThatThrownBy(() -> call.apply(map))
                        .isInstanceOf(NullPointerException.class)
                        .hasMessageMatching("a .* must not be null: \\w+=null; .*"));
        assertThatThrownBy(() -> map.merge("a", 1, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> map.compute("a", null)).isInstanceOf(NullPointerException.class);
        assertThat(map.remove("x", null)).isFalse();
        assertThat(map).isEqualTo(Map.of("x", 1));
    }

    @Test
    void afterClose_everythingIsRefused() {
        MapOverLogs<String, Integer> closed = form.newMap();
        closed.put("a", 1);
        closed.close();
        assertThatThrownBy(() -> closed.get("a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> closed.put("a", 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(closed::size).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> closed.keySet().iterator()).isInstanceOf(IllegalStateException.class);
    }
}
