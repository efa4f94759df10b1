package org.nr4j.kv;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An iterator over keys, values or entries. Weakly consistent; for one thread. */
final class MapIterator<K, V, T> implements Iterator<T> {
    private final MapCursor<K, V> cursor;
    private final BiFunction<? super K, ? super V, ? extends T> shape;
    private final Consumer<? super K> removal;
    private @Nullable Object[] chunk = new Object[0];
    private int next;
    private @Nullable K last;

    /**
     * @param shape makes what is returned of key and value
     * @param removal removes a key from the map
     */
    MapIterator(
            MapCursor<K, V> cursor, BiFunction<? super K, ? super V, ? extends T> shape, Consumer<? super K> removal) {
        this.cursor = cursor;
        this.shape = shape;
        this.removal = removal;
    }

    @Override
    public boolean hasNext() {
        if (next == chunk.length) {
            chunk = cursor.next();
            next = 0;
        }
        return chunk.length > 0;
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // a chunk has keys and values in turn
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException("an iterator must have a next element: none is left; ask hasNext() first");
        }
        K key = (K) chunk[next];
        V value = (V) chunk[next + 1];
        next += 2;
        last = key;
        return shape.apply(key, value);
    }

    @Override
    public void remove() {
        K key = last;
        if (key == null) {
            throw new IllegalStateException(
                    "remove must follow a next, and only one remove each: nothing to remove; call next() first");
        }
        last = null;
        removal.accept(key);
    }
}
