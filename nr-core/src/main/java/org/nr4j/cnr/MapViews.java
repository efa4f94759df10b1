package org.nr4j.cnr;

import java.util.AbstractCollection;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The views of a {@link MapOverLogs}. They are live; iterators and spliterators go through a copy. What removes by value removes the entry that was tested, not one that another thread put in its place. */
final class MapViews {
    private MapViews() {}

    static final class Keys<K, V> extends AbstractSet<K> {
        private final MapOverLogs<K, V> map;

        Keys(MapOverLogs<K, V> map) {
            this.map = map;
        }

        @Override
        public int size() {
            return map.size();
        }

        @Override
        public boolean contains(Object key) {
            return map.containsKey(key);
        }

        @Override
        public boolean remove(Object key) {
            return map.remove(key) != null;
        }

        @Override
        public void clear() {
            map.clear();
        }

        @Override
        public Iterator<K> iterator() {
            return new CopyIterator<>(map, (key, value) -> key);
        }

        @Override
        public Spliterator<K> spliterator() {
            return MapViews.spliterator(map, (key, value) -> key, Spliterator.DISTINCT);
        }

        @Override
        public boolean removeIf(Predicate<? super K> condition) {
            requireCondition(condition);
            return map.removeEntriesIf((key, value) -> condition.test(key));
        }
    }

    static final class Values<K, V> extends AbstractCollection<V> {
        private final MapOverLogs<K, V> map;

        Values(MapOverLogs<K, V> map) {
            this.map = map;
        }

        @Override
        public int size() {
            return map.size();
        }

        @Override
        public boolean contains(Object value) {
            return map.containsValue(value);
        }

        @Override
        public boolean remove(@Nullable Object value) {
            for (Map.Entry<K, V> entry : map.entrySet()) {
                if (entry.getValue().equals(value) && map.remove(entry.getKey(), value)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public void clear() {
            map.clear();
        }

        @Override
        public Iterator<V> iterator() {
            return new CopyIterator<>(map, (key, value) -> value);
        }

        @Override
        public Spliterator<V> spliterator() {
            return MapViews.spliterator(map, (key, value) -> value, 0);
        }

        @Override
        public boolean removeIf(Predicate<? super V> condition) {
            requireCondition(condition);
            return map.removeEntriesIf((key, value) -> condition.test(value));
        }

        @Override
        public boolean removeAll(Collection<?> values) {
            requireCollection(values);
            return removeIf(values::contains);
        }

        @Override
        public boolean retainAll(Collection<?> values) {
            requireCollection(values);
            return removeIf(value -> !values.contains(value));
        }
    }

    static final class Entries<K, V> extends AbstractSet<Map.Entry<K, V>> {
        private final MapOverLogs<K, V> map;

        Entries(MapOverLogs<K, V> map) {
            this.map = map;
        }

        @Override
        public int size() {
            return map.size();
        }

        @Override
        public boolean contains(@Nullable Object object) {
            if (!(object instanceof Map.Entry<?, ?> entry) || entry.getKey() == null) {
                return false;
            }
            V value = map.get(entry.getKey());
            return value != null && value.equals(entry.getValue());
        }

        @Override
        public boolean remove(@Nullable Object object) {
            return object instanceof Map.Entry<?, ?> entry
                    && entry.getKey() != null
                    && map.remove(entry.getKey(), entry.getValue());
        }

        @Override
        public void clear() {
            map.clear();
        }

        @Override
        public Iterator<Map.Entry<K, V>> iterator() {
            return new CopyIterator<>(map, (key, value) -> new Written<>(map, key, value));
        }

        @Override
        public Spliterator<Map.Entry<K, V>> spliterator() {
            return MapViews.spliterator(map, (key, value) -> new Written<>(map, key, value), Spliterator.DISTINCT);
        }

        @Override
        public boolean removeIf(Predicate<? super Map.Entry<K, V>> condition) {
            requireCondition(condition);
            return map.removeEntriesIf(
                    (key, value) -> condition.test(new AbstractMap.SimpleImmutableEntry<>(key, value)));
        }

        @Override
        public boolean removeAll(Collection<?> entries) {
            requireCollection(entries);
            return removeIf(entries::contains);
        }

        @Override
        public boolean retainAll(Collection<?> entries) {
            requireCollection(entries);
            return removeIf(entry -> !entries.contains(entry));
        }
    }

    /** An entry as it was when the copy was made; setting the value puts it into the map, whatever is there by then. */
    private static final class Written<K, V> extends AbstractMap.SimpleEntry<K, V> {
        private static final long serialVersionUID = 1;

        private final transient MapOverLogs<K, V> map;

        Written(MapOverLogs<K, V> map, K key, V value) {
            super(key, value);
            this.map = map;
        }

        @Override
        public V setValue(V value) {
            map.put(getKey(), value);
            return super.setValue(value);
        }
    }

    /** Goes through a copy of all entries, taken at one moment. For one thread. */
    private static final class CopyIterator<K, V, T> implements Iterator<T> {
        private final MapOverLogs<K, V> map;
        private final BiFunction<? super K, ? super V, ? extends T> shape;
        private final Object[] pairs;
        private int next;
        private @Nullable Object last;

        CopyIterator(MapOverLogs<K, V> map, BiFunction<? super K, ? super V, ? extends T> shape) {
            this.map = map;
            this.shape = shape;
            this.pairs = map.pairs();
        }

        @Override
        public boolean hasNext() {
            return next < pairs.length;
        }

        @Override
        @SuppressWarnings("unchecked") // keys and values in turn
        public T next() {
            if (!hasNext()) {
                throw new NoSuchElementException(
                        "an iterator must have a next element: none is left; ask hasNext() first");
            }
            last = pairs[next];
            T element = shape.apply((K) pairs[next], (V) pairs[next + 1]);
            next += 2;
            return element;
        }

        @Override
        public void remove() {
            Object key = last;
            if (key == null) {
                throw new IllegalStateException(
                        "remove must follow a next, and only one remove each: nothing to remove; call next() first");
            }
            last = null;
            map.remove(key);
        }
    }

    @SuppressWarnings("unchecked") // keys and values in turn
    private static <K, V, T> Spliterator<T> spliterator(
            MapOverLogs<K, V> map, BiFunction<? super K, ? super V, ? extends T> shape, int characteristics) {
        Object[] pairs = map.pairs();
        Object[] elements = new Object[pairs.length / 2];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = shape.apply((K) pairs[2 * i], (V) pairs[2 * i + 1]);
        }
        return Spliterators.spliterator(elements, characteristics | Spliterator.NONNULL);
    }

    private static void requireCondition(@Nullable Object condition) {
        Objects.requireNonNull(condition, "a condition must not be null: filter=null; pass a lambda");
    }

    private static void requireCollection(@Nullable Object collection) {
        Objects.requireNonNull(collection, "a collection must not be null: c=null; pass a collection");
    }
}
