package org.nr4j.kv.internal.table;

import org.jspecify.annotations.Nullable;

/** Some entries that one read copied out of a table. */
public final class MapChunk<K, V> {
    private static final MapChunk<?, ?> EMPTY = new MapChunk<>(new Object[0], new Object[0], 0, HashTable.END);

    private final @Nullable Object[] keys;
    private final @Nullable Object[] values;
    /** How many entries there are. The arrays may be longer. */
    public final int size;
    /** The position at which to continue in a hashed table. */
    public final long next;

    MapChunk(@Nullable Object[] keys, @Nullable Object[] values, int size, long next) {
        this.keys = keys;
        this.values = values;
        this.size = size;
        this.next = next;
    }

    @SuppressWarnings("unchecked") // the chunk is empty
    public static <K, V> MapChunk<K, V> empty() {
        return (MapChunk<K, V>) EMPTY;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // the key of an entry is not null
    public K key(int i) {
        return (K) keys[i];
    }

    @SuppressWarnings({"unchecked", "NullAway"})
    public V value(int i) {
        return (V) values[i];
    }
}
