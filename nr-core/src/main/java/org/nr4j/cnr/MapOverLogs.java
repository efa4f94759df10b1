package org.nr4j.cnr;

import java.util.AbstractMap;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.EntriesView;
import org.nr4j.internal.KeysView;
import org.nr4j.internal.ValuesView;

/** What maps over several logs have in common: {@link ConcurrentMap}, and the life of the instance. They differ in what a {@link MapReplica} holds. */
/*
 * Functions that the caller gives run on the caller's thread, outside every operation: compute, merge and their like are the defaults of ConcurrentMap, which try get, putIfAbsent, replace and remove until one of
 * these takes effect. So the replicas run no code of the user's but what a map asks of its keys, a function may do what it likes, even use the map, and a thread that is held up inside one holds up nobody.
 */
abstract class MapOverLogs<K, V> extends AbstractMap<K, V> implements ConcurrentMap<K, V>, AutoCloseable {
    final ConcurrentNodeReplicated<Object, MapWrite<K, V>, @Nullable Object> replicated;

    MapOverLogs(ConcurrentNodeReplicated<Object, MapWrite<K, V>, @Nullable Object> replicated) {
        this.replicated = replicated;
    }

    // ---- one key ----

    /**
     * The value of a key, or null if it has none. One read: sees every write that returned before this call.
     *
     * @throws NullPointerException if {@code key} is null
     */
    @Override
    @SuppressWarnings("unchecked")
    public @Nullable V get(Object key) {
        return (V) replicated.execute(requireKey(key));
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
     * Gives a key a value; returns the one it had, or null.
     *
     * @throws NullPointerException if {@code key} or {@code value} is null
     */
    @Override
    public @Nullable V put(K key, V value) {
        return write(new MapWrite.Put<>(requireKey(key), requireValue(value)));
    }

    /**
     * Puts, and does not wait for it; see {@link ConcurrentNodeReplicated#executeMutAsync}.
     *
     * @return the value the key had, or null
     * @throws NullPointerException if {@code key} or {@code value} is null
     */
    public CompletableFuture<@Nullable V> putAsync(K key, V value) {
        return writeAsync(new MapWrite.Put<>(requireKey(key), requireValue(value)));
    }

    /**
     * Removes a key; returns the value it had, or null. With several replicas only a read if it has none.
     *
     * @throws NullPointerException if {@code key} is null
     */
    @Override
    public @Nullable V remove(Object key) {
        return replicas() > 1 && get(key) == null ? null : write(new MapWrite.Remove<>(requireKey(key)));
    }

    /**
     * Removes, and does not wait for it; see {@link ConcurrentNodeReplicated#executeMutAsync}.
     *
     * @return the value the key had, or null
     * @throws NullPointerException if {@code key} is null
     */
    public CompletableFuture<@Nullable V> removeAsync(K key) {
        return writeAsync(new MapWrite.Remove<>(requireKey(key)));
    }

    /** Gives a key a value if it has none; returns the one it has, or null. Only a read if it has one. */
    @Override
    public @Nullable V putIfAbsent(K key, V value) {
        requireValue(value);
        V seen = get(key);
        return seen != null ? seen : compareAndSet(key, null, value);
    }

    /** Replaces the value of a key that has one; returns it, or null. Only a read if it has none. */
    @Override
    public @Nullable V replace(K key, V value) {
        requireValue(value);
        V seen = get(key);
        while (seen != null) {
            V found = compareAndSet(key, seen, value);
            if (found == seen) {
                return seen;
            }
            seen = found;
        }
        return null;
    }

    /** Replaces the value of a key if it equals {@code oldValue}. {@code equals} is called on the caller's thread, with each value met. Only a read if they differ. */
    @Override
    public boolean replace(K key, V oldValue, V newValue) {
        return setIfEqual(key, requireValue(oldValue), requireValue(newValue));
    }

    /** Removes a key if its value equals {@code value}. {@code equals} is called on the caller's thread, with each value met. Only a read if they differ. */
    @Override
    @SuppressWarnings("unchecked") // only ever compared
    public boolean remove(Object key, @Nullable Object value) {
        requireKey(key);
        return value != null && setIfEqual((K) key, value, null);
    }

    private boolean setIfEqual(K key, Object expected, @Nullable V next) {
        V seen = get(key);
        while (seen != null && (seen == expected || expected.equals(seen))) {
            V found = compareAndSet(key, seen, next);
            if (found == seen) {
                return true;
            }
            seen = found;
        }
        return false;
    }

    /** Returns the value found: if that is {@code expected}, it was replaced by {@code next}, or removed if that is null. Only a read, made already, where it would change nothing. */
    private @Nullable V compareAndSet(K key, @Nullable V expected, @Nullable V next) {
        return expected == next ? expected : write(new MapWrite.CompareAndSet<>(key, expected, next));
    }

    // ---- the whole ----

    /** How many entries there are, at one moment. */
    @Override
    @SuppressWarnings("NullAway") // always answered
    public int size() {
        return (Integer) replicated.execute(MapReplica.Whole.SIZE);
    }

    /** Keys and values in turn, all as they were at one moment. */
    @SuppressWarnings("NullAway") // always answered
    Object[] pairs() {
        return (Object[]) replicated.execute(MapReplica.Whole.PAIRS);
    }

    /** Removes everything, as one write of all logs. Only a read if there is nothing. */
    @Override
    public void clear() {
        if (!isEmpty()) {
            write(new MapWrite.Clear<>());
        }
    }

    /**
     * Puts all entries, as one write of the logs of their keys: no read sees some of them without the others. A large map holds up the other operations of these logs on each replica while it is applied; give it in parts if that matters more than being atomic.
     *
     * @throws NullPointerException if {@code map}, or a key or value in it, is null; then nothing is put
     */
    @Override
    public void putAll(Map<? extends K, ? extends V> map) {
        Objects.requireNonNull(map, "map must not be null: map=null; pass a map");
        Object[] pairs = new Object[2 * map.size()];
        int used = 0;
        for (Map.Entry<? extends K, ? extends V> entry : map.entrySet()) {
            if (used == pairs.length) { // it has grown meanwhile
                pairs = Arrays.copyOf(pairs, 2 * used + 2);
            }
            pairs[used++] = requireKey(entry.getKey());
            pairs[used++] = requireValue(entry.getValue());
        }
        if (used > 0) {
            write(new MapWrite.PutAll<>(Arrays.copyOf(pairs, used)));
        }
    }

    /** The keys, as a live view; {@code add} is not supported, removing is. Iterators go through a copy. */
    @Override
    public Set<K> keySet() {
        return new KeysView<>(this, new CopyWalk<>(this));
    }

    /** The values, as a live view; {@code add} is not supported, removing is. Iterators go through a copy. */
    @Override
    public Collection<V> values() {
        return new ValuesView<>(this, new CopyWalk<>(this));
    }

    /** The entries, as a live view. Iterators go through a copy; {@code setValue} of an entry they give puts into the map. */
    @Override
    public Set<Map.Entry<K, V>> entrySet() {
        return new EntriesView<>(this, new CopyWalk<>(this));
    }

    /** Removes each entry for which the condition holds; it is the value tested that is removed. */
    @SuppressWarnings("unchecked") // keys and values in turn
    boolean removeEntriesIf(BiPredicate<? super K, ? super V> condition) {
        boolean removed = false;
        Object[] pairs = pairs();
        for (int i = 0; i < pairs.length; i += 2) {
            K key = (K) pairs[i];
            V seen = (V) pairs[i + 1];
            while (seen != null && condition.test(key, seen)) {
                V found = compareAndSet(key, seen, null);
                removed |= found == seen;
                seen = found == seen ? null : found;
            }
        }
        return removed;
    }

    // ---- the instance ----

    /** How many replicas there are. */
    public int replicas() {
        return replicated.replicas();
    }

    /** How many logs there are. */
    public int logs() {
        return replicated.logs();
    }

    /** See {@link ConcurrentNodeReplicated#sync}. */
    public void sync() {
        replicated.sync();
    }

    /** See {@link ConcurrentNodeReplicated#stats}. */
    public CnrStats stats() {
        return replicated.stats();
    }

    /** See {@link ConcurrentNodeReplicated#close}. Views end with the map. */
    @Override
    public void close() {
        replicated.close();
    }

    // ---- within ----

    @SuppressWarnings("unchecked")
    private @Nullable V write(MapWrite<K, V> write) {
        return (V) replicated.executeMut(write);
    }

    @SuppressWarnings("unchecked")
    private CompletableFuture<@Nullable V> writeAsync(MapWrite<K, V> write) {
        return (CompletableFuture<V>) (CompletableFuture<?>) replicated.executeMutAsync(write);
    }

    private static <T> T requireKey(@Nullable T key) {
        if (key == null) {
            throw new NullPointerException("a key must not be null: key=null; use a key that stands for nothing");
        }
        return key;
    }

    private static <T> T requireValue(@Nullable T value) {
        if (value == null) {
            throw new NullPointerException(
                    "a value must not be null: value=null; remove the key, or use a value that stands for nothing");
        }
        return value;
    }
}
