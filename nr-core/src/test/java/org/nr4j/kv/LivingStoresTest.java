package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nr4j.NodeReplicated;
import org.nr4j.kv.internal.StoreReplica;
import org.nr4j.testing.ConcurrentRun;

/** The ready-made structures while replicas are added and removed: their copies are right, and share nothing that a write changes. */
@Timeout(60)
class LivingStoresTest {
    private static final int WRITERS = 3;
    private static final int WRITES = 3_000;
    private static final int KEYS = 500;

    /** Each thread has keys of its own, so that the last value of each is known. */
    private static Map<Integer, Integer> writeWhileReplicasChange(
            NodeReplicated<?, ?, ?> replicated, BiConsumer<Integer, Integer> write) throws InterruptedException {
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
                    int added = replicated.addReplica(0);
                    while (writing.get() > 0) {
                        int next = replicated.addReplica(0);
                        replicated.removeReplica(added);
                        added = next;
                        changes.incrementAndGet();
                    }
                })
                .run();
        replicated.sync();
        return last;
    }

    @Test
    void keyValueStore_replicasStayEqual() throws InterruptedException {
        try (KeyValueStore store = KeyValueStore.builder()
                .replicas(1)
                .logCapacity(4)
                .fingerprints(true)
                .build()) {
            Map<Integer, Integer> last = writeWhileReplicasChange(
                    store.replicated(),
                    (key, value) -> store.set(Keys.bytes("key" + key), Keys.bytes("value" + value)));
            store.replicated()
                    .verify((StoreReplica replica) ->
                            Fingerprint.of(replica.snapshot().countAndSum(null, null)));
            assertThat(store.size()).isEqualTo(last.size());
            last.forEach((key, value) ->
                    assertThat(Keys.text(store.get(Keys.bytes("key" + key)))).isEqualTo("value" + value));
        }
    }

    @Test
    void replicatedMap_replicasStayEqual() throws InterruptedException {
        try (var map = ReplicatedMap.<Integer, Integer>builder()
                .replicas(1)
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

    private static void assertReplicasStayEqual(MapBase<Integer, Integer> map) throws InterruptedException {
        Map<Integer, Integer> last = writeWhileReplicasChange(map.store.replicated, map::put);
        assertThat(map).isEqualTo(last);
        assertThat(map.store.replicated.verify((MapTable<Integer, Integer> table) -> table.size()))
                .isEqualTo(map.store.replicated.index());
    }
}
