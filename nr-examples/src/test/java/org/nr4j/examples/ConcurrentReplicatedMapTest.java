package org.nr4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nr4j.examples.ConcurrentReplicatedMapExample.ConcurrentReplicatedMap;

@Timeout(60)
class ConcurrentReplicatedMapTest {
    private static final long SEED = 20261129;

    @ParameterizedTest
    @CsvSource({"1, 1", "4, 1", "4, 2"})
    void randomOperations_answerAsAHashMap(int logs, int replicas) {
        SplittableRandom random = new SplittableRandom(SEED);
        Map<Integer, Integer> expected = new HashMap<>();
        try (ConcurrentReplicatedMap<Integer, Integer> map = new ConcurrentReplicatedMap<>(logs, replicas)) {
            for (int n = 0; n < 2_000; n++) {
                int seed = random.nextInt();
                assertThat(apply(map, seed)).isEqualTo(apply(expected, seed));
                if (n % 100 == 0) {
                    assertThat(map).isEqualTo(expected).hasSameSizeAs(expected);
                    assertThat(map.keySet()).isEqualTo(expected.keySet());
                }
            }
            map.clear();
            assertThat(map).isEmpty();
        }
    }

    private static Object apply(Map<Integer, Integer> map, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int key = random.nextInt(12);
        int value = random.nextInt(3);
        switch (random.nextInt(11)) {
            case 0:
                return map.put(key, value);
            case 1:
                return map.putIfAbsent(key, value);
            case 2:
                return map.remove(key);
            case 3:
                return map.remove(key, value);
            case 4:
                return map.replace(key, value);
            case 5:
                return map.replace(key, value, value + 1);
            case 6:
                return map.merge(key, value, Integer::sum);
            case 7:
                return map.computeIfPresent(key, (k, old) -> old > 5 ? null : old + 1);
            case 8:
                map.putAll(Map.of(key, value, key + 1, value));
                return null;
            case 9:
                return map.containsKey(key);
            default:
                return map.get(key);
        }
    }

    @Test
    void mergeByManyThreads_losesNothing() throws InterruptedException {
        try (ConcurrentReplicatedMap<Integer, Integer> map = new ConcurrentReplicatedMap<>(4, 2)) {
            inThreads(4, () -> {
                for (int n = 0; n < 1_000; n++) {
                    map.merge(n % 5, 1, Integer::sum);
                }
            });
            assertThat(map.values().stream().mapToInt(each -> each).sum()).isEqualTo(4_000);
        }
    }

    @Test
    void putAllAndClear_areSeenWhole() throws InterruptedException {
        AtomicBoolean torn = new AtomicBoolean();
        AtomicInteger writers = new AtomicInteger(2);
        try (ConcurrentReplicatedMap<Integer, Integer> map = new ConcurrentReplicatedMap<>(4, 2)) {
            List<Thread> readers = started(2, () -> {
                while (writers.get() > 0) {
                    Map<Integer, Integer> copy = new HashMap<>(map);
                    boolean whole = (copy.isEmpty() || copy.size() == 8)
                            && Set.copyOf(copy.values()).size() <= 1;
                    if (!whole || map.size() % 8 != 0) {
                        torn.set(true);
                    }
                }
            });
            inThreads(2, () -> {
                try {
                    putAndClear(map);
                } finally {
                    writers.decrementAndGet();
                }
            });
            for (Thread reader : readers) {
                reader.join();
            }
            assertThat(torn).isFalse();
        }
    }

    private static void putAndClear(Map<Integer, Integer> map) {
        for (int n = 0; n < 300; n++) {
            Map<Integer, Integer> all = new HashMap<>();
            for (int key = 0; key < 8; key++) {
                all.put(key, n);
            }
            map.putAll(all);
            if (n % 5 == 0) {
                map.clear();
            }
        }
    }

    @Test
    void nullsAndWritesThroughViews_areRefused() {
        try (ConcurrentReplicatedMap<String, Integer> map = new ConcurrentReplicatedMap<>(2, 2)) {
            map.put("a", 1);
            assertThatThrownBy(() -> map.put(null, 1)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> map.put("b", null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> map.keySet().remove("a")).isInstanceOf(UnsupportedOperationException.class);
            assertThat(map).containsExactly(Map.entry("a", 1));
        }
    }

    private static void inThreads(int count, Runnable work) throws InterruptedException {
        for (Thread thread : started(count, work)) {
            thread.join();
        }
    }

    private static List<Thread> started(int count, Runnable work) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            threads.add(new Thread(work));
        }
        threads.forEach(Thread::start);
        return threads;
    }
}
