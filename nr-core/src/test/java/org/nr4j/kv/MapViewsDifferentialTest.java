package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.testing.Seeded;

/**
 * Compares all methods of all views with those of the JDK's maps. Where TreeMap and ConcurrentSkipListMap agree, a
 * sorted map must answer the same. Where they differ, it must answer like one of them. A hashed map answers like
 * ConcurrentHashMap.
 */
class MapViewsDifferentialTest {
    private static final int STEPS = 6_000;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    /** One call of a method, the same one for each map. */
    private record Call<M>(String name, Function<? super M, ?> body) {
        /** What the call gives: a value as text, or the class of an exception. */
        String outcome(M map) {
            try {
                return String.valueOf(body.apply(map));
            } catch (RuntimeException e) {
                return e.getClass().getName();
            }
        }
    }

    private static final List<String> WORDS =
            List.of("a", "A", "b", "B", "c", "C", "d", "D", "e", "E", "f", "F", "g", "G", "h", "H");

    private static String word(RandomGenerator random) {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    /** Some words: a set, or a list, which may be longer than any view. */
    private static Collection<String> words(RandomGenerator random) {
        Collection<String> words = random.nextBoolean() ? new HashSet<>() : new ArrayList<>();
        for (int n = random.nextInt(random.nextBoolean() ? 3 : 20); n > 0; n--) {
            words.add(word(random));
        }
        return words;
    }

    private static Collection<Integer> values(RandomGenerator random) {
        Collection<Integer> values = random.nextBoolean() ? new HashSet<>() : new ArrayList<>();
        for (int n = random.nextInt(3); n > 0; n--) {
            values.add(random.nextInt(4));
        }
        return values;
    }

    private static Collection<Object> entries(RandomGenerator random) {
        Collection<Object> entries = random.nextBoolean() ? new HashSet<>() : new ArrayList<>();
        for (int n = random.nextInt(random.nextBoolean() ? 3 : 20); n > 0; n--) {
            entries.add(random.nextInt(9) == 0 ? "no entry" : Map.entry(word(random), random.nextInt(4)));
        }
        return entries;
    }

    // ---- the calls ----

    private static <M extends Map<String, Integer>> Call<M> callOfMap(RandomGenerator random) {
        String key = word(random);
        int value = random.nextInt(4);
        int other = random.nextInt(4);
        boolean nothing = random.nextBoolean();
        Integer next = nothing ? null : value;
        return switch (random.nextInt(22)) {
            case 0, 1, 2, 3, 4, 5 -> new Call<>("put " + key, map -> map.put(key, value));
            case 6 -> new Call<>("putIfAbsent " + key, map -> map.putIfAbsent(key, value));
            case 7 -> new Call<>("get " + key, map -> map.get(key));
            case 8 -> new Call<>("getOrDefault " + key, map -> map.getOrDefault(key, 9));
            case 9 -> new Call<>("containsKey " + key, map -> map.containsKey(key));
            case 10 -> new Call<>("containsValue " + value, map -> map.containsValue(value));
            case 11 -> new Call<>("remove " + key, map -> map.remove(key));
            case 12 -> new Call<>("remove " + key + value, map -> map.remove(key, value));
            case 13 -> new Call<>("replace " + key, map -> map.replace(key, value));
            case 14 -> new Call<>("replace " + key + other, map -> map.replace(key, other, value));
            case 15 -> new Call<>("compute " + key + next, map -> map.compute(key, (k, v) -> next));
            case 16 -> new Call<>("computeIfAbsent " + key + next, map -> map.computeIfAbsent(key, k -> next));
            case 17 -> new Call<>("computeIfPresent " + key + next, map -> map.computeIfPresent(key, (k, v) -> next));
            case 18 -> new Call<>("merge " + key + next, map -> map.merge(key, value, (a, b) -> next));
            case 19 ->
                new Call<>("putAll " + key, map -> {
                    map.putAll(Map.of(key, value));
                    return null;
                });
            case 20 ->
                new Call<>("replaceAll", map -> {
                    map.replaceAll((k, v) -> (v + value) % 4);
                    return null;
                });
            default ->
                new Call<>("equals, hashCode, size", map -> {
                    Map<String, Integer> copy = new HashMap<>(map);
                    return map.size() + " " + map.isEmpty() + (map.hashCode() == copy.hashCode());
                });
        };
    }

    private static <M extends Map<String, Integer>> Call<M> callOfCollections(RandomGenerator random) {
        String key = word(random);
        int value = random.nextInt(4);
        Collection<String> words = words(random);
        Collection<Integer> values = values(random);
        Collection<Object> entries = entries(random);
        Map.Entry<String, Integer> entry = Map.entry(key, value);
        return switch (random.nextInt(18)) {
            case 0 -> new Call<>("keys.contains " + key, map -> map.keySet().contains(key));
            case 1 -> new Call<>("keys.remove " + key, map -> map.keySet().remove(key));
            case 2 -> new Call<>("keys.removeAll " + words, map -> map.keySet().removeAll(words));
            case 3 -> new Call<>("keys.retainAll " + words, map -> map.keySet().retainAll(words));
            case 4 ->
                new Call<>("keys.containsAll " + words, map -> map.keySet().containsAll(words));
            case 5 -> new Call<>("keys.removeIf " + key, map -> map.keySet().removeIf(key::equals));
            case 6 -> new Call<>("keys.add " + key, map -> map.keySet().add(key));
            case 7 -> new Call<>("values.contains " + value, map -> map.values().contains(value));
            case 8 ->
                new Call<>("values.removeAll " + values, map -> map.values().removeAll(values));
            case 9 ->
                new Call<>("values.retainAll " + values, map -> map.values().retainAll(values));
            case 10 ->
                new Call<>("values.containsAll " + values, map -> map.values().containsAll(values));
            case 11 ->
                new Call<>("values.removeIf " + value, map -> map.values().removeIf(v -> v == value));
            case 12 ->
                new Call<>("entries.contains " + entry, map -> map.entrySet().contains(entry));
            case 13 ->
                new Call<>("entries.remove " + entry, map -> map.entrySet().remove(entry));
            case 14 ->
                new Call<>("entries.removeAll " + entries, map -> map.entrySet().removeAll(entries));
            case 15 ->
                new Call<>("entries.retainAll " + entries, map -> map.entrySet().retainAll(entries));
            case 16 ->
                new Call<>(
                        "entries.containsAll " + entries, map -> map.entrySet().containsAll(entries));
            default ->
                new Call<>("entries.removeIf " + entry, map -> map.entrySet().removeIf(entry::equals));
        };
    }

    private static Call<NavigableMap<String, Integer>> callOfOrder(RandomGenerator random) {
        String key = word(random);
        Function<NavigableMap<String, Integer>, NavigableSet<String>> keys =
                random.nextBoolean() ? NavigableMap::navigableKeySet : NavigableMap::descendingKeySet;
        Collection<String> words = words(random);
        return switch (random.nextInt(18)) {
            case 0 -> new Call<>("firstEntry", NavigableMap::firstEntry);
            case 1 -> new Call<>("lastEntry", NavigableMap::lastEntry);
            case 2 -> new Call<>("firstKey", NavigableMap::firstKey);
            case 3 -> new Call<>("lastKey", NavigableMap::lastKey);
            case 4 -> new Call<>("pollFirst", NavigableMap::pollFirstEntry);
            case 5 -> new Call<>("pollLast", NavigableMap::pollLastEntry);
            case 6 -> new Call<>("lower " + key, map -> map.lowerEntry(key) + map.lowerKey(key));
            case 7 -> new Call<>("floor " + key, map -> map.floorEntry(key) + map.floorKey(key));
            case 8 -> new Call<>("ceiling " + key, map -> map.ceilingEntry(key) + map.ceilingKey(key));
            case 9 -> new Call<>("higher " + key, map -> map.higherEntry(key) + map.higherKey(key));
            case 10 ->
                new Call<>("set.removeAll " + words, map -> keys.apply(map).removeAll(words));
            case 11 ->
                new Call<>("set.retainAll " + words, map -> keys.apply(map).retainAll(words));
            case 12 -> new Call<>("set.remove " + key, map -> keys.apply(map).remove(key));
            case 13 -> new Call<>("set.poll", map -> keys.apply(map).pollFirst());
            case 14 ->
                new Call<>(
                        "set.neighbours " + key,
                        map -> keys.apply(map).lower(key)
                                + keys.apply(map).ceiling(key)
                                + keys.apply(map).floor(key)
                                + keys.apply(map).higher(key));
            case 15 ->
                new Call<>(
                        "set.descending", map -> new ArrayList<>(keys.apply(map).descendingSet()));
            case 16 ->
                new Call<>(
                        "set.tail.removeAll " + key + words,
                        map -> keys.apply(map).tailSet(key, false).removeAll(words));
            default ->
                new Call<>(
                        "set.head.removeIf " + key,
                        map -> keys.apply(map).headSet(key).removeIf(k -> true));
        };
    }

    /** A view, or a view of a view; the same one of each map. */
    private static Function<NavigableMap<String, Integer>, NavigableMap<String, Integer>> view(
            RandomGenerator random, int depth) {
        if (depth == 0 || random.nextInt(4) == 0) {
            return map -> map;
        }
        var outer = view(random, depth - 1);
        String low = word(random);
        String high = word(random);
        boolean lowIn = random.nextBoolean();
        boolean highIn = random.nextBoolean();
        return switch (random.nextInt(4)) {
            case 0 -> map -> outer.apply(map).headMap(high, highIn);
            case 1 -> map -> outer.apply(map).tailMap(low, lowIn);
            case 2 -> map -> outer.apply(map).subMap(low, lowIn, high, highIn);
            default -> map -> outer.apply(map).descendingMap();
        };
    }

    // ---- the tests ----

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void viewsOfASortedMap_answerAsThoseOfTheJdk(boolean natural) {
        RandomGenerator random = seeded.random();
        Comparator<String> order = natural ? Comparator.naturalOrder() : String.CASE_INSENSITIVE_ORDER;
        try (ReplicatedNavigableMap<String, Integer> map = ReplicatedNavigableMap.create(order)) {
            TreeMap<String, Integer> tree = new TreeMap<>(order);
            ConcurrentSkipListMap<String, Integer> skipList = new ConcurrentSkipListMap<>(order);
            for (int step = 0; step < STEPS; step++) {
                var view = view(random, 3);
                Call<NavigableMap<String, Integer>> call = switch (random.nextInt(5)) {
                    case 0, 1 -> callOfMap(random);
                    case 2, 3 -> callOfCollections(random);
                    default -> callOfOrder(random);
                };
                Call<NavigableMap<String, Integer>> ofView =
                        new Call<>(call.name(), whole -> call.outcome(view.apply(whole)));
                String before = tree.toString();
                Set<String> allowed = new HashSet<>();
                allowed.add(ofView.outcome(tree));
                allowed.add(ofView.outcome(skipList));
                assertThat(ofView.outcome(map))
                        .as(() -> call.name() + " of a view of " + before)
                        .isIn(allowed);
                assertThat(tree.toString()).isEqualTo(skipList.toString());
                assertThat(map.toString())
                        .as(() -> call.name() + " of a view of " + before)
                        .isEqualTo(tree.toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void viewsOfAHashedMap_answerAsThoseOfTheJdk(int logs) {
        RandomGenerator random = seeded.random();
        try (ReplicatedMap<String, Integer> map =
                ReplicatedMap.<String, Integer>builder().logs(logs).replicas(2).build()) {
            ConcurrentHashMap<String, Integer> model = new ConcurrentHashMap<>();
            for (int step = 0; step < STEPS; step++) {
                Call<Map<String, Integer>> call = random.nextBoolean() ? callOfMap(random) : callOfCollections(random);
                String before = model.toString();
                assertThat(call.outcome(map))
                        .as(() -> call.name() + " of " + before)
                        .isEqualTo(call.outcome(model));
                assertThat(map).as(() -> call.name() + " of " + before).isEqualTo(model);
            }
        }
    }

    /** Only an insertion is refused: a function that answers null inserts nothing. */
    @Test
    void functionOfAKeyOutsideTheRange_thatAnswersNull_isNotRefused() {
        try (ReplicatedNavigableMap<Integer, Integer> map = ReplicatedNavigableMap.create()) {
            map.put(7, 1);
            NavigableMap<Integer, Integer> head = map.headMap(5);
            assertThat(head.compute(7, (key, value) -> null)).isNull();
            assertThat(head.computeIfAbsent(7, key -> null)).isNull();
            assertThat(head.computeIfPresent(7, (key, value) -> 2)).isNull();
            assertThat(head.descendingMap().compute(7, (key, value) -> value)).isNull();
            for (BiConsumer<NavigableMap<Integer, Integer>, Integer> insertion :
                    List.<BiConsumer<NavigableMap<Integer, Integer>, Integer>>of(
                            (view, key) -> view.compute(key, (k, v) -> 2),
                            (view, key) -> view.computeIfAbsent(key, k -> 2),
                            (view, key) -> view.merge(key, 2, (a, b) -> null),
                            (view, key) -> view.putIfAbsent(key, 2),
                            (view, key) -> view.put(key, 2))) {
                Call<NavigableMap<Integer, Integer>> call = new Call<>("insertion", view -> {
                    insertion.accept(view, 7);
                    return null;
                });
                assertThat(call.outcome(head)).isEqualTo(IllegalArgumentException.class.getName());
            }
            assertThat(map).isEqualTo(Map.of(7, 1));
        }
    }

    /** A map that finds "a" and "A" equal removes one for the other, where the JDK's do. */
    @Test
    void removeAll_ofAMapThatIgnoresCase_removesTheOtherCase() {
        BiFunction<NavigableMap<String, Integer>, Collection<?>, Boolean> ofKeys =
                (m, c) -> m.keySet().removeAll(c);
        BiFunction<NavigableMap<String, Integer>, Collection<?>, Boolean> ofDescending =
                (m, c) -> m.descendingKeySet().removeAll(c);
        BiFunction<NavigableMap<String, Integer>, Collection<?>, Boolean> ofEntries =
                (m, c) -> m.entrySet().removeAll(c);
        for (boolean keys : new boolean[] {true, false}) {
            Collection<?> argument = keys ? List.of("A") : List.of(Map.entry("A", 1));
            for (var removal : keys ? List.of(ofKeys, ofDescending) : List.of(ofEntries)) {
                try (ReplicatedNavigableMap<String, Integer> map =
                        ReplicatedNavigableMap.create(String.CASE_INSENSITIVE_ORDER)) {
                    map.putAll(Map.of("a", 1, "b", 2));
                    assertThat(removal.apply(map, argument)).isTrue();
                    assertThat(map).containsOnlyKeys("b");
                }
            }
        }
    }

    /** The argument is asked nothing, so each element was removed by itself. */
    @Test
    void removeAllOfAFew_fromALargeMap_doesNotWalkThroughIt() {
        for (MapForm form : MapForm.all().toList()) {
            ConcurrentMap<Integer, Integer> map = form.newMap();
            for (int i = 0; i < 1_000; i++) {
                map.put(i, i);
            }
            map.keySet().removeAll(new Unasked<>(List.of(3, 500)));
            map.entrySet().removeAll(new Unasked<>(List.of(Map.entry(4, 4), Map.entry(5, 0))));
            if (map instanceof NavigableMap<Integer, Integer> sorted) {
                sorted.headMap(300).keySet().removeAll(new Unasked<>(List.of(6, 301)));
                sorted.descendingMap().entrySet().removeAll(new Unasked<>(List.of(Map.entry(8, 8))));
                sorted.descendingKeySet().removeAll(new Unasked<>(List.of(9)));
                assertThat(sorted).hasSize(994).doesNotContainKeys(3, 500, 4, 6, 8, 9);
            } else {
                assertThat(map).hasSize(997).doesNotContainKeys(3, 500, 4);
            }
            MapForm.close(map);
        }
    }

    /** A set that must not be asked whether it contains something. */
    private static final class Unasked<T> extends HashSet<T> {
        private static final long serialVersionUID = 1;

        Unasked(Collection<T> elements) {
            super(elements);
        }

        @Override
        public boolean contains(Object element) {
            throw new AssertionError("removeAll walked through the map, at " + element);
        }
    }
}
