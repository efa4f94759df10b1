package org.nr4j.kv;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Spliterator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The entries of a map. */
final class MapEntries<K, V> extends AbstractSet<Map.Entry<K, V>> {
    private final MapBase<K, V> map;

    /** What was in the map when the iterator came by; setting the value puts it into the map, whatever is there by then. */
    private static final class Written<K, V> extends AbstractMap.SimpleEntry<K, V> {
        private static final long serialVersionUID = 1;

        private final transient MapBase<K, V> map;

        Written(MapBase<K, V> map, K key, V value) {
            super(key, value);
            this.map = map;
        }

        @Override
        public V setValue(V value) {
            map.put(getKey(), value);
            return super.setValue(value);
        }
    }

    MapEntries(MapBase<K, V> map) {
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
        return map.iterator((key, value) -> new Written<>(map, key, value));
    }

    @Override
    public Spliterator<Map.Entry<K, V>> spliterator() {
        return map.spliterator((key, value) -> new Written<>(map, key, value), map.entryTraits());
    }

    @Override
    public boolean removeIf(Predicate<? super Map.Entry<K, V>> condition) {
        Objects.requireNonNull(condition, "a condition must not be null: filter=null; pass a lambda");
        return map.removeEntriesIf((key, value) -> condition.test(new AbstractMap.SimpleImmutableEntry<>(key, value)));
    }

    @Override
    public boolean removeAll(Collection<?> entries) {
        Objects.requireNonNull(entries, "entries must not be null: c=null; pass a collection");
        return removeIf(entries::contains);
    }

    @Override
    public boolean retainAll(Collection<?> entries) {
        Objects.requireNonNull(entries, "entries must not be null: c=null; pass a collection");
        return removeIf(entry -> !entries.contains(entry));
    }
}
