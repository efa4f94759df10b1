package org.nr4j.kv;

import java.util.stream.Stream;

/** A form of map to test. */
record MapForm(boolean sorted, int replicas, int logCapacity) {
    static Stream<MapForm> all() {
        return Stream.of(
                new MapForm(false, 1, 1), new MapForm(false, 3, 1), new MapForm(true, 1, 1), new MapForm(true, 3, 1));
    }

    <K, V> MapBase<K, V> newMap() {
        return sorted ? built(ReplicatedNavigableMap.<K, V>builder()) : built(ReplicatedMap.<K, V>builder());
    }

    private <M> M built(ReplicatedMapBuilder<M> builder) {
        return builder.replicas(replicas).logCapacity(logCapacity).build();
    }

    static void close(MapBase<?, ?> map) {
        map.store.replicated.close();
    }

    @Override
    public String toString() {
        return (sorted ? "sorted" : "hashed") + " replicas=" + replicas;
    }
}
