package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.Seeded;

/**
 * Runs gets beside writes, on pages and arrays that grow, split, merge and are copied meanwhile. A get answers with a
 * value that its key had at some time, or with nothing, and throws nothing. A value names its key and has any length,
 * so half a value is recognised. Every fifth key stays from beginning to end.
 */
class OptimisticGetsTest {
    private static final int KEYS = 500;
    private static final int STAYS = 5;
    private static final int WRITES = 30_000;
    private static final int LARGE = 5_000;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void store(int replicas) throws InterruptedException {
        try (KeyValueStore store =
                KeyValueStore.builder().replicas(replicas).logCapacity(4).build()) {
            for (int key = 0; key < KEYS; key += STAYS) {
                store.set(bytes(key), value(key, 0));
            }
            RandomGenerator random = seeded.random(0);
            beside(
                    n -> {
                        int key = random.nextInt(KEYS);
                        int before = key - key % STAYS;
                        switch (random.nextInt(8)) {
                            case 0, 1 ->
                                store.removeRange(KeyRange.above(bytes(before)).below(bytes(before + STAYS)));
                            case 2 -> store.set(bytes(key), value(key, random.nextInt(LARGE)));
                            case 3 -> store.snapshot();
                            default -> store.set(bytes(key), value(key, random.nextInt(40)));
                        }
                    },
                    key -> {
                        byte[] value = store.get(bytes(key));
                        return value == null ? key % STAYS != 0 : isValueOf(key, value);
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void hashedMap(int replicas) throws InterruptedException {
        try (ReplicatedMap<Integer, String> map = ReplicatedMap.<Integer, String>builder()
                .replicas(replicas)
                .logCapacity(4)
                .build()) {
            map(map);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void sortedMap(int replicas) throws InterruptedException {
        try (ReplicatedNavigableMap<Integer, String> map = ReplicatedNavigableMap.<Integer, String>builder()
                .replicas(replicas)
                .logCapacity(4)
                .build()) {
            map(map);
        }
    }

    private void map(ConcurrentMap<Integer, String> map) throws InterruptedException {
        for (int key = 0; key < KEYS; key += STAYS) {
            map.put(key, Integer.toString(key));
        }
        RandomGenerator random = seeded.random(0);
        beside(
                n -> {
                    int key = random.nextInt(KEYS);
                    if (n % 1000 == 0) {
                        map.keySet().removeIf(each -> each % STAYS != 0);
                    } else if (key % STAYS != 0 && random.nextBoolean()) {
                        map.remove(key);
                    } else {
                        map.put(key, Integer.toString(key));
                    }
                },
                key -> {
                    String value = map.get(key);
                    return value == null ? key % STAYS != 0 : value.equals(Integer.toString(key));
                });
    }

    /** One writer, and two readers for as long as it writes; a read says whether what it read is right. */
    private void beside(IntConsumer write, IntPredicate read) throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        new ConcurrentRun()
                .threads(1, i -> {
                    try {
                        for (int n = 0; n < WRITES; n++) {
                            write.accept(n);
                        }
                    } finally {
                        over.set(true);
                    }
                })
                .threads(2, i -> {
                    RandomGenerator random = seeded.random(1 + i);
                    while (!over.get()) {
                        int key = random.nextInt(KEYS);
                        assertThat(read.test(key)).as("key " + key).isTrue();
                    }
                })
                .deadline(Duration.ofSeconds(60))
                .run();
    }

    private static byte[] bytes(int key) {
        return ByteBuffer.allocate(4).putInt(key).array();
    }

    /** Its key, its length, and then the same byte all over, which both give. */
    private static byte[] value(int key, int length) {
        byte[] value = new byte[8 + length];
        Arrays.fill(value, (byte) (31 * key + length));
        ByteBuffer.wrap(value).putInt(key).putInt(length);
        return value;
    }

    private static boolean isValueOf(int key, byte[] value) {
        return Arrays.equals(value, value(key, ByteBuffer.wrap(value).getInt(4)));
    }
}
