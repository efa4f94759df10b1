package org.nr4j.kv;

import java.util.Map;
import java.util.Spliterator;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.nr4j.NodeReplicated;
import org.nr4j.NrStats;

/**
 * A replicated hash map: a {@link java.util.concurrent.ConcurrentMap} with a replica on each NUMA node. Stands where a {@code ConcurrentHashMap} does.
 *
 * <pre>{@code
 * try (ReplicatedMap<String, Integer> hits = ReplicatedMap.create()) {
 *     hits.merge("home", 1, Integer::sum);
 *     hits.get("home");
 * }
 * }</pre>
 *
 * <p><b>Keys and values</b> are shared by all replicas: they, and all they reach, must not change while they are in the map. Neither may be null. {@code hashCode} and {@code equals} of
 * keys run inside the replicas: they must give the same on each, and must not use the map, which gets an {@link IllegalStateException}. Keys of which many have the same
 * hash code make the map slow.
 *
 * <p><b>Linearizable</b> are all operations on one key, and {@code size}, {@code putAll} and {@code clear}. {@code compute}, {@code merge} and their like change a key atomically,
 * by a function that runs on the caller's thread and, if another thread changed the key meanwhile, once more: as in {@code ConcurrentSkipListMap}, and other than in {@code ConcurrentHashMap}. It may use
 * the map. {@code replaceAll}, and {@code removeIf}, {@code removeAll} and {@code retainAll} of the views, are so for each key by itself. What would surely change nothing (putIfAbsent of a key
 * that is there, and the like) is a read.
 *
 * <p><b>Iterators, spliterators</b>, and what is built on them ({@code forEach}, {@code containsValue}, {@code equals}, {@code hashCode}, {@code toString}), are weakly consistent: they go through the map in chunks, each of which is one read, and
 * never throw {@code ConcurrentModificationException}. An entry that is in the map throughout is given exactly once; one that is put or removed meanwhile may be given, or not. A value is
 * that of when its chunk was read.
 *
 * <p>Threads, progress and memory effects are those of {@link NodeReplicated}. A map is open until {@link #close}; after that, every operation throws {@link IllegalStateException}.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public final class ReplicatedMap<K, V> extends MapBase<K, V> implements AutoCloseable {
    private static final int KEYS = Spliterator.CONCURRENT | Spliterator.DISTINCT | Spliterator.NONNULL;

    private ReplicatedMap(MapStore<K, V> store) {
        super(store);
    }

    /** An empty map with the defaults: one replica a node. */
    public static <K, V> ReplicatedMap<K, V> create() {
        return ReplicatedMap.<K, V>builder().build();
    }

    /** Starts building an empty map. */
    public static <K, V> ReplicatedMapBuilder<ReplicatedMap<K, V>> builder() {
        return new ReplicatedMapBuilder<>(
                NodeReplicated.<Object, MapChange<K, V>, @Nullable Object>builder(HashTable<K, V>::new)
                        .copier((HashTable<K, V> table) -> table.copy()),
                replicated -> new ReplicatedMap<>(new MapStore<>(replicated)));
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

    /** How many entries there are, at one instant. */
    @Override
    public int size() {
        return store.size();
    }

    /** Removes everything, as one write. */
    @Override
    public void clear() {
        if (!isEmpty()) {
            store.write(new MapChange.Clear<>());
        }
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
        return store.replicated.stats();
    }

    /** See {@link NodeReplicated#close}. Views and iterators end with the map. */
    @Override
    public void close() {
        store.replicated.close();
    }

    @Override
    boolean covers(Object key) {
        return true;
    }

    @Override
    void checkComparable(Object[] pairs) {}

    @Override
    MapCursor<K, V> cursor() {
        return new MapCursor.Hashed<>(store);
    }

    @Override
    MapSpliterator.Traits<K> keyTraits() {
        return MapSpliterator.Traits.of(KEYS);
    }

    @Override
    MapSpliterator.Traits<Map.Entry<K, V>> entryTraits() {
        return MapSpliterator.Traits.of(KEYS);
    }

    @Override
    String rangeText() {
        return "all";
    }
}
