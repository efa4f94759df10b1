package org.nr4j.kv.internal.map;

import java.util.Map;
import java.util.Spliterator;
import org.nr4j.kv.internal.table.MapChange;

/** A hashed map over a {@link MapStore}. */
public final class HashedMap<K, V> extends MapBase<K, V> {
    private static final int KEYS = Spliterator.CONCURRENT | Spliterator.DISTINCT | Spliterator.NONNULL;

    public HashedMap(MapStore<K, V> store) {
        super(store);
    }

    @Override
    public int size() {
        return store.size();
    }

    @Override
    public void clear() {
        if (!isEmpty()) {
            store.write(new MapChange.Clear<>());
        }
    }

    @Override
    boolean covers(Object key) {
        return true;
    }

    /** Hashed keys are never compared. */
    @Override
    void checkComparable(Object[] pairs) {}

    @Override
    MapCursor<K, V> cursor() {
        return new MapCursor.Hashed<>(store);
    }

    @Override
    MapSpliterator.Traits<K> keyTraits() {
        return MapSpliterator.Traits.of(KEYS);
    }

    @Override
    MapSpliterator.Traits<Map.Entry<K, V>> entryTraits() {
        return MapSpliterator.Traits.of(KEYS);
    }

    @Override
    String rangeText() {
        return "all";
    }
}
