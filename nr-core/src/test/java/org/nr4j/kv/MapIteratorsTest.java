package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.Seeded;

/** Tests iterators while other threads put and remove so much that the tables grow and shrink. */
@ParameterizedClass(name = "{0}")
@MethodSource("forms")
class MapIteratorsTest {
    private static final int STAYING = 1_000;
    private static final int ROUNDS = 30;

    @Parameter
    MapForm form;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    static Stream<MapForm> forms() {
        return MapForm.all();
    }

    @Test
    void iterators_underChange_giveWhatStaysExactlyOnce() throws InterruptedException {
        whileOthersChange(map -> {
            List<Integer> given = new ArrayList<>();
            for (Map.Entry<Integer, Integer> entry : map.entrySet()) {
                assertThat(entry.getValue()).isEqualTo(entry.getKey());
                given.add(entry.getKey());
            }
            return given;
        });
    }

    @Test
    void spliterators_underChange_giveWhatStaysExactlyOnce() throws InterruptedException {
        whileOthersChange(map -> map.keySet().parallelStream().toList());
    }

    @Test
    void descendingIterators_underChange_giveWhatStaysExactlyOnce() throws InterruptedException {
        if (form.sorted()) {
            whileOthersChange(map -> {
                List<Integer> given = new ArrayList<>(
                        ((NavigableMap<Integer, Integer>) map).descendingMap().values());
                Collections.reverse(given);
                return given;
            });
        }
    }

    /** Removing through iterators by several threads at once: each removal goes to the key that was given. */
    @Test
    void remove_byIteratorsOfSeveralThreads_emptiesTheMap() throws InterruptedException {
        ConcurrentMap<Integer, Integer> map = form.newMap();
        for (int i = 0; i < STAYING; i++) {
            map.put(i, i);
        }
        new ConcurrentRun()
                .threads(3, thread -> {
                    Iterator<Integer> iterator = map.keySet().iterator();
                    while (iterator.hasNext()) {
                        if (iterator.next() % 10 != 0) {
                            iterator.remove();
                        }
                    }
                })
                .run();
        assertThat(map).hasSize(STAYING / 10);
        MapReplicas.assertEqual(map);
        MapForm.close(map);
    }

    /** Keys from 0 on, those divisible by 10, stay; the others come and go. */
    private void whileOthersChange(Function<Map<Integer, Integer>, List<Integer>> walk) throws InterruptedException {
        ConcurrentMap<Integer, Integer> map = form.newMap();
        for (int i = 0; i < STAYING; i++) {
            map.put(10 * i, 10 * i);
        }
        AtomicBoolean done = new AtomicBoolean();
        new ConcurrentRun()
                .threads(2, thread -> churn(map, seeded.random(thread), done))
                .threads(2, thread -> {
                    try {
                        for (int round = 0; round < ROUNDS; round++) {
                            List<Integer> given = walk.apply(map);
                            assertThat(given).doesNotHaveDuplicates();
                            assertThat(given.stream().filter(key -> key % 10 == 0))
                                    .hasSize(STAYING);
                            if (form.sorted()) {
                                assertThat(given).isSorted();
                            }
                        }
                    } finally {
                        done.set(true);
                    }
                })
                .run();
        MapReplicas.assertEqual(map);
        MapForm.close(map);
    }

    private static void churn(Map<Integer, Integer> map, RandomGenerator random, AtomicBoolean done) {
        while (!done.get()) {
            int many = random.nextInt(1, 6_000);
            boolean add = random.nextBoolean();
            for (int i = 0; i < many && !done.get(); i++) {
                int key = 10 * random.nextInt(2 * STAYING) + random.nextInt(1, 10);
                if (add) {
                    map.put(key, key);
                } else {
                    map.remove(key);
                }
            }
        }
    }
}
