package org.nr4j.kv.internal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.testing.Seeded;

public class SortedTableTest {
    private static final Comparator<Integer> NATURAL = Comparator.naturalOrder();

    @RegisterExtension
    final Seeded seeded = new Seeded();

    /** Against TreeMap: while it grows, shrinks to nothing, and grows again. */
    @ParameterizedTest
    @ValueSource(ints = {40, 3_000, 50_000})
    void randomOperations_answerAsTreeMapDoes(int keys) {
        RandomGenerator random = seeded.random();
        SortedTable<Integer, Integer> table = new SortedTable<>(NATURAL);
        TreeMap<Integer, Integer> model = new TreeMap<>();
        for (int n = 0; n < 120_000; n++) {
            int key = random.nextInt(keys);
            int removals = n / 20_000 % 2 == 0 ? 1 : 4;
            if (random.nextInt(5) < removals) {
                assertThat(table.remove(key)).isEqualTo(model.remove(key));
            } else {
                assertThat(table.put(key, n)).isEqualTo(model.put(key, n));
            }
            if (n % 500 == 0) {
                assertSame(table, model);
            }
            if (n % 100 == 0) {
                assertSameRange(table, model, randomRange(random, keys));
            }
        }
        for (Integer key : new ArrayList<>(model.keySet())) {
            assertThat(table.remove(key)).isEqualTo(model.remove(key));
        }
        assertSame(table, model);
    }

    @Test
    void removeAll_ranges_leavesWhatTreeMapLeaves() {
        RandomGenerator random = seeded.random();
        for (int n = 0; n < 200; n++) {
            SortedTable<Integer, Integer> table = new SortedTable<>(NATURAL);
            TreeMap<Integer, Integer> model = new TreeMap<>();
            for (int i = random.nextInt(2_000); i > 0; i--) {
                int key = random.nextInt(3_000);
                table.put(key, i);
                model.put(key, i);
            }
            MapRange<Integer> range = randomRange(random, 3_000);
            table.removeAll(range);
            view(model, range).clear();
            assertSame(table, model);
        }
    }

    @Test
    void ascendingKeys_fillTheNodes() {
        SortedTable<Integer, Integer> table = new SortedTable<>(NATURAL);
        for (int i = 0; i < 100_000; i++) {
            table.put(i, i);
        }
        assertThat(SortedTableCheck.leaves(table)).isLessThan(100_000 / 25);
    }

    @Test
    void copy_isIndependent() {
        SortedTable<Integer, Integer> table = new SortedTable<>(NATURAL);
        TreeMap<Integer, Integer> model = new TreeMap<>();
        for (int i = 0; i < 5_000; i++) {
            table.put(i, i);
            model.put(i, i);
        }
        SortedTable<Integer, Integer> copy = table.copy();
        for (int i = 0; i < 5_000; i += 3) {
            table.remove(i);
            table.put(i + 1, 0);
            table.put(10_000 + i, 0);
        }
        assertSame(copy, model);
        copy.put(1, 77);
        assertThat(table.get(1)).isZero();
    }

    @Test
    void comparatorThatDoesNotKnowItsKey_isRefused() {
        SortedTable<Integer, Integer> table = new SortedTable<>((a, b) -> 1);
        assertThatThrownBy(() -> table.put(1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a comparator must find a key equal to itself: key=1");
        assertThat(table.size()).isZero();
    }

    private static MapRange<Integer> randomRange(RandomGenerator random, int keys) {
        int low = random.nextInt(keys);
        int high = random.nextInt(4) == 0 ? low : random.nextInt(low, keys);
        return new MapRange<>(
                random.nextInt(4) == 0 ? null : low,
                random.nextBoolean(),
                random.nextInt(4) == 0 ? null : high,
                random.nextBoolean());
    }

    private static void assertSame(SortedTable<Integer, Integer> table, TreeMap<Integer, Integer> model) {
        SortedTableCheck.leaves(table);
        assertThat(table.size()).isEqualTo(model.size());
        assertThat(pairs(table.scan(MapRange.all(), false, Integer.MAX_VALUE))).isEqualTo(pairs(model));
        assertThat(pairs(table.scan(MapRange.all(), true, Integer.MAX_VALUE))).isEqualTo(pairs(model.descendingMap()));
    }

    private static void assertSameRange(
            SortedTable<Integer, Integer> table, TreeMap<Integer, Integer> model, MapRange<Integer> range) {
        NavigableMap<Integer, Integer> view = view(model, range);
        assertThat(table.count(range)).as("%s", range).isEqualTo(view.size());
        Object[] ascending = pairs(view);
        assertThat(pairs(table.scan(range, false, Integer.MAX_VALUE)))
                .as("%s", range)
                .isEqualTo(ascending);
        assertThat(pairs(table.scan(range, true, Integer.MAX_VALUE)))
                .as("%s", range)
                .isEqualTo(pairs(view.descendingMap()));
        int limit = view.size() / 2;
        assertThat(pairs(table.scan(range, false, limit))).isEqualTo(Arrays.copyOf(ascending, 2 * limit));
    }

    private static NavigableMap<Integer, Integer> view(TreeMap<Integer, Integer> model, MapRange<Integer> range) {
        if (range.isAll()) {
            return model;
        }
        if (range.low() == null) {
            return model.headMap(range.high(), range.highIncluded());
        }
        if (range.high() == null) {
            return model.tailMap(range.low(), range.lowIncluded());
        }
        return model.subMap(range.low(), range.lowIncluded(), range.high(), range.highIncluded());
    }

    private static Object[] pairs(MapChunk<Integer, Integer> chunk) {
        Object[] pairs = new Object[2 * chunk.size];
        for (int i = 0; i < chunk.size; i++) {
            pairs[2 * i] = chunk.key(i);
            pairs[2 * i + 1] = chunk.value(i);
        }
        return pairs;
    }

    private static Object[] pairs(Map<Integer, Integer> map) {
        List<Object> pairs = new ArrayList<>();
        map.forEach((key, value) -> {
            pairs.add(key);
            pairs.add(value);
        });
        return pairs.toArray();
    }
}
