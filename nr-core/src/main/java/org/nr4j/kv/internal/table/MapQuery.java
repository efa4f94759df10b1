package org.nr4j.kv.internal.table;

import org.nr4j.cnr.LogSet;

/**
 * A read other than a get. Every get checks whether it is a query. This check is cheaper for a class than for an
 * interface.
 *
 * @param <T> the answer
 */
public abstract class MapQuery<T> {
    /** How many entries there are. */
    public static final MapQuery<Integer> SIZE = new MapQuery<>() {};

    /** Returns the logs of the parts that the read looks at; by default all. */
    public LogSet logs() {
        return LogSet.all();
    }

    /** Some entries of a hashed table, or of one of several, from a position on. */
    public static final class HashScan<K, V> extends MapQuery<MapChunk<K, V>> {
        final int part;
        final long position;
        final int limit;

        public HashScan(int part, long position, int limit) {
            this.part = part;
            this.position = position;
            this.limit = limit;
        }

        @Override
        public LogSet logs() {
            return LogSet.one(part);
        }
    }

    /** The first entries of a range; or the last ones, backwards. */
    public static final class RangeScan<K, V> extends MapQuery<MapChunk<K, V>> {
        final MapRange<K> range;
        final boolean descending;
        final int limit;

        public RangeScan(MapRange<K> range, boolean descending, int limit) {
            this.range = range;
            this.descending = descending;
            this.limit = limit;
        }
    }

    /** How many entries are in a range. */
    public static final class RangeCount<K> extends MapQuery<Integer> {
        final MapRange<K> range;

        public RangeCount(MapRange<K> range) {
            this.range = range;
        }
    }
}
