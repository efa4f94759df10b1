package org.nr4j.kv;

import java.util.AbstractMap;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.NodeReplicated;
import org.nr4j.NrStats;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.kv.internal.map.MapStore;
import org.nr4j.kv.internal.map.RangeMap;
import org.nr4j.kv.internal.table.MapChange;
import org.nr4j.kv.internal.table.MapRange;
import org.nr4j.kv.internal.table.SortedTable;

/**
 * A replicated sorted map: a {@link java.util.concurrent.ConcurrentNavigableMap} with a replica on each NUMA node. It
 * replaces a {@code ConcurrentSkipListMap}.
 *
 * <pre>{@code
 * try (ReplicatedNavigableMap<Instant, String> events = ReplicatedNavigableMap.create()) {
 *     events.put(Instant.now(), "started");
 *     events.headMap(Instant.now().minusSeconds(60)).clear();       // one write
 *     events.lastEntry();
 * }
 * }</pre>
 *
 * <p>The rules of {@link ReplicatedMap} on keys and values, linearizable operations, functions and iterators hold here,
 * too. These things differ:
 *
 * <ul>
 *   <li>The map finds keys by their natural order, or by a comparator. The comparison runs inside the replicas. It must
 *       give the same result on each replica, must not use the map, and should be consistent with {@code equals}.
 *   <li>Iterators go in the order of the keys, or against it.
 *   <li>The neighbours of a key ({@code floorEntry} and the like), the ends, {@code pollFirstEntry} and
 *       {@code pollLastEntry} are linearizable. So is the size of a part of the map, in O(log n).
 *   <li>{@code clear} of a part is one write.
 *   <li>Entries that do not come from an iterator of {@code entrySet} are as they were at one instant, and cannot be
 *       set.
 * </ul>
 *
 * <p>Parts of the map, and the descending map, are live views. They refuse to put a key that is not in their range.
 *
 * <p><b>Not serializable.</b> A replicated map is a live object: it has replicas on nodes, logs, locks and waiting
 * threads. Serialize a copy: {@code new ConcurrentSkipListMap<>(map)}. {@code new TreeMap<>(map)} fails if another
 * thread writes to the map meanwhile, since it trusts {@code size}.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public final class ReplicatedNavigableMap<K, V> extends AbstractMap<K, V>
        implements ConcurrentNavigableMap<K, V>, AutoCloseable {
    private final MapStore<K, V> store;
    private final RangeMap<K, V> map;

    private ReplicatedNavigableMap(MapStore<K, V> store, @Nullable Comparator<? super K> order) {
        this.store = store;
        this.map = new RangeMap<>(store, order, MapRange.all(), /* descending= */ false);
    }

    /** Creates an empty map in the natural order of its keys, with the defaults: one replica for each node. */
    public static <K, V> ReplicatedNavigableMap<K, V> create() {
        return ReplicatedNavigableMap.<K, V>builder().build();
    }

    /** Creates an empty map in the order of a comparator, with the defaults: one replica for each node. */
    public static <K, V> ReplicatedNavigableMap<K, V> create(Comparator<? super K> order) {
        return ReplicatedNavigableMap.<K, V>builder(order).build();
    }

    /**
     * Starts building an empty map in the natural order of its keys. Operations throw {@link ClassCastException} if a
     * key is not {@link Comparable}.
     */
    public static <K, V> Builder<K, V> builder() {
        return new Builder<>(null);
    }

    /** Starts building an empty map in the order of a comparator. */
    public static <K, V> Builder<K, V> builder(Comparator<? super K> order) {
        return new Builder<>(Objects.requireNonNull(
                order, "a comparator must not be null: order=null; call builder() for the natural order"));
    }

    /**
     * Builds a {@link ReplicatedNavigableMap}. The map has one log. Its keys cannot be spread by hash codes: keys that
     * a comparator finds equal may have different hash codes.
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
                    MapStore.<K, V>builder(() -> new SortedTable<K, V>(RangeMap.orderOf(given)))
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

    // A method without a comment does the same as in ReplicatedMap.

    // ---- one key ----

    @Override
    public @Nullable V get(Object key) {
        return map.get(key);
    }

    @Override
    public boolean containsKey(Object key) {
        return map.containsKey(key);
    }

    @Override
    public @Nullable V put(K key, V value) {
        return map.put(key, value);
    }

    @Override
    public @Nullable V remove(Object key) {
        return map.remove(key);
    }

    @Override
    public @Nullable V putIfAbsent(K key, V value) {
        return map.putIfAbsent(key, value);
    }

    @Override
    public @Nullable V replace(K key, V value) {
        return map.replace(key, value);
    }

    @Override
    public boolean replace(K key, V oldValue, V newValue) {
        return map.replace(key, oldValue, newValue);
    }

    @Override
    public boolean remove(Object key, @Nullable Object value) {
        return map.remove(key, value);
    }

    // ---- functions ----

    @Override
    public @Nullable V computeIfAbsent(K key, Function<? super K, ? extends V> function) {
        return map.computeIfAbsent(key, function);
    }

    @Override
    public @Nullable V computeIfPresent(K key, BiFunction<? super K, ? super V, ? extends V> function) {
        return map.computeIfPresent(key, function);
    }

    @Override
    public @Nullable V compute(K key, BiFunction<? super K, ? super @Nullable V, ? extends V> function) {
        return map.compute(key, function);
    }

    @Override
    public @Nullable V merge(K key, V value, BiFunction<? super V, ? super V, ? extends V> function) {
        return map.merge(key, value, function);
    }

    @Override
    public void replaceAll(BiFunction<? super K, ? super V, ? extends V> function) {
        map.replaceAll(function);
    }

    // ---- the whole map ----

    @Override
    public int size() {
        return map.size();
    }

    @Override
    public void clear() {
        map.clear();
    }

    @Override
    public void putAll(Map<? extends K, ? extends V> entries) {
        map.putAll(entries);
    }

    @Override
    public void forEach(BiConsumer<? super K, ? super V> action) {
        map.forEach(action);
    }

    @Override
    public boolean containsValue(Object value) {
        return map.containsValue(value);
    }

    // ---- views ----

    /** Returns the keys, as a live view that supports removal, not {@code add}. Iterators are weakly consistent. */
    @Override
    public NavigableSet<K> keySet() {
        return map.keySet();
    }

    /** The same set as {@link #keySet}. */
    @Override
    public NavigableSet<K> navigableKeySet() {
        return map.navigableKeySet();
    }

    /** The keys in the other direction, as a live view. */
    @Override
    public NavigableSet<K> descendingKeySet() {
        return map.descendingKeySet();
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

    // ---- order ----

    /** The comparator, or null for the natural order. */
    @Override
    public @Nullable Comparator<? super K> comparator() {
        return map.comparator();
    }

    /** The entry with the lowest key, as it is at the call, or null. */
    @Override
    public Map.@Nullable Entry<K, V> firstEntry() {
        return map.firstEntry();
    }

    /** The entry with the highest key, as it is at the call, or null. */
    @Override
    public Map.@Nullable Entry<K, V> lastEntry() {
        return map.lastEntry();
    }

    /**
     * The lowest key.
     *
     * @throws java.util.NoSuchElementException if the map is empty
     */
    @Override
    public K firstKey() {
        return map.firstKey();
    }

    /**
     * The highest key.
     *
     * @throws java.util.NoSuchElementException if the map is empty
     */
    @Override
    public K lastKey() {
        return map.lastKey();
    }

    /** Removes the entry with the lowest key and returns it, or null. One write. */
    @Override
    public Map.@Nullable Entry<K, V> pollFirstEntry() {
        return map.pollFirstEntry();
    }

    /** Removes the entry with the highest key and returns it, or null. One write. */
    @Override
    public Map.@Nullable Entry<K, V> pollLastEntry() {
        return map.pollLastEntry();
    }

    /** The entry with the highest key less than {@code key}, as it is at the call, or null. */
    @Override
    public Map.@Nullable Entry<K, V> lowerEntry(K key) {
        return map.lowerEntry(key);
    }

    /** The highest key less than {@code key}, or null. */
    @Override
    public @Nullable K lowerKey(K key) {
        return map.lowerKey(key);
    }

    /** The entry with the highest key not greater than {@code key}, as it is at the call, or null. */
    @Override
    public Map.@Nullable Entry<K, V> floorEntry(K key) {
        return map.floorEntry(key);
    }

    /** The highest key not greater than {@code key}, or null. */
    @Override
    public @Nullable K floorKey(K key) {
        return map.floorKey(key);
    }

    /** The entry with the lowest key not less than {@code key}, as it is at the call, or null. */
    @Override
    public Map.@Nullable Entry<K, V> ceilingEntry(K key) {
        return map.ceilingEntry(key);
    }

    /** The lowest key not less than {@code key}, or null. */
    @Override
    public @Nullable K ceilingKey(K key) {
        return map.ceilingKey(key);
    }

    /** The entry with the lowest key greater than {@code key}, as it is at the call, or null. */
    @Override
    public Map.@Nullable Entry<K, V> higherEntry(K key) {
        return map.higherEntry(key);
    }

    /** The lowest key greater than {@code key}, or null. */
    @Override
    public @Nullable K higherKey(K key) {
        return map.higherKey(key);
    }

    // ---- parts ----

    /** The keys between two bounds, as a live view. */
    @Override
    public ConcurrentNavigableMap<K, V> subMap(K fromKey, boolean fromInclusive, K toKey, boolean toInclusive) {
        return map.subMap(fromKey, fromInclusive, toKey, toInclusive);
    }

    /** The keys up to a bound, as a live view. */
    @Override
    public ConcurrentNavigableMap<K, V> headMap(K toKey, boolean inclusive) {
        return map.headMap(toKey, inclusive);
    }

    /** The keys from a bound on, as a live view. */
    @Override
    public ConcurrentNavigableMap<K, V> tailMap(K fromKey, boolean inclusive) {
        return map.tailMap(fromKey, inclusive);
    }

    /** The keys from {@code fromKey}, inclusive, to {@code toKey}, exclusive, as a live view. */
    @Override
    public ConcurrentNavigableMap<K, V> subMap(K fromKey, K toKey) {
        return map.subMap(fromKey, toKey);
    }

    /** The keys less than {@code toKey}, as a live view. */
    @Override
    public ConcurrentNavigableMap<K, V> headMap(K toKey) {
        return map.headMap(toKey);
    }

    /** The keys not less than {@code fromKey}, as a live view. */
    @Override
    public ConcurrentNavigableMap<K, V> tailMap(K fromKey) {
        return map.tailMap(fromKey);
    }

    /** The same entries in the other direction, as a live view. */
    @Override
    public ConcurrentNavigableMap<K, V> descendingMap() {
        return map.descendingMap();
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

    /** See {@link NodeReplicated#stats}. */
    public NrStats stats() {
        return store.replicated().stats().logs().get(0);
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
