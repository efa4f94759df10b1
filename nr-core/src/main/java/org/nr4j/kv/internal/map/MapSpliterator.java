package org.nr4j.kv.internal.map;

import java.util.Comparator;
import java.util.Spliterator;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.table.MapChunk;

/**
 * A spliterator over keys, values or entries. It splits off the chunk that it has read. Weakly consistent. For one
 * thread at a time.
 */
public final class MapSpliterator<K, V, T> implements Spliterator<T> {
    private final BiFunction<? super K, ? super V, ? extends T> shape;
    private final Traits<T> traits;
    /** Null in a part that was split off. Such a part ends with its chunk. */
    private final @Nullable MapCursor<K, V> cursor;

    private MapChunk<K, V> chunk;
    private int next;
    private long estimate;

    /**
     * The traits of a spliterator.
     *
     * @param order the order of the elements; null for the natural order, or if they are not sorted
     */
    record Traits<T>(int characteristics, @Nullable Comparator<? super T> order) {
        static <T> Traits<T> of(int characteristics) {
            return new Traits<>(characteristics, null);
        }
    }

    /**
     * Creates a spliterator that starts before the first element.
     *
     * @param estimate how many elements there may be
     */
    MapSpliterator(
            MapCursor<K, V> cursor,
            BiFunction<? super K, ? super V, ? extends T> shape,
            Traits<T> traits,
            long estimate) {
        this(shape, traits, cursor, MapChunk.empty(), 0, estimate);
    }

    private MapSpliterator(
            BiFunction<? super K, ? super V, ? extends T> shape,
            Traits<T> traits,
            @Nullable MapCursor<K, V> cursor,
            MapChunk<K, V> chunk,
            int next,
            long estimate) {
        this.shape = shape;
        this.traits = traits;
        this.cursor = cursor;
        this.chunk = chunk;
        this.next = next;
        this.estimate = estimate;
    }

    @Override
    public boolean tryAdvance(Consumer<? super T> action) {
        requireAction(action);
        if (!load()) {
            return false;
        }
        action.accept(take());
        return true;
    }

    @Override
    public void forEachRemaining(Consumer<? super T> action) {
        requireAction(action);
        while (load()) {
            while (next < chunk.size) {
                action.accept(take());
            }
        }
    }

    @Override
    public @Nullable Spliterator<T> trySplit() {
        if (cursor == null || !load()) {
            return null;
        }
        MapSpliterator<K, V, T> first = new MapSpliterator<>(shape, traits, null, chunk, next, chunk.size - next);
        estimate = Math.max(0, estimate - first.estimate);
        next = chunk.size;
        return first;
    }

    private static void requireAction(@Nullable Object action) {
        if (action == null) {
            throw new NullPointerException("an action must not be null: action=null; pass a lambda");
        }
    }

    /** Reads the next chunk if this one is used up. Returns whether there is an element. */
    private boolean load() {
        if (next == chunk.size && cursor != null) {
            chunk = cursor.next();
            next = 0;
        }
        return next < chunk.size;
    }

    private T take() {
        K key = chunk.key(next);
        V value = chunk.value(next);
        next++;
        return shape.apply(key, value);
    }

    @Override
    public long estimateSize() {
        return cursor == null ? chunk.size - next : estimate;
    }

    /**
     * Returns the characteristics. A part that was split off is a copy that nothing changes: its elements and their
     * number are fixed.
     */
    @Override
    public int characteristics() {
        return cursor == null
                ? (traits.characteristics & ~CONCURRENT) | IMMUTABLE | SIZED | SUBSIZED
                : traits.characteristics;
    }

    @Override
    public @Nullable Comparator<? super T> getComparator() {
        if (!hasCharacteristics(SORTED)) {
            throw new IllegalStateException(
                    "only a sorted spliterator must be asked for its comparator: this one is not sorted");
        }
        return traits.order;
    }
}
