package org.nr4j.kv.internal.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.testing.Rounds;
import org.nr4j.testing.Seeded;

public class HashTableTest {
    @RegisterExtension
    final Seeded seeded = new Seeded();

    /** A key with a hash code of the test's choice. */
    private record Key(int id, int code) {
        @Override
        public int hashCode() {
            return code;
        }
    }

    /** Against HashMap, with keys that are spread well, badly, and not at all. */
    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, 50, 1})
    void randomOperations_answerAsHashMapDoes(int codes) {
        RandomGenerator random = seeded.random();
        HashTable<Key, Integer> table = new HashTable<>();
        Map<Key, Integer> model = new HashMap<>();
        int keys = codes == 1 ? 300 : 3_000;
        for (int n = 0; n < 40_000; n++) {
            int id = random.nextInt(keys);
            Key key = new Key(id, id * 31 % codes);
            boolean growing = n / 8_000 % 2 == 0;
            switch (random.nextInt(4)) {
                case 0 -> assertThat(table.get(key)).isEqualTo(model.get(key));
                case 1 -> assertThat(table.put(key, n)).isEqualTo(model.put(key, n));
                default -> {
                    if (growing) {
                        assertThat(table.put(key, n)).isEqualTo(model.put(key, n));
                    } else {
                        assertThat(table.remove(key)).isEqualTo(model.remove(key));
                    }
                }
            }
            assertThat(table.size()).isEqualTo(model.size());
        }
        assertThat(contents(table)).isEqualTo(model);
        table.clear();
        assertThat(contents(table)).isEmpty();
        assertThat(table.size()).isZero();
    }

    /** All hashes at the upper end: what does not fit behind the last home widens the table. */
    @Test
    void put_manyKeysInTheLastHomes_fitAll() {
        HashTable<Key, Integer> table = new HashTable<>();
        int last = codeWithHash(0xFFFF_FFFF);
        for (int i = 0; i < 200; i++) {
            table.put(new Key(i, last), i);
        }
        for (int i = 0; i < 200; i++) {
            assertThat(table.get(new Key(i, last))).isEqualTo(i);
        }
        for (int i = 0; i < 200; i++) {
            assertThat(table.remove(new Key(i, last))).isEqualTo(i);
        }
        assertThat(table.size()).isZero();
        assertThat(table.scan(0, 10).size).isZero();
    }

    /** The hash code that the table's mixing turns into a hash. */
    private static int codeWithHash(int hash) {
        int inverse = 0x9E3779B9;
        for (int i = 0; i < 5; i++) {
            inverse *= 2 - 0x9E3779B9 * inverse; // Newton's iteration, modulo 2^32
        }
        int mixed = hash * inverse;
        return mixed ^ (mixed >>> 16);
    }

    /** A scan in pieces, between which the table changes, grows and shrinks: what stays is given once. */
    @Rounds(20)
    void scan_whileTheTableChanges_givesWhatStaysExactlyOnce() {
        RandomGenerator random = seeded.random();
        HashTable<Integer, Integer> table = new HashTable<>();
        int staying = random.nextInt(1, 400);
        for (int i = 0; i < staying; i++) {
            table.put(i, i);
        }
        List<Integer> given = new ArrayList<>();
        int churn = 1_000;
        long position = 0;
        while (position < HashTable.END) {
            var chunk = table.scan(position, random.nextInt(1, 20));
            assertThat(chunk.next).isGreaterThan(position);
            position = chunk.next;
            for (int i = 0; i < chunk.size; i++) {
                given.add(chunk.key(i));
            }
            int many = random.nextInt(2_000);
            boolean add = random.nextBoolean();
            for (int i = 0; i < many; i++) {
                if (add) {
                    table.put(churn + i, i);
                } else {
                    table.remove(churn + i);
                }
            }
        }
        assertThat(given).doesNotHaveDuplicates();
        given.removeIf(key -> key >= churn);
        assertThat(given).hasSize(staying);
    }

    @Test
    void remove_mostEntries_shrinksTheTable() {
        HashTable<Integer, Integer> table = new HashTable<>();
        for (int i = 0; i < 100_000; i++) {
            table.put(i, i);
        }
        for (int i = 0; i < 99_990; i++) {
            table.remove(i);
        }
        assertThat(table.slots()).isLessThan(200);
        assertThat(contents(table)).hasSize(10);
    }

    @Test
    void copy_isIndependent() {
        HashTable<String, Integer> table = new HashTable<>();
        table.put("a", 1);
        table.put("b", 2);
        HashTable<String, Integer> copy = table.copy();
        table.put("a", 3);
        table.remove("b");
        assertThat(contents(copy)).isEqualTo(Map.of("a", 1, "b", 2));
        assertThat(contents(table)).isEqualTo(Map.of("a", 3));
    }

    private static Map<Object, Object> contents(HashTable<?, ?> table) {
        Map<Object, Object> contents = new HashMap<>();
        var chunk = table.scan(0, Integer.MAX_VALUE);
        assertThat(table.scan(chunk.next, Integer.MAX_VALUE).size).isZero();
        for (int i = 0; i < chunk.size; i++) {
            contents.put(chunk.key(i), chunk.value(i));
        }
        assertThat(contents).hasSize(chunk.size).hasSize(table.size());
        return contents;
    }
}
