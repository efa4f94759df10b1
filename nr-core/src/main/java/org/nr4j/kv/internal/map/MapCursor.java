package org.nr4j.kv.internal.map;

import org.nr4j.kv.internal.table.HashTable;
import org.nr4j.kv.internal.table.MapChunk;
import org.nr4j.kv.internal.table.MapQuery;
import org.nr4j.kv.internal.table.MapRange;

/**
 * Walks through the entries of a map in chunks. Each chunk is one read. It returns an entry that is in the map
 * throughout exactly once, since it never goes back behind the last key. For one thread.
 *
 * <p>Chunks grow. So the first entries come quickly, a long walk takes few reads, and no read delays writers for long.
 */
public abstract class MapCursor<K, V> {
    private static final int SMALLEST = 32;
    private static final int LARGEST = 512;

    private int limit = SMALLEST;
    private boolean atEnd;

    /** Returns the next entries. Returns none at the end, and in each call after that. */
    final MapChunk<K, V> next() {
        if (atEnd) {
            return MapChunk.empty();
        }
        MapChunk<K, V> chunk = read(limit);
        limit = Math.min(LARGEST, 4 * limit);
        atEnd = chunk.size == 0;
        return chunk;
    }

    abstract MapChunk<K, V> read(int limit);

    /** Walks through one or several hashed tables, one after the other. */
    static final class Hashed<K, V> extends MapCursor<K, V> {
        private final MapStore<K, V> store;
        private int part;
        private long position;

        Hashed(MapStore<K, V> store) {
            this.store = store;
        }

        @Override
        MapChunk<K, V> read(int limit) {
            while (part < store.replicated().logs()) {
                MapChunk<K, V> chunk = store.read(new MapQuery.HashScan<K, V>(part, position, limit));
                position = chunk.next;
                if (position == HashTable.END) {
                    part++;
                    position = 0;
                }
                if (chunk.size > 0) {
                    return chunk;
                }
            }
            return MapChunk.empty();
        }
    }

    /** Walks through a range of a sorted table, in either direction. */
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
        MapChunk<K, V> read(int limit) {
            if (last) {
                return MapChunk.empty();
            }
            MapChunk<K, V> chunk = store.read(new MapQuery.RangeScan<K, V>(left, descending, limit));
            last = chunk.size < limit;
            if (!last) {
                K key = chunk.key(chunk.size - 1);
                left = descending
                        ? new MapRange<>(left.low(), left.lowIncluded(), key, false)
                        : new MapRange<>(key, false, left.high(), left.highIncluded());
            }
            return chunk;
        }
    }
}
