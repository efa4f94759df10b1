package org.nr4j.kv.internal.views;

import java.util.AbstractSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.Objects;
import java.util.Spliterator;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;

/** The keys of a map, as a live view. The map has no null keys. */
public class KeysView<K, V> extends AbstractSet<K> {
    private final ConcurrentMap<K, V> map;
    private final MapWalk<K, V> walk;

    /**
     * Creates the view of a map.
     *
     * @param walk walks through the map
     */
    public KeysView(ConcurrentMap<K, V> map, MapWalk<K, V> walk) {
        this.map = map;
        this.walk = walk;
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
        return walk.iterator((key, value) -> key);
    }

    @Override
    public Spliterator<K> spliterator() {
        return walk.keys();
    }

    @Override
    public boolean removeIf(Predicate<? super K> condition) {
        Objects.requireNonNull(condition, "a condition must not be null: filter=null; pass a lambda");
        return walk.removeIf((key, value) -> condition.test(key));
    }

    @Override
    public boolean removeAll(Collection<?> keys) {
        return walk.removeAll(this, keys);
    }

    @Override
    public boolean retainAll(Collection<?> keys) {
        return walk.retainAll(this, keys);
    }
}
