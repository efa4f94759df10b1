package org.nr4j.kv.internal.views;

import java.util.AbstractCollection;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Spliterator;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The values of a map, as a live view. The map has no null values.
 *
 * <p>A method that removes a value removes only the value it tested, not one that another thread has put since.
 */
public final class ValuesView<K, V> extends AbstractCollection<V> {
    private final ConcurrentMap<K, V> map;
    private final MapWalk<K, V> walk;

    /**
     * Creates the view of a map.
     *
     * @param walk walks through the map
     */
    public ValuesView(ConcurrentMap<K, V> map, MapWalk<K, V> walk) {
        this.map = map;
        this.walk = walk;
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
    @SuppressWarnings("ModifyCollectionInEnhancedForLoop") // these iterators are weakly consistent
    public boolean remove(@Nullable Object value) {
        if (value == null) {
            return false;
        }
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
        return walk.iterator((key, value) -> value);
    }

    @Override
    public Spliterator<V> spliterator() {
        return walk.values();
    }

    @Override
    public boolean removeIf(Predicate<? super V> condition) {
        Objects.requireNonNull(condition, "a condition must not be null: filter=null; pass a lambda");
        return walk.removeIf((key, value) -> condition.test(value));
    }

    @Override
    public boolean removeAll(Collection<?> values) {
        Objects.requireNonNull(values, "a collection must not be null: c=null; pass a collection");
        return removeIf(values::contains);
    }

    @Override
    public boolean retainAll(Collection<?> values) {
        return walk.retainAll(this, values);
    }
}
