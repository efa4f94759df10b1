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

/** The entries of a map that has no null, as a live view. */
public final class EntriesView<K, V> extends AbstractSet<Map.Entry<K, V>> {
    private final ConcurrentMap<K, V> map;
    private final MapWalk<K, V> walk;

    /** What was in the map when the iterator came by; setting the value puts it into the map, whatever is there by then. */
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

    /** Those of that map, in its way of going through them. */
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
        Objects.requireNonNull(entries, "a collection must not be null: c=null; pass a collection");
        return removeIf(entries::contains);
    }

    @Override
    public boolean retainAll(Collection<?> entries) {
        Objects.requireNonNull(entries, "a collection must not be null: c=null; pass a collection");
        return removeIf(entry -> !entries.contains(entry));
    }
}
