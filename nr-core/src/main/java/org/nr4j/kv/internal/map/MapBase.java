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

/** What hashed maps, sorted maps and parts of these have in common: {@link ConcurrentMap} over a {@link MapStore}. */
/*
 * Functions that the caller gives run on the caller's thread, outside every operation. They compute a new value from the one seen; a compareAndSet
 * then puts it in place, or answers with the value found instead, and the function runs again. So the replicas run no code of the user's but what a table needs
 * (hashCode, equals or compare of keys), a function may do what it likes, even use the map, and a thread that is held up inside one holds up nobody.
 */
public abstract class MapBase<K, V> extends AbstractMap<K, V> implements ConcurrentMap<K, V> {
    final MapStore<K, V> store;

    MapBase(MapStore<K, V> store) {
        this.store = store;
    }

    /** Whether a key, not null, can be in this map; false only in a part of a map. */
    abstract boolean covers(Object key);

    /** Throws if {@link #putAll} cannot put these keys; pairs are keys and values in turn. */
    abstract void checkComparable(Object[] pairs);

    abstract MapCursor<K, V> cursor();

    /** What spliterators say of keys; those over values and entries follow from it. */
    abstract MapSpliterator.Traits<K> keyTraits();

    abstract MapSpliterator.Traits<Map.Entry<K, V>> entryTraits();

    // ---- one key ----

    /**
     * The value of a key, or null if it has none. One read: sees every write that returned before this call.
     *
     * @throws NullPointerException if {@code key} is null
     */
    @Override
    public @Nullable V get(Object key) {
        requireKey(key);
        return covers(key) ? store.get(key) : null;
    }

    /**
     * Whether a key has a value.
     *
     * @throws NullPointerException if {@code key} is null
     */
    @Override
    public boolean containsKey(Object key) {
        return get(key) != null;
    }

    /**
     * Gives a key a value; returns the one it had, or null. The map keeps the key object it has, as {@code HashMap} does.
     *
     * @throws NullPointerException if {@code key} or {@code value} is null
     */
    @Override
    public @Nullable V put(K key, V value) {
        admit(key);
        return store.write(new MapChange.Put<>(key, requireValue(value)));
    }

    /**
     * Removes a key; returns the value it had, or null.
     *
     * @throws NullPointerException if {@code key} is null
     */
    @Override
    public @Nullable V remove(Object key) {
        requireKey(key);
        return covers(key) ? store.remove(key) : null;
    }

    /** Gives a key a value if it has none; returns the one it has, or null. Only a read if it has one. */
    @Override
    public @Nullable V putIfAbsent(K key, V value) {
        admit(key);
        requireValue(value);
        V seen = store.get(key);
        return seen != null ? seen : store.compareAndSet(key, null, value);
    }

    /** Replaces the value of a key that has one; returns it, or null. Only a read if it has none. */
    @Override
    public @Nullable V replace(K key, V value) {
        requireKey(key);
        requireValue(value);
        return covers(key) && store.get(key) != null ? store.write(new MapChange.Replace<>(key, value)) : null;
    }

    /** Replaces the value of a key if it equals {@code oldValue}. {@code equals} is called on the caller's thread, with each value met. Only a read if they differ. */
    @Override
    public boolean replace(K key, V oldValue, V newValue) {
        requireKey(key);
        requireValue(oldValue);
        requireValue(newValue);
        return covers(key) && setIfEqual(key, oldValue, newValue);
    }

    /** Removes a key if its value equals {@code value}. {@code equals} is called on the caller's thread, with each value met. Only a read if they differ. */
    @Override
    @SuppressWarnings("unchecked") // only ever compared
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

    /** Puts, and does not wait for it. */
    public final CompletableFuture<@Nullable V> putAsync(K key, V value) {
        return store.writeAsync(new MapChange.Put<>(admit(key), requireValue(value)));
    }

    /** Removes, and does not wait for it. */
    public final CompletableFuture<@Nullable V> removeAsync(K key) {
        return store.writeAsync(new MapChange.Remove<>(admit(key)));
    }

    // ---- functions ----

    /** Gives a key that has no value the one computed, unless that is null or the key got another one meanwhile; returns the value it has then. The function runs at most once, on the caller's thread. Only a read if the key has a value. */
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

    /** Replaces the value of a key that has one by that computed from it, or removes the key if that is null; returns the new value. The function runs as in {@link #compute}. */
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

    /**
     * Sets the value of a key to that computed from the one it has (null if it has none), or removes the key if that is null; returns the new value.
     *
     * <p>The function runs on the caller's thread, outside the map. If the key's value changed meanwhile, it runs again, with the new one: so it should have no side effects, and the change that is
     * made is by one run, atomically. What it throws reaches the caller, and nothing is changed. It may use the map; a function that changes its own key each time it runs is run for ever.
     */
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

    /** Gives a key that has no value {@code value}, and one that has a value that computed from the two, or removes it if that is null; returns the new value. The function runs as in {@link #compute}. */
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

    /** As {@link MapStore#compareAndSet}, but without a write where it would change nothing: then the value seen counts, at the time it was read. */
    private @Nullable V set(K key, @Nullable V seen, @Nullable V next) {
        return next == seen ? seen : store.compareAndSet(key, seen, next);
    }

    /** Sets each value to that computed from it, one key after the other; for each, the function runs as in {@link #compute}. A key removed meanwhile stays removed. */
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

    /** Removes each entry for which the condition holds; it is the value tested that is removed. */
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

    /**
     * Puts all entries, as one write: no read sees some of them without the others. A large map travels as one entry of the log, which holds up the other operations of each replica while it is applied; give
     * it in parts if that matters more than being atomic.
     *
     * @throws NullPointerException if {@code map}, or a key or value in it, is null; then nothing is put
     */
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

    /** Calls an action for each entry, as an iterator gives them. */
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

    /** Whether a key has this value; walks through the map as an iterator does. */
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

    /** The keys, as a live view; {@code add} is not supported, removing is. Iterators are weakly consistent. */
    @Override
    public Set<K> keySet() {
        return new KeysView<>(this, walk());
    }

    /** The values, as a live view; {@code add} is not supported, removing is. Iterators are weakly consistent. */
    @Override
    public Collection<V> values() {
        return new ValuesView<>(this, walk());
    }

    /** The entries, as a live view. Iterators are weakly consistent; {@code setValue} of an entry they give puts into the map. */
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

    /** How the views go through this map: in chunks. */
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

    /** Returns a key that may be put, or throws. */
    final K admit(K key) {
        requireKey(key);
        if (!covers(key)) {
            throw new IllegalArgumentException("a key must be in the range of this part of the map: key=" + key
                    + " range=" + rangeText() + "; put it into the whole map");
        }
        return key;
    }

    /** Returns null if a key outside this part of the map is to have no value, or throws. */
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
