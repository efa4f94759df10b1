package org.nr4j.kv.internal.map;

import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableSet;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.views.KeysView;

/** The keys of a sorted map or a part of it. */
public final class SortedMapKeys<K, V> extends KeysView<K, V> implements NavigableSet<K> {
    private final RangeMap<K, V> map;

    SortedMapKeys(RangeMap<K, V> map) {
        super(map, map.walk());
        this.map = map;
    }

    @Override
    public @Nullable Comparator<? super K> comparator() {
        return map.comparator();
    }

    @Override
    public K first() {
        return map.firstKey();
    }

    @Override
    public K last() {
        return map.lastKey();
    }

    @Override
    public @Nullable K lower(K key) {
        return map.lowerKey(key);
    }

    @Override
    public @Nullable K floor(K key) {
        return map.floorKey(key);
    }

    @Override
    public @Nullable K ceiling(K key) {
        return map.ceilingKey(key);
    }

    @Override
    public @Nullable K higher(K key) {
        return map.higherKey(key);
    }

    @Override
    public @Nullable K pollFirst() {
        return key(map.pollFirstEntry());
    }

    @Override
    public @Nullable K pollLast() {
        return key(map.pollLastEntry());
    }

    private static <K> @Nullable K key(Map.@Nullable Entry<K, ?> entry) {
        return entry == null ? null : entry.getKey();
    }

    @Override
    public NavigableSet<K> descendingSet() {
        return map.descendingKeySet();
    }

    @Override
    public Iterator<K> descendingIterator() {
        return map.reversed().iterator((key, value) -> key);
    }

    @Override
    public NavigableSet<K> subSet(K fromKey, boolean fromInclusive, K toKey, boolean toInclusive) {
        return map.subMap(fromKey, fromInclusive, toKey, toInclusive).navigableKeySet();
    }

    @Override
    public NavigableSet<K> headSet(K toKey, boolean inclusive) {
        return map.headMap(toKey, inclusive).navigableKeySet();
    }

    @Override
    public NavigableSet<K> tailSet(K fromKey, boolean inclusive) {
        return map.tailMap(fromKey, inclusive).navigableKeySet();
    }

    @Override
    public NavigableSet<K> subSet(K fromKey, K toKey) {
        return subSet(fromKey, true, toKey, false);
    }

    @Override
    public NavigableSet<K> headSet(K toKey) {
        return headSet(toKey, false);
    }

    @Override
    public NavigableSet<K> tailSet(K fromKey) {
        return tailSet(fromKey, true);
    }
}
