package org.nr4j.kv.internal.map;

import java.util.AbstractMap;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.Spliterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.table.MapChange;
import org.nr4j.kv.internal.table.MapChunk;
import org.nr4j.kv.internal.views.EntriesView;
import org.nr4j.kv.internal.views.KeysView;
import org.nr4j.kv.internal.views.MapWalk;
import org.nr4j.kv.internal.views.ValuesView;

/**
 * The common base of hashed maps, sorted maps and parts of these: {@link ConcurrentMap} over a {@link MapStore}. The
 * public maps specify the promises of each method.
 *
 * <p>A function from the caller runs on the caller's thread, outside every operation. It computes a new value from the
 * value seen. A compareAndSet then sets the new value, or returns another value that it found instead. In that case the
 * function runs again.
 *
 * <p>So the replicas run no user code except {@code hashCode}, {@code equals} or {@code compare} of keys. A function
 * may do anything, even use the map. A function that blocks makes no other thread wait.
 */
public abstract class MapBase<K, V> extends AbstractMap<K, V> implements ConcurrentMap<K, V> {
    final MapStore<K, V> store;

    MapBase(MapStore<K, V> store) {
        this.store = store;
    }

    /** Whether a key can be in this map. False only for a key outside a part of a map. The key is not null. */
    abstract boolean covers(Object key);

    /**
     * Throws if {@link #putAll} cannot put these keys.
     *
     * @param pairs alternating keys and values
     */
    abstract void checkComparable(Object[] pairs);

    abstract MapCursor<K, V> cursor();

    /** Returns the traits of a spliterator over the keys. Those of a spliterator over the values follow from them. */
    abstract MapSpliterator.Traits<K> keyTraits();

    abstract MapSpliterator.Traits<Map.Entry<K, V>> entryTraits();

    // ---- one key ----

    @Override
    public @Nullable V get(Object key) {
        requireKey(key);
        return covers(key) ? store.get(key) : null;
    }

    @Override
    public boolean containsKey(Object key) {
        return get(key) != null;
    }

    @Override
    public @Nullable V put(K key, V value) {
        admit(key);
        return store.write(new MapChange.Put<>(key, requireValue(value)));
    }

    @Override
    public @Nullable V remove(Object key) {
        requireKey(key);
        return covers(key) ? store.remove(key) : null;
    }

    @Override
    public @Nullable V putIfAbsent(K key, V value) {
        admit(key);
        requireValue(value);
        V seen = store.get(key);
        return seen != null ? seen : store.compareAndSet(key, null, value);
    }

    @Override
    public @Nullable V replace(K key, V value) {
        requireKey(key);
        requireValue(value);
        return covers(key) && store.get(key) != null ? store.write(new MapChange.Replace<>(key, value)) : null;
    }

    @Override
    public boolean replace(K key, V oldValue, V newValue) {
        requireKey(key);
        requireValue(oldValue);
        requireValue(newValue);
        return covers(key) && setIfEqual(key, oldValue, newValue);
    }

    @Override
    @SuppressWarnings("unchecked") // the key is only compared
    public boolean remove(Object key, @Nullable Object value) {
        requireKey(key);
        return value != null && covers(key) && setIfEqual((K) key, value, null);
    }

    private boolean setIfEqual(K key, Object expected, @Nullable V next) {
        V seen = store.get(key);
        while (seen != null && (seen == expected || expected.equals(seen))) {
            V found = store.compareAndSet(key, seen, next);
            if (found == seen) {
                return true;
            }
            seen = found;
        }
        return false;
    }

    // ---- without waiting ----

    /** Puts a value without waiting. */
    public final CompletableFuture<@Nullable V> putAsync(K key, V value) {
        return store.writeAsync(new MapChange.Put<>(admit(key), requireValue(value)));
    }

    /** Removes a key without waiting. */
    public final CompletableFuture<@Nullable V> removeAsync(K key) {
        return store.writeAsync(new MapChange.Remove<>(admit(key)));
    }

    // ---- functions ----

    @Override
    public @Nullable V computeIfAbsent(K key, Function<? super K, ? extends V> function) {
        requireKey(key);
        requireFunction(function);
        if (!covers(key)) {
            return admitNothing(key, function.apply(key));
        }
        V seen = store.get(key);
        if (seen != null) {
            return seen;
        }
        V next = function.apply(key);
        if (next == null) {
            return null;
        }
        V found = store.compareAndSet(key, null, next);
        return found == null ? next : found;
    }

    @Override
    public @Nullable V computeIfPresent(K key, BiFunction<? super K, ? super V, ? extends V> function) {
        requireKey(key);
        requireFunction(function);
        V seen = covers(key) ? store.get(key) : null;
        while (seen != null) {
            V next = function.apply(key, seen);
            V found = set(key, seen, next);
            if (found == seen) {
                return next;
            }
            seen = found;
        }
        return null;
    }

    @Override
    public @Nullable V compute(K key, BiFunction<? super K, ? super @Nullable V, ? extends V> function) {
        requireKey(key);
        requireFunction(function);
        if (!covers(key)) {
            return admitNothing(key, function.apply(key, null));
        }
        V seen = store.get(key);
        while (true) {
            V next = function.apply(key, seen);
            V found = set(key, seen, next);
            if (found == seen) {
                return next;
            }
            seen = found;
        }
    }

    @Override
    public @Nullable V merge(K key, V value, BiFunction<? super V, ? super V, ? extends V> function) {
        admit(key);
        requireValue(value);
        requireFunction(function);
        V seen = store.get(key);
        while (true) {
            V next = seen == null ? value : function.apply(seen, value);
            V found = set(key, seen, next);
            if (found == seen) {
                return next;
            }
            seen = found;
        }
    }

    /**
     * As {@link MapStore#compareAndSet}, but without a write if it would change nothing. The operation then took effect
     * when it read the value seen.
     */
    private @Nullable V set(K key, @Nullable V seen, @Nullable V next) {
        return next == seen ? seen : store.compareAndSet(key, seen, next);
    }

    @Override
    public void replaceAll(BiFunction<? super K, ? super V, ? extends V> function) {
        requireFunction(function);
        forEach((key, value) -> {
            V seen = value;
            while (seen != null) {
                V found = set(key, seen, requireValue(function.apply(key, seen)));
                seen = found == seen ? null : found;
            }
        });
    }

    /** Removes each entry for which the condition holds. It removes only the value tested, not one put since. */
    private boolean removeEntriesIf(BiPredicate<? super K, ? super V> condition) {
        boolean[] removed = new boolean[1];
        forEach((key, value) -> {
            V seen = value;
            while (seen != null && condition.test(key, seen)) {
                V found = store.compareAndSet(key, seen, null);
                removed[0] |= found == seen;
                seen = found == seen ? null : found;
            }
        });
        return removed[0];
    }

    // ---- the whole ----

    @Override
    public void putAll(Map<? extends K, ? extends V> map) {
        Objects.requireNonNull(map, "map must not be null: map=null; pass a map");
        Object[] pairs = new Object[2 * map.size()];
        int used = 0;
        for (Map.Entry<? extends K, ? extends V> entry : map.entrySet()) {
            if (used == pairs.length) {
                pairs = Arrays.copyOf(pairs, 2 * used + 2);
            }
            pairs[used++] = admit(entry.getKey());
            pairs[used++] = requireValue(entry.getValue());
        }
        if (used > 0) {
            pairs = Arrays.copyOf(pairs, used);
            checkComparable(pairs);
            store.write(new MapChange.PutAll<>(pairs));
        }
    }

    @Override
    public void forEach(BiConsumer<? super K, ? super V> action) {
        requireFunction(action);
        MapCursor<K, V> cursor = cursor();
        for (MapChunk<K, V> chunk = cursor.next(); chunk.size > 0; chunk = cursor.next()) {
            for (int i = 0; i < chunk.size; i++) {
                action.accept(chunk.key(i), chunk.value(i));
            }
        }
    }

    @Override
    public boolean containsValue(Object value) {
        requireValue(value);
        for (V each : values()) {
            if (value.equals(each)) {
                return true;
            }
        }
        return false;
    }

    // ---- views ----

    @Override
    public Set<K> keySet() {
        return new KeysView<>(this, walk());
    }

    @Override
    public Collection<V> values() {
        return new ValuesView<>(this, walk());
    }

    @Override
    public Set<Map.Entry<K, V>> entrySet() {
        return new EntriesView<>(this, walk());
    }

    <T> MapIterator<K, V, T> iterator(BiFunction<? super K, ? super V, ? extends T> shape) {
        return new MapIterator<>(cursor(), shape, this::remove);
    }

    private <T> MapSpliterator<K, V, T> spliterator(
            BiFunction<? super K, ? super V, ? extends T> shape, MapSpliterator.Traits<T> traits) {
        return new MapSpliterator<>(cursor(), shape, traits, size());
    }

    /** Returns the way in which the views walk through this map: in chunks. */
    MapWalk<K, V> walk() {
        return new Walk();
    }

    class Walk implements MapWalk<K, V> {
        @Override
        public <T> Iterator<T> iterator(BiFunction<? super K, ? super V, ? extends T> shape) {
            return MapBase.this.iterator(shape);
        }

        @Override
        public Spliterator<K> keys() {
            return spliterator((key, value) -> key, keyTraits());
        }

        @Override
        public Spliterator<V> values() {
            int characteristics = keyTraits().characteristics() & ~(Spliterator.DISTINCT | Spliterator.SORTED);
            return spliterator((key, value) -> value, MapSpliterator.Traits.of(characteristics));
        }

        @Override
        public Spliterator<Map.Entry<K, V>> entries(BiFunction<? super K, ? super V, ? extends Map.Entry<K, V>> shape) {
            return spliterator(shape, entryTraits());
        }

        @Override
        public boolean removeIf(BiPredicate<? super K, ? super V> condition) {
            return removeEntriesIf(condition);
        }
    }

    // ---- arguments ----

    /** Checks that a key may be put, and returns it. */
    final K admit(K key) {
        requireKey(key);
        if (!covers(key)) {
            throw new IllegalArgumentException("a key must be in the range of this part of the map: key=" + key
                    + " range=" + rangeText() + "; put it into the whole map");
        }
        return key;
    }

    /** Returns null if {@code computed} is null. Otherwise throws, because the key is outside this part of the map. */
    private @Nullable V admitNothing(K key, @Nullable V computed) {
        if (computed != null) {
            admit(key);
        }
        return null;
    }

    abstract String rangeText();

    static void requireKey(@Nullable Object key) {
        if (key == null) {
            throw new NullPointerException("a key must not be null: key=null; use a key that stands for nothing");
        }
    }

    static <T> T requireValue(@Nullable T value) {
        if (value == null) {
            throw new NullPointerException(
                    "a value must not be null: value=null; remove the key, or use a value that stands for nothing");
        }
        return value;
    }

    private static void requireFunction(@Nullable Object function) {
        if (function == null) {
            throw new NullPointerException("a function must not be null: function=null; pass a lambda");
        }
    }
}
