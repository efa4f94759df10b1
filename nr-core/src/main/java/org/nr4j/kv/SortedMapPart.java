package org.nr4j.kv;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** A part of a sorted map, or all of it backwards. */
final class SortedMapPart<K, V> extends SortedMapBase<K, V> {
    SortedMapPart(MapStore<K, V> store, @Nullable Comparator<? super K> given, MapRange<K> range, boolean descending) {
        super(store, given, range, descending);
    }
}
