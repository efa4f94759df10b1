package org.nr4j.kv.internal.views;

import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Objects;
import java.util.Spliterator;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;

/** The keys of a map that has no null, as a live view. */
public class KeysView<K, V> extends AbstractSet<K> {
    private final ConcurrentMap<K, V> map;
    private final MapWalk<K, V> walk;

    /** Those of that map, in its way of going through them. */
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
}
