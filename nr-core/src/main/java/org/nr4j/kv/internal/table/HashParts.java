package org.nr4j.kv.internal.table;

import java.util.BitSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogSet;

/**
 * Several hash tables as one, with one table for each log. The hash code of a key says which table has it. Operations
 * on different tables may run at once; an operation on all tables runs alone.
 */
public final class HashParts<K, V> extends MapTable<K, V> {
    private final HashTable<K, V>[] tables;

    @SuppressWarnings("unchecked")
    public HashParts(int parts) {
        this(Stream.generate(HashTable<K, V>::new).limit(parts).toArray(HashTable[]::new));
    }

    private HashParts(HashTable<K, V>[] tables) {
        this.tables = tables;
    }

    /**
     * Returns the part of a key, from 0 to {@code parts - 1}. It mixes hash codes by the last steps of MurmurHash3,
     * unlike {@link HashTable}. So the keys of one part are spread over all of its table.
     */
    public static int partOf(Object key, int parts) {
        int hash = key.hashCode();
        hash = (hash ^ (hash >>> 16)) * 0x85EBCA6B;
        hash = (hash ^ (hash >>> 13)) * 0xC2B2AE35;
        hash ^= hash >>> 16;
        return (int) ((Integer.toUnsignedLong(hash) * parts) >>> Integer.SIZE);
    }

    /**
     * Returns the logs of keys.
     *
     * @param pairs alternating keys and values
     */
    static LogSet logsOf(Object[] pairs, int parts) {
        BitSet logs = new BitSet(parts);
        for (int i = 0; i < pairs.length; i += 2) {
            logs.set(partOf(pairs[i], parts));
        }
        return LogSet.of(logs.stream().toArray());
    }

    private HashTable<K, V> tableOf(Object key) {
        return tables[partOf(key, tables.length)];
    }

    @Override
    @SuppressWarnings("unchecked")
    public HashParts<K, V> copy() {
        return new HashParts<>(Stream.of(tables).map(HashTable::copy).toArray(HashTable[]::new));
    }

    @Override
    @Nullable
    V get(Object key) {
        return tableOf(key).get(key);
    }

    @Override
    @Nullable
    V put(K key, V value) {
        return tableOf(key).put(key, value);
    }

    @Override
    @Nullable
    V remove(Object key) {
        return tableOf(key).remove(key);
    }

    @Override
    @Nullable
    V compareAndSet(K key, @Nullable V expected, @Nullable V next) {
        return tableOf(key).compareAndSet(key, expected, next);
    }

    /** Returns the number of entries, at most the largest {@code int}, as {@link java.util.Map#size} does. */
    @Override
    public int size() {
        long size = 0;
        for (HashTable<K, V> table : tables) {
            size += table.size();
        }
        return (int) Math.min(size, Integer.MAX_VALUE);
    }

    @Override
    void clear() {
        for (HashTable<K, V> table : tables) {
            table.clear();
        }
    }

    @Override
    @Nullable
    Object query(MapQuery<?> query) {
        return query instanceof MapQuery.HashScan<?, ?> scan ? tables[scan.part].query(scan) : (Object) size();
    }
}
