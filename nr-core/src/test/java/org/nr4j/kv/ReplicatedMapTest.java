package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.Spliterator;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.nr4j.testing.ConcurrentRun;

/** Tests what both forms of map promise beyond the interfaces. */
@ParameterizedClass(name = "{0}")
@MethodSource("forms")
class ReplicatedMapTest {
    @Parameter
    MapForm form;

    private ConcurrentMap<String, Integer> map;

    static Stream<MapForm> forms() {
        return MapForm.all();
    }

    @BeforeEach
    void open() {
        map = form.newMap();
    }

    @AfterEach
    void close() {
        MapReplicas.assertEqual(map);
        MapForm.close(map);
    }

    private long written() {
        return MapForm.written(map);
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
    void functions_returningNull_remove() {
        map.putAll(Map.of("a", 1, "b", 2, "c", 3));
        assertThat(map.compute("a", (key, value) -> null)).isNull();
        assertThat(map.computeIfPresent("b", (key, value) -> null)).isNull();
        assertThat(map.merge("c", 9, (old, value) -> null)).isNull();
        assertThat(map.compute("d", (key, value) -> null)).isNull();
        assertThat(map.computeIfAbsent("e", key -> null)).isNull();
        assertThat(map).isEmpty();
    }

    @Test
    void functions_thatThrow_changeNothing() {
        map.put("a", 1);
        RuntimeException thrown = new RuntimeException("mine");
        assertThatThrownBy(() -> map.compute("a", (key, value) -> raise(thrown)))
                .isSameAs(thrown);
        assertThatThrownBy(() -> map.computeIfAbsent("b", key -> raise(thrown))).isSameAs(thrown);
        assertThatThrownBy(() -> map.computeIfPresent("a", (key, value) -> raise(thrown)))
                .isSameAs(thrown);
        assertThatThrownBy(() -> map.merge("a", 2, (old, value) -> raise(thrown)))
                .isSameAs(thrown);
        assertThatThrownBy(() -> map.replaceAll((key, value) -> raise(thrown))).isSameAs(thrown);
        assertThatThrownBy(() -> map.keySet().removeIf(key -> raise(thrown) > 0))
                .isSameAs(thrown);
        assertThat(map).isEqualTo(Map.of("a", 1));
    }

    private static int raise(RuntimeException e) {
        throw e;
    }

    @Test
    void functions_mayUseTheMap() {
        map.put("a", 1);
        assertThat(map.compute("sum", (key, value) -> {
                    map.put("b", 2);
                    return map.get("a") + map.get("b");
                }))
                .isEqualTo(3);
        assertThat(map.computeIfAbsent("outer", key -> map.computeIfAbsent("inner", inner -> 7) + 1))
                .isEqualTo(8);
        assertThat(map).isEqualTo(Map.of("a", 1, "b", 2, "sum", 3, "outer", 8, "inner", 7));
    }

    @Test
    void functions_thatChangeTheirOwnKey_runAgainWithTheNewValue() {
        List<Integer> seen = new ArrayList<>();
        map.put("a", 1);
        assertThat(map.compute("a", (key, value) -> {
                    seen.add(value);
                    map.put("a", 50);
                    return value + 1;
                }))
                .isEqualTo(51);
        assertThat(seen).containsExactly(1, 50);
        assertThat(map.computeIfAbsent("b", key -> {
                    map.put("b", 4);
                    return 5;
                }))
                .isEqualTo(4);
    }

    @Test
    void merge_ofOneKeyByManyThreads_losesNothing() throws InterruptedException {
        AtomicInteger runs = new AtomicInteger();
        new ConcurrentRun()
                .threads(4, i -> {
                    for (int n = 0; n < 2_000; n++) {
                        map.merge("hits", 1, (old, one) -> {
                            runs.incrementAndGet();
                            return old + one;
                        });
                    }
                })
                .run();
        assertThat(map.get("hits")).isEqualTo(8_000);
        assertThat(runs.get()).isGreaterThanOrEqualTo(7_999);
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
        ConcurrentMap<String, Counted> counted = form.newMap();
        counted.put("a", new Counted(1, compared));
        Counted other = new Counted(2, compared);
        assertThat(counted.replace("a", other, other)).isFalse();
        assertThat(compared).hasValue(1);
        assertThat(counted.replace("a", new Counted(1, compared), other)).isTrue();
        assertThat(counted.remove("a", new Counted(2, compared))).isTrue();
        assertThat(compared).hasValue(3);
        MapForm.close(counted);
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
        assertThat(written()).isEqualTo(before + 1);
    }

    @Test
    void removeOfAnAbsentKey_withSeveralReplicas_isARead() {
        assertThat(map.remove("a")).isNull();
        assertThat(written()).isEqualTo(form.replicas() > 1 ? 0 : 1);
    }

    // ---- several keys ----

    @Test
    void putAll_isOneWrite() throws InterruptedException {
        map.putAll(numbered(1_000, 0));
        assertThat(written()).isEqualTo(1);
        AtomicBoolean done = new AtomicBoolean();
        new ConcurrentRun()
                .threads(1, i -> {
                    for (int round = 1; round < 100; round++) {
                        map.putAll(numbered(100, round));
                        map.keySet().removeAll(Set.of("5"));
                        map.putAll(Map.of("5", round));
                    }
                    done.set(true);
                })
                .threads(2, i -> {
                    while (!done.get()) {
                        int first = map.get("0");
                        assertThat(map.get("99")).isGreaterThanOrEqualTo(first);
                    }
                })
                .run();
    }

    private static Map<String, Integer> numbered(int count, int value) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(String::valueOf, i -> value));
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

    @Test
    void putAll_ofItself_changesNothing() {
        map.putAll(numbered(100, 3));
        map.putAll(map);
        assertThat(map).isEqualTo(numbered(100, 3));
    }

    // ---- views and iterators ----

    @Test
    void iterator_isReadInChunks() {
        map.putAll(numbered(10_000, 1));
        Iterator<Map.Entry<String, Integer>> iterator = map.entrySet().iterator();
        assertThat(iterator.hasNext()).isTrue();
        map.clear();
        int left = 0;
        while (iterator.hasNext()) {
            iterator.next();
            left++;
        }
        assertThat(left).isBetween(1, 64);
        assertThatThrownBy(iterator::next)
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("must have a next element");
    }

    @Test
    void iterator_remove_removesTheLastGiven() {
        map.putAll(numbered(300, 1));
        Iterator<String> iterator = map.keySet().iterator();
        assertThatThrownBy(iterator::remove)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("remove must follow a next");
        String first = iterator.next();
        assertThat(iterator.hasNext()).isTrue();
        iterator.remove();
        assertThatThrownBy(iterator::remove).isInstanceOf(IllegalStateException.class);
        assertThat(map).hasSize(299).doesNotContainKey(first);
        while (iterator.hasNext()) {
            iterator.next();
            iterator.remove();
        }
        assertThat(map).isEmpty();
    }

    @Test
    void entry_setValue_putsIntoTheMap() {
        map.putAll(numbered(3, 1));
        for (Map.Entry<String, Integer> entry : map.entrySet()) {
            assertThat(entry.setValue(7)).isEqualTo(1);
            assertThat(entry.getValue()).isEqualTo(7);
        }
        assertThat(map).isEqualTo(numbered(3, 7));
        Map.Entry<String, Integer> entry = map.entrySet().iterator().next();
        assertThatThrownBy(() -> entry.setValue(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void views_removeWhatTheConditionSaw() {
        map.putAll(Map.of("a", 1, "b", 2, "c", 3, "d", 4));
        assertThat(map.entrySet().removeIf(entry -> entry.getValue() == 1)).isTrue();
        assertThat(map.values().removeIf(value -> value == 2)).isTrue();
        assertThat(map.keySet().removeIf(key -> key.equals("c"))).isTrue();
        assertThat(map.values().remove(9)).isFalse();
        assertThat(map.values().remove(4)).isTrue();
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

    @Test
    void streams_giveEverythingOnce_alsoInParallel() {
        map.putAll(numbered(5_000, 1));
        assertThat(map.values().parallelStream().mapToInt(each -> each).sum()).isEqualTo(5_000);
        assertThat(StreamSupport.stream(map.keySet().spliterator(), true).collect(Collectors.toSet()))
                .isEqualTo(map.keySet());
        List<String> order = map.keySet().parallelStream().collect(Collectors.toList());
        assertThat(order).hasSize(5_000).doesNotHaveDuplicates();
        if (form.sorted()) {
            assertThat(order).isSorted();
            assertThat(map.entrySet().stream()
                            .sorted(Map.Entry.comparingByKey())
                            .map(Map.Entry::getKey))
                    .containsExactlyElementsOf(order);
        }
    }

    @Test
    void spliterator_characteristics() {
        map.putAll(numbered(1_000, 1));
        Spliterator<String> keys = map.keySet().spliterator();
        assertThat(keys.hasCharacteristics(Spliterator.CONCURRENT | Spliterator.DISTINCT | Spliterator.NONNULL))
                .isTrue();
        assertThat(keys.hasCharacteristics(Spliterator.SORTED)).isEqualTo(form.sorted());
        assertThat(keys.estimateSize()).isEqualTo(1_000);
        Spliterator<String> part = keys.trySplit();
        assertThat(part.estimateSize() + keys.estimateSize()).isEqualTo(1_000);
        assertThat(part.trySplit()).isNull();
        List<String> all = new ArrayList<>();
        assertThat(part.tryAdvance(all::add)).isTrue();
        part.forEachRemaining(all::add);
        keys.forEachRemaining(all::add);
        assertThat(keys.tryAdvance(all::add)).isFalse();
        assertThat(all).doesNotHaveDuplicates().hasSize(1_000);
        assertThat(map.values().spliterator().hasCharacteristics(Spliterator.DISTINCT))
                .isFalse();
        assertThatThrownBy(() -> map.values().spliterator().getComparator()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void equalsHashCodeToString_areThoseOfAMap() {
        Map<String, Integer> plain = new TreeMap<>(Map.of("a", 1, "b", 2));
        map.putAll(plain);
        assertThat(map).isEqualTo(plain).hasSameHashCodeAs(plain);
        assertThat(plain).isEqualTo(map);
        assertThat(map).isNotEqualTo(Map.of("a", 1)).isNotEqualTo(Map.of("a", 1, "b", 3));
        assertThat(new HashMap<>(map)).isEqualTo(plain);
        assertThat(map.toString()).contains("a=1").contains("b=2").hasSize("{a=1, b=2}".length());
        assertThat(map.entrySet()).contains(new SimpleEntry<>("a", 1)).doesNotContain(new SimpleEntry<>("a", 2));
    }

    // ---- bad input ----

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
                m -> m.merge("a", null, Integer::sum),
                m -> m.merge("a", 1, null),
                m -> m.compute("a", null),
                m -> m.computeIfAbsent("a", null),
                m -> m.computeIfPresent(null, (key, value) -> value),
                m -> m.containsValue(null),
                m -> m.getOrDefault(null, 1));
        map.put("x", 1);
        assertThat(calls)
                .allSatisfy(call -> assertThatThrownBy(() -> call.apply(map))
                        .isInstanceOf(NullPointerException.class)
                        .hasMessageMatching("a .* must not be null: \\w+=null; .*"));
        assertThatThrownBy(() -> map.forEach(null)).hasMessageContaining("must not be null");
        assertThatThrownBy(() -> map.replaceAll(null)).hasMessageContaining("must not be null");
        assertThatThrownBy(() -> map.replaceAll((key, value) -> null)).isInstanceOf(NullPointerException.class);
        assertThat(map.remove("x", null)).isFalse();
        assertThat(map).isEqualTo(Map.of("x", 1));
    }

    @Test
    void keyThatUsesTheMap_isRefused() {
        record Calling(String name, AtomicBoolean armed, Map<Object, Integer> map) implements Comparable<Calling> {
            @Override
            public int hashCode() {
                call();
                return name.hashCode();
            }

            @Override
            public boolean equals(Object other) {
                return other instanceof Calling that && name.equals(that.name);
            }

            @Override
            public int compareTo(Calling other) {
                call();
                return name.compareTo(other.name);
            }

            @Override
            public String toString() {
                return name;
            }

            private void call() {
                if (armed.get()) {
                    assertThat(map.size()).isNotNegative();
                }
            }
        }
        ConcurrentMap<Object, Integer> target = form.newMap();
        AtomicBoolean armed = new AtomicBoolean();
        target.put(new Calling("a", armed, target), 1);
        target.put(new Calling("b", armed, target), 1);
        MapForm.store(target).replicated().sync(); // a key must do the same on each replica
        armed.set(true);
        assertThatThrownBy(() -> target.put(new Calling("c", armed, target), 2))
                .isInstanceOf(IllegalStateException.class);
        MapForm.store(target).replicated().sync();
        armed.set(false);
        assertThat(target).hasSize(2);
        MapReplicas.assertEqual(target);
        MapForm.close(target);
    }

    @Test
    void afterClose_everythingIsRefused() {
        ConcurrentMap<String, Integer> closed = form.newMap();
        closed.put("a", 1);
        Iterator<String> iterator = closed.keySet().iterator();
        MapForm.close(closed);
        assertThatThrownBy(() -> closed.get("a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> closed.put("a", 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(closed::size).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(iterator::hasNext).isInstanceOf(IllegalStateException.class);
    }
}
