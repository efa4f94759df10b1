package org.nr4j.kv;

import java.util.Collection;
import java.util.Objects;
import org.nr4j.kv.internal.views.KeysView;

/** The keys of a map. */
class MapKeys<K, V> extends KeysView<K, V> {

    MapKeys(MapBase<K, V> map) {
        super(map, map.walk());
    }

    @Override
    public boolean removeAll(Collection<?> keys) {
        Objects.requireNonNull(keys, "a collection must not be null: c=null; pass a collection");
        return removeIf(keys::contains);
    }

    @Override
    public boolean retainAll(Collection<?> keys) {
        Objects.requireNonNull(keys, "a collection must not be null: c=null; pass a collection");
        return removeIf(key -> !keys.contains(key));
    }
}
