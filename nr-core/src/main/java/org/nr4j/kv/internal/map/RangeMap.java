package org.nr4j.kv.internal.map;

import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.Spliterator;
import java.util.concurrent.ConcurrentNavigableMap;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.table.MapChange;
import org.nr4j.kv.internal.table.MapChunk;
import org.nr4j.kv.internal.table.MapQuery;
import org.nr4j.kv.internal.table.MapRange;
import org.nr4j.kv.internal.views.MapWalk;

/** A sorted map or a part of it, in either direction: {@link ConcurrentNavigableMap} over a range of the keys. */
public final class RangeMap<K, V> extends MapBase<K, V> implements ConcurrentNavigableMap<K, V> {
    private final @Nullable Comparator<? super K> given;
    private final Comparator<? super K> order;
    private final MapRange<K> range;
    private final boolean descending;

    /**
     * Creates a map of a range of a sorted table.
     *
     * @param given the comparator of the whole map, null for the natural order
     * @param range the keys of this map
     * @param descending whether this map goes from the highest key to the lowest
     */
    public RangeMap(
            MapStore<K, V> store, @Nullable Comparator<? super K> given, MapRange<K> range, boolean descending) {
        super(store);
        this.given = given;
        this.order = orderOf(given);
        this.range = range;
        this.descending = descending;
    }

    @SuppressWarnings("unchecked") // a key that is not comparable gets a ClassCastException, as in TreeMap
    public static <K> Comparator<? super K> orderOf(@Nullable Comparator<? super K> given) {
        return given == null ? (Comparator<K>) Comparator.naturalOrder() : given;
    }

    // ---- for the base ----

    @Override
    @SuppressWarnings("unchecked")
    boolean covers(Object key) {
        return range.isAll() || range.contains((K) key, order);
    }

    @Override
    @SuppressWarnings("unchecked")
    void checkComparable(Object[] pairs) {
        for (int i = 2; i < pairs.length; i += 2) {
            order.compare((K) pairs[i - 2], (K) pairs[i]);
        }
    }

    @Override
    MapCursor<K, V> cursor() {
        return new MapCursor.Sorted<>(store, range, descending);
    }

    @Override
    MapSpliterator.Traits<K> keyTraits() {
        return traits(comparator());
    }

    @Override
    @SuppressWarnings("unchecked")
    MapSpliterator.Traits<Map.Entry<K, V>> entryTraits() {
        Comparator<K> keys = (Comparator<K>) (descending ? Collections.reverseOrder(order) : order);
        return traits(Map.Entry.comparingByKey(keys));
    }

    private static <T> MapSpliterator.Traits<T> traits(@Nullable Comparator<? super T> order) {
        int characteristics = Spliterator.CONCURRENT
                | Spliterator.DISTINCT
                | Spliterator.NONNULL
                | Spliterator.ORDERED
                | Spliterator.SORTED;
        return new MapSpliterator.Traits<>(characteristics, order);
    }

    /**
     * The comparator may treat keys as equal that are not equal by {@code equals}. So it matters whether
     * {@code removeAll} asks this map or the argument. This rule is that of {@code ConcurrentSkipListMap} and
     * {@code TreeMap}.
     */
    @Override
    MapWalk<K, V> walk() {
        return new Walk() {
            @Override
            public boolean removesEach(Set<?> view, Collection<?> argument) {
                return argument.size() < view.size();
            }
        };
    }

    @Override
    String rangeText() {
        return range.toString();
    }

    // ---- the whole ----

    /** Returns the number of entries at one instant. Takes O(log n) for a part of the map. */
    @Override
    public int size() {
        return range.isAll() ? store.size() : store.read(new MapQuery.RangeCount<>(range));
    }

    /** Removes all entries of this map, or of this part, as one write. */
    @Override
    public void clear() {
        if (!isEmpty()) {
            store.write(range.isAll() ? new MapChange.Clear<>() : new MapChange.ClearRange<>(range));
        }
    }

    /** The comparator, or null for the natural order. */
    @Override
    public @Nullable Comparator<? super K> comparator() {
        return descending ? Collections.reverseOrder(given) : given;
    }

    // ---- neighbours ----

    /** The entry at the beginning, at one instant, or null. */
    @Override
    public Map.@Nullable Entry<K, V> firstEntry() {
        return entry(scan(range, descending));
    }

    /** The entry at the end, at one instant, or null. */
    @Override
    public Map.@Nullable Entry<K, V> lastEntry() {
        return entry(scan(range, !descending));
    }

    @Override
    public K firstKey() {
        return presentKey(scan(range, descending));
    }

    @Override
    public K lastKey() {
        return presentKey(scan(range, !descending));
    }

    /** Removes the entry at the beginning and returns it, or null. One write. */
    @Override
    public Map.@Nullable Entry<K, V> pollFirstEntry() {
        return entry(store.poll(range, descending));
    }

    /** Removes the entry at the end and returns it, or null. One write. */
    @Override
    public Map.@Nullable Entry<K, V> pollLastEntry() {
        return entry(store.poll(range, !descending));
    }

    @Override
    public Map.@Nullable Entry<K, V> lowerEntry(K key) {
        return entry(before(key, false));
    }

    @Override
    public @Nullable K lowerKey(K key) {
        return key(before(key, false));
    }

    @Override
    public Map.@Nullable Entry<K, V> floorEntry(K key) {
        return entry(before(key, true));
    }

    @Override
    public @Nullable K floorKey(K key) {
        return key(before(key, true));
    }

    @Override
    public Map.@Nullable Entry<K, V> ceilingEntry(K key) {
        return entry(after(key, true));
    }

    @Override
    public @Nullable K ceilingKey(K key) {
        return key(after(key, true));
    }

    @Override
    public Map.@Nullable Entry<K, V> higherEntry(K key) {
        return entry(after(key, false));
    }

    @Override
    public @Nullable K higherKey(K key) {
        return key(after(key, false));
    }

    private MapChunk<K, V> before(K key, boolean included) {
        requireKey(key);
        return scan(descending ? range.from(key, included, order) : range.to(key, included, order), !descending);
    }

    private MapChunk<K, V> after(K key, boolean included) {
        requireKey(key);
        return scan(descending ? range.to(key, included, order) : range.from(key, included, order), descending);
    }

    /** The entry at one end of a range, if there is one. */
    private MapChunk<K, V> scan(MapRange<K> within, boolean fromAbove) {
        return store.read(new MapQuery.RangeScan<K, V>(within, fromAbove, 1));
    }

    private Map.@Nullable Entry<K, V> entry(MapChunk<K, V> found) {
        return found.size == 0 ? null : new SimpleImmutableEntry<>(found.key(0), found.value(0));
    }

    private @Nullable K key(MapChunk<K, V> found) {
        return found.size == 0 ? null : found.key(0);
    }

    private K presentKey(MapChunk<K, V> found) {
        K key = key(found);
        if (key == null) {
            throw new NoSuchElementException(
                    "a map must not be empty to have a first and a last key: size=0; use firstEntry() or lastEntry()");
        }
        return key;
    }

    // ---- parts ----

    @Override
    public ConcurrentNavigableMap<K, V> subMap(K fromKey, boolean fromInclusive, K toKey, boolean toInclusive) {
        requireKey(fromKey);
        requireKey(toKey);
        int side = order.compare(fromKey, toKey);
        if (descending ? side < 0 : side > 0) {
            throw new IllegalArgumentException("fromKey must not come after toKey: fromKey=" + fromKey + " toKey="
                    + toKey + "; exchange them, or ask descendingMap()");
        }
        return descending
                ? part(toKey, toInclusive, fromKey, fromInclusive)
                : part(fromKey, fromInclusive, toKey, toInclusive);
    }

    @Override
    public ConcurrentNavigableMap<K, V> headMap(K toKey, boolean inclusive) {
        requireKey(toKey);
        return descending ? part(toKey, inclusive, null, false) : part(null, false, toKey, inclusive);
    }

    @Override
    public ConcurrentNavigableMap<K, V> tailMap(K fromKey, boolean inclusive) {
        requireKey(fromKey);
        return descending ? part(null, false, fromKey, inclusive) : part(fromKey, inclusive, null, false);
    }

    @Override
    public ConcurrentNavigableMap<K, V> subMap(K fromKey, K toKey) {
        return subMap(fromKey, true, toKey, false);
    }

    @Override
    public ConcurrentNavigableMap<K, V> headMap(K toKey) {
        return headMap(toKey, false);
    }

    @Override
    public ConcurrentNavigableMap<K, V> tailMap(K fromKey) {
        return tailMap(fromKey, true);
    }

    /** The same entries in the other direction, as a live view. */
    @Override
    public ConcurrentNavigableMap<K, V> descendingMap() {
        return reversed();
    }

    RangeMap<K, V> reversed() {
        return new RangeMap<>(store, given, range, !descending);
    }

    /** A part of this map. Where a bound is null, this map's bound stays. */
    private ConcurrentNavigableMap<K, V> part(
            @Nullable K low, boolean lowIncluded, @Nullable K high, boolean highIncluded) {
        MapRange<K> part = range;
        if (low != null) {
            requireInside(low, lowIncluded);
            part = part.from(low, lowIncluded, order);
        }
        if (high != null) {
            requireInside(high, highIncluded);
            part = part.to(high, highIncluded, order);
        }
        return new RangeMap<>(store, given, part, descending);
    }

    private void requireInside(K bound, boolean included) {
        if (!range.canBound(bound, included, order)) {
            throw new IllegalArgumentException("a part must lie inside of what it is a part of: bound=" + bound
                    + " range=" + range + "; ask the whole map");
        }
    }

    // ---- key sets ----

    @Override
    public NavigableSet<K> keySet() {
        return navigableKeySet();
    }

    @Override
    public NavigableSet<K> navigableKeySet() {
        return new SortedMapKeys<>(this);
    }

    @Override
    public NavigableSet<K> descendingKeySet() {
        return new SortedMapKeys<>(reversed());
    }
}
