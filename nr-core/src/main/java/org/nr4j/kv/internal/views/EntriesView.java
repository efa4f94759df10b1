package org.nr4j.kv.internal.views;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Spliterator;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The entries of a map, as a live view. The map has no null keys or values. */
public final class EntriesView<K, V> extends AbstractSet<Map.Entry<K, V>> {
    private final ConcurrentMap<K, V> map;
    private final MapWalk<K, V> walk;

    /**
     * An entry as the iterator found it. {@code setValue} puts the value into the map, whatever the map has by then.
     */
    private static final class Written<K, V> extends AbstractMap.SimpleEntry<K, V> {
        private static final long serialVersionUID = 1;

        private final transient ConcurrentMap<K, V> map;

        Written(ConcurrentMap<K, V> map, K key, V value) {
            super(key, value);
            this.map = map;
        }

        @Override
        public V setValue(V value) {
            map.put(getKey(), value);
            return super.setValue(value);
        }
    }

    /**
     * Creates the view of a map.
     *
     * @param walk walks through the map
     */
    public EntriesView(ConcurrentMap<K, V> map, MapWalk<K, V> walk) {
        this.map = map;
        this.walk = walk;
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
        return walk.iterator((key, value) -> new Written<>(map, key, value));
    }

    @Override
    public Spliterator<Map.Entry<K, V>> spliterator() {
        return walk.entries((key, value) -> new Written<>(map, key, value));
    }

    @Override
    public boolean removeIf(Predicate<? super Map.Entry<K, V>> condition) {
        Objects.requireNonNull(condition, "a condition must not be null: filter=null; pass a lambda");
        return walk.removeIf((key, value) -> condition.test(new AbstractMap.SimpleImmutableEntry<>(key, value)));
    }

    @Override
    public boolean removeAll(Collection<?> entries) {
        return walk.removeAll(this, entries);
    }

    @Override
    public boolean retainAll(Collection<?> entries) {
        return walk.retainAll(this, entries);
    }
}
