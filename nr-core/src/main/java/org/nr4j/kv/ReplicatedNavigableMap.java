package org.nr4j.kv;

import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.nr4j.NodeReplicated;
import org.nr4j.NrStats;
import org.nr4j.cnr.ConcurrentNodeReplicated;

/**
 * A replicated sorted map: a {@link java.util.concurrent.ConcurrentNavigableMap} with a replica on each NUMA node. Stands where a {@code ConcurrentSkipListMap} does.
 *
 * <pre>{@code
 * try (ReplicatedNavigableMap<Instant, String> events = ReplicatedNavigableMap.create()) {
 *     events.put(Instant.now(), "started");
 *     events.headMap(Instant.now().minusSeconds(60)).clear();       // one write
 *     events.lastEntry();
 * }
 * }</pre>
 *
 * <p>What {@link ReplicatedMap} says of keys and values, of what is linearizable, of functions, and of iterators holds here too, with these differences. Keys are found by their natural order or a comparator, which runs inside the
 * replicas: it must give the same on each, must not use the map, and should be consistent with {@code equals}. Iterators go in the order of the keys, or against it. The neighbours of a key
 * ({@code floorEntry} and the like), the ends, {@code pollFirstEntry} and {@code pollLastEntry}, and the size of a part of the map, in O(log n), are linearizable; {@code clear} of a part is one write. Entries that are not given by
 * an iterator of {@code entrySet} are as they were at one instant, and cannot be set.
 *
 * <p>Parts of the map and the descending map are live views. They refuse to put a key that is not in their range.
 *
 * <p><b>Not serializable.</b> A replicated map is a live object: it has replicas on nodes, logs, locks and waiting threads.
 * Serialize a copy: {@code new ConcurrentSkipListMap<>(map)}. {@code new TreeMap<>(map)} needs a map that nobody writes to
 * meanwhile, since it trusts {@code size}.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public final class ReplicatedNavigableMap<K, V> extends SortedMapBase<K, V> implements AutoCloseable {

    private ReplicatedNavigableMap(MapStore<K, V> store, @Nullable Comparator<? super K> order) {
        super(store, order, MapRange.all(), false);
    }

    /** An empty map in the natural order of its keys, with the defaults: one replica a node. */
    public static <K, V> ReplicatedNavigableMap<K, V> create() {
        return ReplicatedNavigableMap.<K, V>builder().build();
    }

    /** An empty map in the order of a comparator, with the defaults: one replica a node. */
    public static <K, V> ReplicatedNavigableMap<K, V> create(Comparator<? super K> order) {
        return ReplicatedNavigableMap.<K, V>builder(order).build();
    }

    /** Starts building an empty map in the natural order of its keys: they are {@link Comparable}, or operations throw {@link ClassCastException}. */
    public static <K, V> Builder<K, V> builder() {
        return new Builder<>(null);
    }

    /** Starts building an empty map in the order of a comparator. */
    public static <K, V> Builder<K, V> builder(Comparator<? super K> order) {
        return new Builder<>(Objects.requireNonNull(
                order, "a comparator must not be null: order=null; call builder() for the natural order"));
    }

    /**
     * Builds a {@link ReplicatedNavigableMap}. There is one log: keys that a comparator finds equal may have different hash codes, and keys that cannot be compared would not meet, so they cannot be spread over several.
     *
     * @param <K> the keys
     * @param <V> the values
     */
    public static final class Builder<K, V> extends ReplicatedMapBuilder<ReplicatedNavigableMap<K, V>, Builder<K, V>> {
        private final ConcurrentNodeReplicated.Builder<Object, MapChange<K, V>, @Nullable Object> options;
        private final @Nullable Comparator<? super K> given;

        private Builder(@Nullable Comparator<? super K> given) {
            this(
                    given,
                    MapStore.<K, V>builder(() -> new SortedTable<K, V>(orderOf(given)))
                            .logs(1));
        }

        private Builder(
                @Nullable Comparator<? super K> given,
                ConcurrentNodeReplicated.Builder<Object, MapChange<K, V>, @Nullable Object> options) {
            super(options);
            this.options = options;
            this.given = given;
        }

        @Override
        Builder<K, V> self() {
            return this;
        }

        @Override
        public ReplicatedNavigableMap<K, V> build() {
            return new ReplicatedNavigableMap<>(new MapStore<>(options.build()), given);
        }
    }

    /**
     * Puts, and does not wait for it; see {@link NodeReplicated#executeMutAsync}.
     *
     * @return the value the key had, or null
     * @throws NullPointerException if {@code key} or {@code value} is null
     */
    public CompletableFuture<@Nullable V> putAsync(K key, V value) {
        return store.writeAsync(new MapChange.Put<>(admit(key), requireValue(value)));
    }

    /**
     * Removes, and does not wait for it; see {@link NodeReplicated#executeMutAsync}.
     *
     * @return the value the key had, or null
     * @throws NullPointerException if {@code key} is null
     */
    public CompletableFuture<@Nullable V> removeAsync(K key) {
        return store.writeAsync(new MapChange.Remove<>(admit(key)));
    }

    /** How many replicas there are. */
    public int replicas() {
        return store.replicated.replicas();
    }

    /** See {@link NodeReplicated#sync}. */
    public void sync() {
        store.replicated.sync();
    }

    /** See {@link NodeReplicated#stats}. */
    public NrStats stats() {
        return store.replicated.stats().logs().get(0);
    }

    /** See {@link NodeReplicated#close}. Views and iterators end with the map. */
    @Override
    public void close() {
        store.replicated.close();
    }
}
