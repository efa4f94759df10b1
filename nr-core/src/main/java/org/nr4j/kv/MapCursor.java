package org.nr4j.kv;

import org.jspecify.annotations.Nullable;

/**
 * Leads through the entries of a map in chunks, each of them one read. Each entry that is in the map throughout is given exactly once: a cursor never looks back behind the last key it gave. For one thread.
 *
 * <p>Chunks grow, so that a look at the first entries is cheap, and a long way takes few reads, none of which holds up writers for long.
 */
abstract class MapCursor<K, V> {
    private static final int SMALLEST = 16;
    private static final int LARGEST = 256;
    private static final @Nullable Object[] NONE = new Object[0];

    private int limit = SMALLEST;
    private boolean atEnd;

    /** Keys and values in turn; empty at the end, and from then on. */
    final @Nullable Object[] next() {
        if (atEnd) {
            return NONE;
        }
        @Nullable Object[] chunk = read(limit);
        limit = Math.min(LARGEST, 2 * limit);
        atEnd = chunk.length == 0;
        return chunk;
    }

    abstract @Nullable Object[] read(int limit);

    /** Through a hashed table. */
    static final class Hashed<K, V> extends MapCursor<K, V> {
        private final MapStore<K, V> store;
        private long position;

        Hashed(MapStore<K, V> store) {
            this.store = store;
        }

        @Override
        @Nullable
        Object[] read(int limit) {
            if (position == HashTable.END) {
                return NONE;
            }
            HashTable.Chunk chunk = store.read(new MapQuery.HashScan(position, limit));
            position = chunk.next;
            return chunk.pairs;
        }
    }

    /** Through a range of a sorted table, in either direction. */
    static final class Sorted<K, V> extends MapCursor<K, V> {
        private final MapStore<K, V> store;
        private final boolean descending;
        private MapRange<K> left;
        private boolean last;

        Sorted(MapStore<K, V> store, MapRange<K> range, boolean descending) {
            this.store = store;
            this.left = range;
            this.descending = descending;
        }

        @Override
        @SuppressWarnings("unchecked")
        @Nullable
        Object[] read(int limit) {
            if (last) {
                return NONE;
            }
            Object[] chunk = store.read(new MapQuery.RangeScan<>(left, descending, limit));
            last = chunk.length < 2 * limit;
            if (!last) {
                K key = (K) chunk[chunk.length - 2];
                left = descending
                        ? new MapRange<>(left.low(), left.lowIncluded(), key, false)
                        : new MapRange<>(key, false, left.high(), left.highIncluded());
            }
            return chunk;
        }
    }
}
