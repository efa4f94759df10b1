package org.nr4j.kv;

import java.util.AbstractSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.Objects;
import java.util.Spliterator;
import java.util.function.Predicate;

/** The keys of a map. */
class MapKeys<K, V> extends AbstractSet<K> {
    private final MapBase<K, V> map;

    MapKeys(MapBase<K, V> map) {
        this.map = map;
    }

    @Override
    public int size() {
        return map.size();
    }

    @Override
    public boolean contains(Object key) {
        return map.containsKey(key);
    }

    @Override
    public boolean remove(Object key) {
        return map.remove(key) != null;
    }

    @Override
    public void clear() {
        map.clear();
    }

    @Override
    public Iterator<K> iterator() {
        return map.iterator((key, value) -> key);
    }

    @Override
    public Spliterator<K> spliterator() {
        return map.spliterator((key, value) -> key, map.keyTraits());
    }

    @Override
    public boolean removeIf(Predicate<? super K> condition) {
        Objects.requireNonNull(condition, "a condition must not be null: filter=null; pass a lambda");
        return map.removeEntriesIf((key, value) -> condition.test(key));
    }

    @Override
    public boolean removeAll(Collection<?> keys) {
        Objects.requireNonNull(keys, "keys must not be null: c=null; pass a collection");
        return removeIf(keys::contains);
    }

    @Override
    public boolean retainAll(Collection<?> keys) {
        Objects.requireNonNull(keys, "keys must not be null: c=null; pass a collection");
        return removeIf(key -> !keys.contains(key));
    }
}
