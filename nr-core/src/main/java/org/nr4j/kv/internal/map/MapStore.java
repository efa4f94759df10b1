package org.nr4j.kv.internal.map;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.ConcurrentDispatch;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.cnr.LogSet;
import org.nr4j.kv.internal.table.HashParts;
import org.nr4j.kv.internal.table.MapChange;
import org.nr4j.kv.internal.table.MapChunk;
import org.nr4j.kv.internal.table.MapQuery;
import org.nr4j.kv.internal.table.MapRange;
import org.nr4j.kv.internal.table.MapTable;

/** The replicated table behind a map and all its views. */
public final class MapStore<K, V> {
    private final ConcurrentNodeReplicated<Object, MapChange<K, V>, @Nullable Object> replicated;

    /**
     * Whether there are several replicas. A write then goes through a log, so it pays to check first whether it would
     * change anything.
     */
    private final boolean logged;

    public MapStore(ConcurrentNodeReplicated<Object, MapChange<K, V>, @Nullable Object> replicated) {
        this.replicated = replicated;
        this.logged = replicated.replicas() > 1;
    }

    /** Returns the replicated tables. */
    public ConcurrentNodeReplicated<Object, MapChange<K, V>, @Nullable Object> replicated() {
        return replicated;
    }

    /** Starts building replicated tables. */
    public static <K, V> ConcurrentNodeReplicated.Builder<Object, MapChange<K, V>, @Nullable Object> builder(
            Supplier<? extends ConcurrentDispatch<Object, MapChange<K, V>, @Nullable Object>> tables) {
        return ConcurrentNodeReplicated.builder(tables, MapStore::logsOf, MapChange::logs)
                .copier((MapTable<K, V> table) -> table.copy());
    }

    private static LogSet logsOf(Object read, int logs) {
        return read instanceof MapQuery<?> query ? query.logs() : LogSet.one(HashParts.partOf(read, logs));
    }

    @SuppressWarnings("unchecked")
    @Nullable
    V get(Object key) {
        return (V) replicated.execute(key);
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // no query answers null
    <T> T read(MapQuery<T> query) {
        return (T) replicated.execute(query);
    }

    int size() {
        return read(MapQuery.SIZE);
    }

    @SuppressWarnings("unchecked")
    @Nullable
    V write(MapChange<K, V> change) {
        return (V) replicated.executeMut(change);
    }

    @Nullable
    V remove(Object key) {
        return logged && get(key) == null ? null : write(new MapChange.Remove<>(key));
    }

    /**
     * Sets the value of a key to {@code next} if its value is {@code expected}. If {@code next} is null, removes the
     * key. Returns the value found.
     */
    @Nullable
    V compareAndSet(K key, @Nullable V expected, @Nullable V next) {
        return write(new MapChange.CompareAndSet<>(key, expected, next));
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // Poll always answers
    MapChunk<K, V> poll(MapRange<K> range, boolean last) {
        if (logged) {
            MapChunk<K, V> there = read(new MapQuery.RangeScan<K, V>(range, last, 1));
            if (there.size == 0) {
                return there;
            }
        }
        return (MapChunk<K, V>) replicated.executeMut(new MapChange.Poll<>(range, last));
    }

    @SuppressWarnings("unchecked")
    CompletableFuture<@Nullable V> writeAsync(MapChange<K, V> change) {
        return (CompletableFuture<V>) (CompletableFuture<?>) replicated.executeMutAsync(change);
    }
}
