package org.nr4j.kv;

/**
 * A read other than a get. A class, not an interface, because every get asks whether it is one, and that is cheaper for a class.
 *
 * @param <T> what it answers
 */
abstract class MapQuery<T> {
    /** How many entries there are. */
    static final MapQuery<Integer> SIZE = new MapQuery<>() {};

    /** Some entries of a hashed table, from a position on. */
    static final class HashScan<K, V> extends MapQuery<MapChunk<K, V>> {
        final long position;
        final int limit;

        HashScan(long position, int limit) {
            this.position = position;
            this.limit = limit;
        }
    }

    /** The first entries of a range, or the last ones, backwards. */
    static final class RangeScan<K, V> extends MapQuery<MapChunk<K, V>> {
        final MapRange<K> range;
        final boolean descending;
        final int limit;

        RangeScan(MapRange<K> range, boolean descending, int limit) {
            this.range = range;
            this.descending = descending;
            this.limit = limit;
        }
    }

    /** How many entries are in a range. */
    static final class RangeCount<K> extends MapQuery<Integer> {
        final MapRange<K> range;

        RangeCount(MapRange<K> range) {
            this.range = range;
        }
    }
}
