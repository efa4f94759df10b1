package org.nr4j.cnr;

import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.MapWalk;

/** The way of the views of a {@link MapOverLogs}: through a copy of all entries, taken at one moment. */
final class CopyWalk<K, V> implements MapWalk<K, V> {
    private final MapOverLogs<K, V> map;

    CopyWalk(MapOverLogs<K, V> map) {
        this.map = map;
    }

    @Override
    public <T> Iterator<T> iterator(BiFunction<? super K, ? super V, ? extends T> shape) {
        return new CopyIterator<>(map, shape);
    }

    @Override
    public Spliterator<K> keys() {
        return spliterator((key, value) -> key, Spliterator.DISTINCT);
    }

    @Override
    public Spliterator<V> values() {
        return spliterator((key, value) -> value, 0);
    }

    @Override
    public Spliterator<Map.Entry<K, V>> entries(BiFunction<? super K, ? super V, ? extends Map.Entry<K, V>> shape) {
        return spliterator(shape, Spliterator.DISTINCT);
    }

    @Override
    public boolean removeIf(BiPredicate<? super K, ? super V> condition) {
        return map.removeEntriesIf(condition);
    }

    @SuppressWarnings("unchecked") // keys and values in turn
    private <T> Spliterator<T> spliterator(BiFunction<? super K, ? super V, ? extends T> shape, int characteristics) {
        Object[] pairs = map.pairs();
        Object[] elements = new Object[pairs.length / 2];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = shape.apply((K) pairs[2 * i], (V) pairs[2 * i + 1]);
        }
        return Spliterators.spliterator(elements, characteristics | Spliterator.NONNULL);
    }

    /** For one thread. */
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
}
