package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.Seeded;

/** Tests the sorted map's own methods, and the façades of both maps. */
class ReplicatedNavigableMapTest {
    @RegisterExtension
    final Seeded seeded = new Seeded();

    /** Parts of parts, either way round, against those of TreeMap. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void randomParts_answerAsThoseOfTreeMap(boolean natural) {
        RandomGenerator random = seeded.random();
        Comparator<Integer> order = Comparator.comparing(key -> -key);
        try (ReplicatedNavigableMap<Integer, Integer> map =
                natural ? ReplicatedNavigableMap.create() : ReplicatedNavigableMap.create(order)) {
            TreeMap<Integer, Integer> model = natural ? new TreeMap<>() : new TreeMap<>(order);
            for (int n = 0; n < 4_000; n++) {
                int key = random.nextInt(100);
                if (random.nextInt(3) == 0) {
                    assertThat(map.remove(key)).isEqualTo(model.remove(key));
                } else {
                    assertThat(map.put(key, n)).isEqualTo(model.put(key, n));
                }
                if (n % 4 == 0) {
                    compareParts(random, map, model, 3);
                }
            }
        }
    }

    private static void compareParts(
            RandomGenerator random,
            NavigableMap<Integer, Integer> map,
            NavigableMap<Integer, Integer> model,
            int deep) {
        assertThat(map.size()).isEqualTo(model.size());
        assertThat(map.isEmpty()).isEqualTo(model.isEmpty());
        assertThat(List.copyOf(map.entrySet())).isEqualTo(List.copyOf(model.entrySet()));
        assertThat(map.firstEntry()).isEqualTo(model.firstEntry());
        assertThat(map.lastEntry()).isEqualTo(model.lastEntry());
        int key = random.nextInt(-1, 101);
        assertThat(map.get(key)).isEqualTo(model.get(key));
        assertThat(map.lowerEntry(key)).isEqualTo(model.lowerEntry(key));
        assertThat(map.floorKey(key)).isEqualTo(model.floorKey(key));
        assertThat(map.ceilingEntry(key)).isEqualTo(model.ceilingEntry(key));
        assertThat(map.higherKey(key)).isEqualTo(model.higherKey(key));
        if (deep == 0 || model.size() < 2) {
            return;
        }
        List<Integer> keys = List.copyOf(model.keySet());
        int from = random.nextInt(keys.size());
        int to = random.nextInt(from, keys.size());
        boolean fromIncluded = random.nextBoolean();
        boolean toIncluded = random.nextBoolean();
        switch (random.nextInt(4)) {
            case 0 ->
                compareParts(
                        random,
                        map.subMap(keys.get(from), fromIncluded, keys.get(to), toIncluded),
                        model.subMap(keys.get(from), fromIncluded, keys.get(to), toIncluded),
                        deep - 1);
            case 1 ->
                compareParts(
                        random,
                        map.headMap(keys.get(to), toIncluded),
                        model.headMap(keys.get(to), toIncluded),
                        deep - 1);
            case 2 ->
                compareParts(
                        random,
                        map.tailMap(keys.get(from), fromIncluded),
                        model.tailMap(keys.get(from), fromIncluded),
                        deep - 1);
            default -> compareParts(random, map.descendingMap(), model.descendingMap(), deep - 1);
        }
    }

    @Test
    void clearOfAPart_isOneWrite() {
        try (ReplicatedNavigableMap<Integer, Integer> map = filled(10_000)) {
            long before = map.stats().index();
            map.subMap(100, 9_900).clear();
            assertThat(map.stats().index()).isEqualTo(before + 1);
            assertThat(map).hasSize(200);
            map.subMap(100, 9_900).clear();
            assertThat(map.stats().index()).isEqualTo(before + 1);
        }
    }

    @Test
    void pollFirst_byManyThreads_givesEachEntryToOne() throws InterruptedException {
        try (ReplicatedNavigableMap<Integer, Integer> map =
                ReplicatedNavigableMap.<Integer, Integer>builder().replicas(2).build()) {
            for (int i = 0; i < 4_000; i++) {
                map.put(i, i);
            }
            Set<Integer> polled = ConcurrentHashMap.newKeySet();
            new ConcurrentRun()
                    .threads(4, i -> {
                        int before = -1;
                        for (var entry = map.pollFirstEntry(); entry != null; entry = map.pollFirstEntry()) {
                            assertThat(entry.getKey()).isGreaterThan(before);
                            before = entry.getKey();
                            assertThat(polled.add(before)).isTrue();
                        }
                    })
                    .run();
            assertThat(polled).hasSize(4_000);
            assertThat(map.pollLastEntry()).isNull();
        }
    }

    @Test
    void parts_areLive_andRefuseKeysOutside() {
        try (ReplicatedNavigableMap<Integer, Integer> map = filled(100)) {
            ConcurrentNavigableMap<Integer, Integer> part = map.subMap(10, 20);
            map.remove(15);
            assertThat(part).hasSize(9);
            part.put(15, 1);
            assertThat(map.get(15)).isEqualTo(1);
            assertThat(part.get(20)).isNull();
            assertThat(part.remove(20)).isNull();
            assertThatThrownBy(() -> part.put(20, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a key must be in the range of this part of the map: key=20 range=[10..20); put it"
                            + " into the whole map");
            assertThatThrownBy(() -> part.putAll(Map.of(12, 0, 9, 0))).isInstanceOf(IllegalArgumentException.class);
            assertThat(part.get(12)).isEqualTo(12);
            assertThatThrownBy(() -> part.headMap(30))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a part must lie inside of what it is a part of: bound=30 range=[10..20); ask the"
                            + " whole map");
            assertThatThrownBy(() -> map.subMap(5, 4))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("fromKey must not come after toKey: fromKey=5 toKey=4");
            assertThatThrownBy(() -> map.descendingMap().subMap(4, 5)).isInstanceOf(IllegalArgumentException.class);
            assertThat(map.subMap(5, false, 5, false)).isEmpty();
        }
    }

    @Test
    void entriesOfNeighbours_cannotBeSet() {
        try (ReplicatedNavigableMap<Integer, Integer> map = filled(10)) {
            assertThatThrownBy(() -> map.firstEntry().setValue(1)).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void keySets_followTheMap() {
        try (ReplicatedNavigableMap<Integer, Integer> map = filled(50)) {
            NavigableSet<Integer> down = map.descendingKeySet();
            assertThat(down.first()).isEqualTo(49);
            assertThat(down.headSet(40, true)).hasSize(10);
            assertThat(map.keySet().descendingIterator().next()).isEqualTo(49);
            assertThat(down.pollFirst()).isEqualTo(49);
            assertThat(map).hasSize(49);
            assertThat(down.comparator().compare(1, 2)).isPositive();
            assertThat(map.comparator()).isNull();
        }
    }

    @Test
    void emptyMap_hasNoFirstKey() {
        try (ReplicatedNavigableMap<Integer, Integer> map = ReplicatedNavigableMap.create()) {
            assertThat(map.firstEntry()).isNull();
            assertThatThrownBy(map::firstKey).isInstanceOf(NoSuchElementException.class);
            assertThatThrownBy(map.keySet()::last).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    void keysThatCannotBeCompared_areRefusedAndChangeNothing() {
        try (ReplicatedNavigableMap<Object, Integer> map = ReplicatedNavigableMap.create()) {
            assertThatThrownBy(() -> map.put(new Object(), 1)).isInstanceOf(ClassCastException.class);
            Map<Object, Integer> mixed = new HashMap<>(Map.of(1, 1, "a", 2));
            assertThatThrownBy(() -> map.putAll(mixed)).isInstanceOf(ClassCastException.class);
            assertThat(map).isEmpty();
            map.put("a", 1);
            assertThatThrownBy(() -> map.putAll(Map.of(1, 1, 2, 2))).isInstanceOf(ClassCastException.class);
            assertThatThrownBy(() -> map.get(1)).isInstanceOf(ClassCastException.class);
            assertThat(map).isEqualTo(Map.of("a", 1));
        }
    }

    @Test
    void asynchronousWrites() throws Exception {
        try (ReplicatedNavigableMap<String, Integer> sorted = ReplicatedNavigableMap.create();
                ReplicatedMap<String, Integer> hashed = ReplicatedMap.create()) {
            assertThat(sorted.putAsync("a", 1).get(30, TimeUnit.SECONDS)).isNull();
            assertThat(sorted.removeAsync("a").get(30, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(hashed.putAsync("a", 1).get(30, TimeUnit.SECONDS)).isNull();
            assertThat(hashed.putAsync("a", 2).get(30, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(hashed.removeAsync("a").get(30, TimeUnit.SECONDS)).isEqualTo(2);
            assertThatThrownBy(() -> hashed.putAsync("a", null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> hashed.removeAsync(null)).isInstanceOf(NullPointerException.class);
        }
    }

    @Test
    void builder_refusesWhatNodeReplicatedRefuses() {
        assertThatThrownBy(() -> ReplicatedMap.builder().replicas(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ReplicatedMap.builder().logCapacity(3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ReplicatedMap.builder().logs(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("logs must be from 1 to 256: logs=0");
        assertThatThrownBy(() -> ReplicatedMap.builder().topology(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ReplicatedMap.builder().waitStrategy(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ReplicatedMap.builder().executor(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ReplicatedNavigableMap.builder(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("a comparator must not be null: order=null");
    }

    @Test
    void builder_usedTwice_buildsTwoMaps() {
        ReplicatedMap.Builder<String, Integer> builder =
                ReplicatedMap.<String, Integer>builder().replicas(2);
        try (ReplicatedMap<String, Integer> one = builder.build();
                ReplicatedMap<String, Integer> other = builder.build()) {
            one.put("a", 1);
            one.sync();
            assertThat(other).isEmpty();
            assertThat(one.replicas()).isEqualTo(2);
            assertThat(one.stats().logs().get(0).replicas()).hasSize(2);
        }
    }

    private static ReplicatedNavigableMap<Integer, Integer> filled(int count) {
        ReplicatedNavigableMap<Integer, Integer> map = ReplicatedNavigableMap.create();
        for (int i = 0; i < count; i++) {
            map.put(i, i);
        }
        return map;
    }
}
