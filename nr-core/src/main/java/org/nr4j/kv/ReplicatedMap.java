package org.nr4j.kv;

import java.util.AbstractMap;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.NodeReplicated;
import org.nr4j.cnr.CnrStats;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.kv.internal.file.Limits;
import org.nr4j.kv.internal.map.HashedMap;
import org.nr4j.kv.internal.map.MapStore;
import org.nr4j.kv.internal.table.HashParts;
import org.nr4j.kv.internal.table.HashTable;
import org.nr4j.kv.internal.table.MapChange;
import org.nr4j.kv.internal.table.MapTable;

/**
 * A replicated hash map: a {@link java.util.concurrent.ConcurrentMap} with a replica on each NUMA node. It replaces a
 * {@code ConcurrentHashMap}.
 *
 * <pre>{@code
 * try (ReplicatedMap<String, Integer> hits = ReplicatedMap.create()) {
 *     hits.merge("home", 1, Integer::sum);
 *     hits.get("home");
 * }
 * }</pre>
 *
 * <p><b>Keys and values</b> are shared by all replicas. They, and everything they refer to, must not change while they
 * are in the map. Neither may be null. {@code hashCode} and {@code equals} of keys run inside the replicas. They must
 * give the same result on each replica. They must not use the map: such a call throws {@link IllegalStateException},
 * except inside a {@code get}, where it may go unnoticed. Many keys with the same hash code make the map slow.
 *
 * <p>A {@code get} may run beside a write. It may then pass null to {@code equals} or a comparator. The map drops the
 * result of such a get, even an exception, and repeats the get ({@link org.nr4j.Dispatch#isOptimistic}).
 *
 * <p><b>Linearizable</b> are all operations on one key, and {@code size}, {@code putAll} and {@code clear}.
 * {@code compute}, {@code merge} and the like change a key atomically. Their function runs on the caller's thread, and
 * may use the map. It runs again if another thread has changed the key meanwhile, as in {@code ConcurrentSkipListMap},
 * but unlike {@code ConcurrentHashMap}.
 *
 * <p>{@code replaceAll}, and {@code removeIf}, {@code removeAll} and {@code retainAll} of the views, are atomic for
 * each key. An operation that would certainly change nothing is a read.
 *
 * <p><b>Iterators and spliterators</b> are weakly consistent. So are {@code forEach}, {@code containsValue},
 * {@code equals}, {@code hashCode} and {@code toString}, which use them. An iterator walks the map in chunks; each
 * chunk is one read. It never throws {@code ConcurrentModificationException}. It returns an entry that is in the map
 * throughout exactly once. It may miss an entry that is put or removed meanwhile. A value is as it was when its chunk
 * was read.
 *
 * <p>Threads, progress and memory effects are those of {@link NodeReplicated}. After {@link #close}, every operation
 * throws {@link IllegalStateException}.
 *
 * <p><b>Not serializable.</b> A replicated map is a live object: it has replicas on nodes, logs, locks and waiting
 * threads. Serialize a copy: {@code new HashMap<>(map)}.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public final class ReplicatedMap<K, V> extends AbstractMap<K, V> implements ConcurrentMap<K, V>, AutoCloseable {
    private final MapStore<K, V> store;
    private final HashedMap<K, V> map;

    private ReplicatedMap(MapStore<K, V> store) {
        this.store = store;
        this.map = new HashedMap<>(store);
    }

    /** Creates an empty map with the defaults: one replica for each node. */
    public static <K, V> ReplicatedMap<K, V> create() {
        return ReplicatedMap.<K, V>builder().build();
    }

    /** Starts building an empty map. */
    public static <K, V> Builder<K, V> builder() {
        return new Builder<>();
    }

    /**
     * Builds a {@link ReplicatedMap}.
     *
     * @param <K> the keys
     * @param <V> the values
     */
    public static final class Builder<K, V> extends ReplicatedMapBuilder<ReplicatedMap<K, V>, Builder<K, V>> {
        private static final int MOST_LOGS = 256;

        private final Options<K, V> options;

        private Builder() {
            this(new Options<>());
        }

        private Builder(Options<K, V> options) {
            super(options.builder);
            this.options = options;
        }

        /**
         * Sets the number of logs; by default one. Keys are spread over the logs by their hash codes, and writes to
         * keys of different logs run in parallel. The cost of an operation on one key does not depend on the number of
         * logs. {@code size}, {@code clear} and {@code putAll} cost more with more logs. With several logs,
         * {@code hashCode} of a key also runs on the caller's thread.
         *
         * @throws IllegalArgumentException if not from 1 to 256
         */
        public Builder<K, V> logs(int logs) {
            options.logs = Limits.requireFromTo("logs", logs, MOST_LOGS);
            return this;
        }

        @Override
        Builder<K, V> self() {
            return this;
        }

        @Override
        public ReplicatedMap<K, V> build() {
            return new ReplicatedMap<>(
                    new MapStore<>(options.builder.logs(options.logs).build()));
        }

        /** The options of a builder. The tables that it builds look up the number of logs. */
        private static final class Options<K, V> {
            private int logs = 1;
            private final ConcurrentNodeReplicated.Builder<Object, MapChange<K, V>, @Nullable Object> builder =
                    MapStore.builder(this::newTable);

            private MapTable<K, V> newTable() {
                return logs == 1 ? new HashTable<>() : new HashParts<>(logs);
            }
        }
    }

    // ---- one key ----

    /**
     * Returns the value of a key, or null if it has none. One read: it sees every write that returned before this call.
     *
     * @throws NullPointerException if {@code key} is null
     */
    @Override
    public @Nullable V get(Object key) {
        return map.get(key);
    }

    /**
     * Whether a key has a value.
     *
     * @throws NullPointerException if {@code key} is null
     */
    @Override
    public boolean containsKey(Object key) {
        return map.containsKey(key);
    }

    /**
     * Sets the value of a key. If the key exists, the map keeps its own key object, as {@code HashMap} does.
     *
     * @return the value the key had, or null
     * @throws NullPointerException if {@code key} or {@code value} is null
     */
    @Override
    public @Nullable V put(K key, V value) {
        return map.put(key, value);
    }

    /**
     * Removes a key.
     *
     * @return the value the key had, or null
     * @throws NullPointerException if {@code key} is null
     */
    @Override
    public @Nullable V remove(Object key) {
        return map.remove(key);
    }

    /**
     * Sets the value of a key if it has none. Only a read if the key has a value.
     *
     * @return the value the key has already, or null
     */
    @Override
    public @Nullable V putIfAbsent(K key, V value) {
        return map.putIfAbsent(key, value);
    }

    /**
     * Replaces the value of a key that has one. Only a read if the key has none.
     *
     * @return the value the key had, or null
     */
    @Override
    public @Nullable V replace(K key, V value) {
        return map.replace(key, value);
    }

    /**
     * Replaces the value of a key if it equals {@code oldValue}. Only a read if they differ.
     *
     * <p>{@code equals} runs on the caller's thread, with each value found.
     */
    @Override
    public boolean replace(K key, V oldValue, V newValue) {
        return map.replace(key, oldValue, newValue);
    }

    /**
     * Removes a key if its value equals {@code value}. Only a read if they differ.
     *
     * <p>{@code equals} runs on the caller's thread, with each value found.
     */
    @Override
    public boolean remove(Object key, @Nullable Object value) {
        return map.remove(key, value);
    }

    // ---- functions ----

    /**
     * Sets the value of a key that has none to the computed one. Only a read if the key has a value.
     *
     * <p>The function runs at most once, on the caller's thread. The map drops its result if it is null, or if another
     * thread has set the key's value meanwhile.
     *
     * @return the value the key has then, or null
     */
    @Override
    public @Nullable V computeIfAbsent(K key, Function<? super K, ? extends V> function) {
        return map.computeIfAbsent(key, function);
    }

    /**
     * Replaces the value of a key that has one by the value computed from it, or removes the key if that is null.
     *
     * <p>The function runs as in {@link #compute}.
     *
     * @return the new value, or null
     */
    @Override
    public @Nullable V computeIfPresent(K key, BiFunction<? super K, ? super V, ? extends V> function) {
        return map.computeIfPresent(key, function);
    }

    /**
     * Sets the value of a key to the value computed from it, or removes the key if that is null. The function gets null
     * if the key has no value.
     *
     * <p>The function runs on the caller's thread, outside the map. If the key's value changes meanwhile, the function
     * runs again with the new value. So it should have no side effects. One run makes the change, atomically. If the
     * function throws, the exception reaches the caller, and the map stays as it is.
     *
     * <p>The function may use the map. A function that changes its own key in each run is called for ever.
     *
     * @return the new value, or null
     */
    @Override
    public @Nullable V compute(K key, BiFunction<? super K, ? super @Nullable V, ? extends V> function) {
        return map.compute(key, function);
    }

    /**
     * Sets the value of a key that has none to {@code value}. Otherwise sets it to the value computed from the two, or
     * removes the key if that is null. The function runs as in {@link #compute}.
     *
     * @return the new value, or null
     */
    @Override
    public @Nullable V merge(K key, V value, BiFunction<? super V, ? super V, ? extends V> function) {
        return map.merge(key, value, function);
    }

    /**
     * Sets each value to the value computed from it, one key after the other. A key removed meanwhile stays removed.
     * For each key, the function runs as in {@link #compute}.
     */
    @Override
    public void replaceAll(BiFunction<? super K, ? super V, ? extends V> function) {
        map.replaceAll(function);
    }

    // ---- the whole map ----

    /** Returns the number of entries at one instant. */
    @Override
    public int size() {
        return map.size();
    }

    /** Removes everything, as one write. */
    @Override
    public void clear() {
        map.clear();
    }

    /**
     * Puts all entries as one write. No read sees some of them without the others.
     *
     * <p>A large argument is one entry of the log. While a replica applies it, the replica's other operations wait.
     * Split a large argument if this matters more than being atomic.
     *
     * @throws NullPointerException if {@code entries}, or a key or value in it, is null; then nothing is put
     */
    @Override
    public void putAll(Map<? extends K, ? extends V> entries) {
        map.putAll(entries);
    }

    /** Calls an action for each entry that an iterator returns. */
    @Override
    public void forEach(BiConsumer<? super K, ? super V> action) {
        map.forEach(action);
    }

    /** Whether a key has this value. Walks through the map as an iterator does. */
    @Override
    public boolean containsValue(Object value) {
        return map.containsValue(value);
    }

    // ---- views ----

    /** Returns the keys, as a live view that supports removal, not {@code add}. Iterators are weakly consistent. */
    @Override
    public Set<K> keySet() {
        return map.keySet();
    }

    /** Returns the values, as a live view that supports removal, not {@code add}. Iterators are weakly consistent. */
    @Override
    public Collection<V> values() {
        return map.values();
    }

    /**
     * Returns the entries, as a live view. Iterators are weakly consistent. {@code setValue} of an entry from an
     * iterator puts the value into the map.
     */
    @Override
    public Set<Map.Entry<K, V>> entrySet() {
        return map.entrySet();
    }

    // ---- without waiting ----

    /**
     * Puts a value without waiting; see {@link NodeReplicated#executeMutAsync}.
     *
     * @return a future of the value the key had, or null
     * @throws NullPointerException if {@code key} or {@code value} is null
     */
    public CompletableFuture<@Nullable V> putAsync(K key, V value) {
        return map.putAsync(key, value);
    }

    /**
     * Removes a key without waiting; see {@link NodeReplicated#executeMutAsync}.
     *
     * @return a future of the value the key had, or null
     * @throws NullPointerException if {@code key} is null
     */
    public CompletableFuture<@Nullable V> removeAsync(K key) {
        return map.removeAsync(key);
    }

    // ---- the instance ----

    /** Returns the number of replicas. */
    public int replicas() {
        return store.replicated().replicas();
    }

    /** See {@link NodeReplicated#sync}. */
    public void sync() {
        store.replicated().sync();
    }

    /** See {@link ConcurrentNodeReplicated#stats}. */
    public CnrStats stats() {
        return store.replicated().stats();
    }

    /** See {@link NodeReplicated#close}. Views and iterators end with the map. */
    @Override
    public void close() {
        store.replicated().close();
    }

    /** For tests. */
    MapStore<K, V> store() {
        return store;
    }
}
