package org.nr4j.kv;

import java.util.AbstractCollection;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Spliterator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The values of a map. What removes a value removes the entry that was tested, not one that another thread put in its place. */
final class MapValues<K, V> extends AbstractCollection<V> {
    private final MapBase<K, V> map;

    MapValues(MapBase<K, V> map) {
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
        return map.iterator((key, value) -> value);
    }

    @Override
    public Spliterator<V> spliterator() {
        int characteristics = map.keyTraits().characteristics() & ~(Spliterator.DISTINCT | Spliterator.SORTED);
        return map.spliterator((key, value) -> value, MapSpliterator.Traits.of(characteristics));
    }

    @Override
    public boolean removeIf(Predicate<? super V> condition) {
        Objects.requireNonNull(condition, "a condition must not be null: filter=null; pass a lambda");
        return map.removeEntriesIf((key, value) -> condition.test(value));
    }

    @Override
    public boolean removeAll(Collection<?> values) {
        Objects.requireNonNull(values, "values must not be null: c=null; pass a collection");
        return removeIf(values::contains);
    }

    @Override
    public boolean retainAll(Collection<?> values) {
        Objects.requireNonNull(values, "values must not be null: c=null; pass a collection");
        return removeIf(value -> !values.contains(value));
    }
}
