package org.nr4j.kv;

import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.nr4j.NrStats;
import org.nr4j.kv.internal.map.MapStore;

/** A form of map to test. */
record MapForm(boolean sorted, int replicas, int logCapacity, int logs) {
    /** With 8 logs, the keys 0 to 2 are of three of them. */
    static Stream<MapForm> all() {
        return Stream.of(
                new MapForm(false, 1, 1, 1),
                new MapForm(false, 3, 1, 1),
                new MapForm(true, 1, 1, 1),
                new MapForm(true, 3, 1, 1),
                new MapForm(false, 1, 1, 8),
                new MapForm(false, 2, 1, 8));
    }

    <K, V> ConcurrentMap<K, V> newMap() {
        return sorted
                ? built(ReplicatedNavigableMap.<K, V>builder())
                : built(ReplicatedMap.<K, V>builder().logs(logs));
    }

    private <M> M built(ReplicatedMapBuilder<M, ?> builder) {
        return builder.replicas(replicas).logCapacity(logCapacity).build();
    }

    /** The table behind a map. */
    static <K, V> MapStore<K, V> store(ConcurrentMap<K, V> map) {
        return map instanceof ReplicatedMap<K, V> hashed
                ? hashed.store()
                : ((ReplicatedNavigableMap<K, V>) map).store();
    }

    /** How many writes there have been, as far as each is of a log that the others are of, too. */
    static long written(ConcurrentMap<?, ?> map) {
        return MapForm.store(map).replicated().stats().logs().stream()
                .mapToLong(NrStats::index)
                .max()
                .orElseThrow();
    }

    static void close(ConcurrentMap<?, ?> map) {
        MapForm.store(map).replicated().close();
    }

    @Override
    public String toString() {
        return (sorted ? "sorted" : "hashed") + " replicas=" + replicas + " logs=" + logs;
    }
}
