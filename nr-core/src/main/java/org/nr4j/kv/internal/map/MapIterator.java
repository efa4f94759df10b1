package org.nr4j.kv.internal.map;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.table.MapChunk;

/** An iterator over keys, values or entries. Weakly consistent; for one thread. */
public final class MapIterator<K, V, T> implements Iterator<T> {
    private final MapCursor<K, V> cursor;
    private final BiFunction<? super K, ? super V, ? extends T> shape;
    private final Consumer<? super K> removal;
    private MapChunk<K, V> chunk = MapChunk.empty();
    private int next;
    private @Nullable K last;

    /**
     * Creates an iterator that starts before the first element.
     *
     * @param shape creates an element from a key and its value
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
        if (next == chunk.size) {
            chunk = cursor.next();
            next = 0;
        }
        return chunk.size > 0;
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException("an iterator must have a next element: none is left; ask hasNext() first");
        }
        K key = chunk.key(next);
        V value = chunk.value(next);
        next++;
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
