package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.NrStats;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.table.MapTable;
import org.nr4j.testing.ConcurrentRun;

/**
 * Adds and removes replicas of the ready-made structures. Their copies are right, and share nothing that a write
 * changes.
 */
@Timeout(60)
class LivingStoresTest {
    private static final int WRITERS = 3;
    private static final int WRITES = 3_000;
    private static final int KEYS = 500;

    /** Each thread has keys of its own, so that the last value of each is known. */
    private static Map<Integer, Integer> writeWhileReplicasChange(
            IntUnaryOperator addReplica, IntConsumer removeReplica, BiConsumer<Integer, Integer> write)
            throws InterruptedException {
        Map<Integer, Integer> last = new ConcurrentHashMap<>();
        AtomicInteger writing = new AtomicInteger(WRITERS);
        AtomicInteger changes = new AtomicInteger();
        new ConcurrentRun()
                .threads(WRITERS, i -> {
                    SplittableRandom random = new SplittableRandom(i);
                    for (int n = 0; n < WRITES || changes.get() < 20; n++) {
                        int key = WRITERS * random.nextInt(KEYS) + i;
                        write.accept(key, n);
                        last.put(key, n);
                    }
                    writing.decrementAndGet();
                })
                .threads(1, i -> {
                    int added = addReplica.applyAsInt(0);
                    while (writing.get() > 0) {
                        int next = addReplica.applyAsInt(0);
                        removeReplica.accept(added);
                        added = next;
                        changes.incrementAndGet();
                    }
                })
                .run();
        return last;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void keyValueStore_replicasStayEqual(int logs) throws InterruptedException {
        try (KeyValueStore store = KeyValueStore.builder()
                .replicas(1)
                .logs(logs)
                .logCapacity(4)
                .fingerprints(true)
                .build()) {
            Map<Integer, Integer> last = writeWhileReplicasChange(
                    store::addReplica,
                    store::removeReplica,
                    (key, value) -> store.set(Keys.bytes("key" + key), Keys.bytes("value" + value)));
            store.replicated()
                    .verify((StoreReplica replica) ->
                            Fingerprint.of(replica.snapshot().countAndSum(null, null)));
            assertThat(store.size()).isEqualTo(last.size());
            last.forEach((key, value) ->
                    assertThat(Keys.text(store.get(Keys.bytes("key" + key)))).isEqualTo("value" + value));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void replicatedMap_replicasStayEqual(int logs) throws InterruptedException {
        try (var map = ReplicatedMap.<Integer, Integer>builder()
                .replicas(1)
                .logs(logs)
                .logCapacity(4)
                .build()) {
            assertReplicasStayEqual(map);
        }
    }

    @Test
    void replicatedNavigableMap_replicasStayEqual() throws InterruptedException {
        try (var map = ReplicatedNavigableMap.<Integer, Integer>builder()
                .replicas(1)
                .logCapacity(4)
                .build()) {
            assertReplicasStayEqual(map);
        }
    }

    private static void assertReplicasStayEqual(ConcurrentMap<Integer, Integer> map) throws InterruptedException {
        Map<Integer, Integer> last = writeWhileReplicasChange(
                MapForm.store(map).replicated()::addReplica, MapForm.store(map).replicated()::removeReplica, map::put);
        assertThat(map).isEqualTo(last);
        long written = MapForm.store(map).replicated().verify((MapTable<Integer, Integer> table) -> table.size());
        assertThat(written)
                .isEqualTo(MapForm.store(map).replicated().stats().logs().stream()
                        .mapToLong(NrStats::index)
                        .sum());
    }
}
