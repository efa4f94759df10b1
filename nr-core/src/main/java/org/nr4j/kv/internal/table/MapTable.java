package org.nr4j.kv.internal.table;

import org.jspecify.annotations.Nullable;
import org.nr4j.WriteBatch;
import org.nr4j.cnr.ConcurrentDispatch;

/**
 * The plain table that is replicated. Single-threaded, except for {@link HashParts}. A read is a {@link MapQuery}. The
 * most frequent read, a get, is the bare key. A write is a {@link MapChange}.
 */
public abstract class MapTable<K, V> implements ConcurrentDispatch<Object, MapChange<K, V>, @Nullable Object> {

    abstract @Nullable V get(Object key);

    /** Returns the old value. */
    abstract @Nullable V put(K key, V value);

    /** Returns the old value. */
    abstract @Nullable V remove(Object key);

    /**
     * Sets the value of a key to {@code next}, if its present value is the same object as {@code expected}. If
     * {@code next} is null, removes the key. A null {@code expected} stands for a missing key. Returns the value found.
     */
    abstract @Nullable V compareAndSet(K key, @Nullable V expected, @Nullable V next);

    public abstract int size();

    abstract void clear();

    /** Returns a table with the same keys and values. Copies only the arrays. Must be called while nobody writes. */
    public abstract MapTable<K, V> copy();

    /** Answers a query. Separate from {@link #dispatch}, so that a get is short. */
    abstract @Nullable Object query(MapQuery<?> query);

    @Override
    @SuppressWarnings("NullAway") // the answer is nullable
    public Object dispatch(Object op) {
        return op instanceof MapQuery<?> query ? query(query) : get(op);
    }

    /**
     * Gets are optimistic. The search for a key ends, whatever a write does meanwhile. It calls only {@code hashCode},
     * {@code equals} or a comparator.
     */
    @Override
    public boolean isOptimistic(Object op) {
        return !(op instanceof MapQuery<?>);
    }

    @Override
    @SuppressWarnings("NullAway")
    public Object dispatchMut(MapChange<K, V> op) {
        return op.applyTo(this);
    }

    /** Called if there is only one log. */
    @Override
    @SuppressWarnings("NullAway")
    public void dispatchMutAll(WriteBatch<MapChange<K, V>, @Nullable Object> batch) {
        while (batch.hasNext()) {
            batch.answer(batch.next().applyTo(this));
        }
    }
}
