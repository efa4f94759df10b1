package org.nr4j.kv.internal.table;

import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogSet;

/**
 * A write of a map. It runs no user code except {@code hashCode} and {@code equals} of keys, or the comparator. The
 * submitting thread runs functions, and {@code equals} of values, and then submits a {@link CompareAndSet}.
 */
public abstract class MapChange<K, V> {

    /** Applies the change. Answers an old value, unless the class specifies another answer. */
    abstract @Nullable Object applyTo(MapTable<K, V> table);

    /**
     * The logs of the parts that the write reads or changes; by default all.
     *
     * @param count how many logs there are
     */
    public LogSet logs(int count) {
        return LogSet.all();
    }

    /** Puts a value, whether or not the key has one. */
    public static final class Put<K, V> extends MapChange<K, V> {
        private final K key;
        private final V value;

        public Put(K key, V value) {
            this.key = key;
            this.value = value;
        }

        @Override
        @Nullable
        Object applyTo(MapTable<K, V> table) {
            return table.put(key, value);
        }

        @Override
        public LogSet logs(int count) {
            return LogSet.one(HashParts.partOf(key, count));
        }
    }

    /** Puts a value if the key has one. */
    public static final class Replace<K, V> extends MapChange<K, V> {
        private final K key;
        private final V value;

        public Replace(K key, V value) {
            this.key = key;
            this.value = value;
        }

        @Override
        @Nullable
        Object applyTo(MapTable<K, V> table) {
            return table.get(key) == null ? null : table.put(key, value);
        }

        @Override
        public LogSet logs(int count) {
            return LogSet.one(HashParts.partOf(key, count));
        }
    }

    /** Removes a key. */
    public static final class Remove<K, V> extends MapChange<K, V> {
        private final Object key;

        public Remove(Object key) {
            this.key = key;
        }

        @Override
        @Nullable
        Object applyTo(MapTable<K, V> table) {
            return table.remove(key);
        }

        @Override
        public LogSet logs(int count) {
            return LogSet.one(HashParts.partOf(key, count));
        }
    }

    /**
     * Sets or removes the value of a key if it is the expected object, or if the key has no value and none is expected.
     * All replicas hold the same value objects, so they agree. Answers the value found, which is the expected one if
     * the change was made.
     */
    public static final class CompareAndSet<K, V> extends MapChange<K, V> {
        private final K key;
        private final @Nullable V expected;
        private final @Nullable V next;

        public CompareAndSet(K key, @Nullable V expected, @Nullable V next) {
            this.key = key;
            this.expected = expected;
            this.next = next;
        }

        @Override
        @Nullable
        Object applyTo(MapTable<K, V> table) {
            return table.compareAndSet(key, expected, next);
        }

        @Override
        public LogSet logs(int count) {
            return LogSet.one(HashParts.partOf(key, count));
        }
    }

    /** Puts several values at once. Answers null. */
    public static final class PutAll<K, V> extends MapChange<K, V> {
        private final Object[] pairs;

        /**
         * A write of several keys.
         *
         * @param pairs alternating keys and values; the caller must not use the array any more
         */
        public PutAll(Object[] pairs) {
            this.pairs = pairs;
        }

        @Override
        @SuppressWarnings("unchecked")
        @Nullable
        Object applyTo(MapTable<K, V> table) {
            if (pairs.length > 0) {
                // Throws, before anything is changed, if these keys cannot be compared with those of the table.
                table.get(pairs[0]);
            }
            for (int i = 0; i < pairs.length; i += 2) {
                table.put((K) pairs[i], (V) pairs[i + 1]);
            }
            return null;
        }

        @Override
        public LogSet logs(int count) {
            return HashParts.logsOf(pairs, count);
        }
    }

    /** Removes everything. Answers null. */
    public static final class Clear<K, V> extends MapChange<K, V> {
        @Override
        @Nullable
        Object applyTo(MapTable<K, V> table) {
            table.clear();
            return null;
        }
    }

    /** Removes the keys of a range from a sorted table. Answers null. */
    public static final class ClearRange<K, V> extends MapChange<K, V> {
        private final MapRange<K> range;

        public ClearRange(MapRange<K> range) {
            this.range = range;
        }

        @Override
        @Nullable
        Object applyTo(MapTable<K, V> table) {
            ((SortedTable<K, V>) table).removeAll(range);
            return null;
        }
    }

    /**
     * Removes the first entry of a range of a sorted table, or the last one. Answers a chunk with that entry, or an
     * empty chunk if there is none.
     */
    public static final class Poll<K, V> extends MapChange<K, V> {
        private final MapRange<K> range;
        private final boolean last;

        public Poll(MapRange<K> range, boolean last) {
            this.range = range;
            this.last = last;
        }

        @Override
        @Nullable
        Object applyTo(MapTable<K, V> table) {
            MapChunk<K, V> found = ((SortedTable<K, V>) table).scan(range, last, 1);
            if (found.size > 0) {
                table.remove(found.key(0));
            }
            return found;
        }
    }
}
