package org.nr4j.cnr;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A {@link java.util.concurrent.ConcurrentMap} of which each replica is one concurrent hash map, shared by all logs.
 *
 * <pre>{@code
 * try (ConcurrentReplicatedMap<String, Integer> hits = ConcurrentReplicatedMap.create()) {
 *     hits.merge("home", 1, Integer::sum);
 * }
 * }</pre>
 *
 * <p>What is said of a {@link PartitionedMap} holds here, too, of keys, values, functions and iterators, and of what is linearizable. That one is as fast with maps that need not be concurrent; this one is for a concurrent map that is wanted for other reasons.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public final class ConcurrentReplicatedMap<K, V> extends MapOverLogs<K, V> {

    private ConcurrentReplicatedMap(ConcurrentNodeReplicated<Object, MapWrite<K, V>, @Nullable Object> replicated) {
        super(replicated);
    }

    /** An empty map with the defaults. */
    public static <K, V> ConcurrentReplicatedMap<K, V> create() {
        return ConcurrentReplicatedMap.<K, V>builder().build();
    }

    /** Starts building an empty map, whose replicas are {@link ConcurrentHashMap}s. */
    public static <K, V> LogMapBuilder<ConcurrentReplicatedMap<K, V>> builder() {
        return builder(ConcurrentHashMap::new);
    }

    /**
     * Starts building an empty map of another kind.
     *
     * @param maps makes one replica, empty; it must allow operations on different keys at once
     */
    public static <K, V> LogMapBuilder<ConcurrentReplicatedMap<K, V>> builder(
            Supplier<? extends ConcurrentMap<K, V>> maps) {
        return new LogMapBuilder<>(maps, logs -> 1, ConcurrentReplicatedMap::new);
    }
}
