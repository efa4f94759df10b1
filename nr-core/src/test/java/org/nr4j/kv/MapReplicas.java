package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import org.nr4j.kv.internal.map.MapStore;
import org.nr4j.kv.internal.table.MapChunk;
import org.nr4j.kv.internal.table.MapQuery;
import org.nr4j.kv.internal.table.MapRange;

/** Looks into the replicas of a map, one by one. */
final class MapReplicas {
    private MapReplicas() {}

    /** Brings all replicas up to date; they must have the same keys and values then, which are returned, in turn. */
    static List<Object> assertEqual(ConcurrentMap<?, ?> map) {
        MapStore<?, ?> store = MapForm.store(map);
        store.replicated().sync();
        List<List<Object>> all = new ArrayList<>();
        for (int replica = 0; replica < store.replicated().replicas(); replica++) {
            try (var token = store.replicated().register(replica)) {
                List<Object> pairs = new ArrayList<>();
                for (int log = 0; log < store.replicated().logs(); log++) {
                    pairs.addAll(pairs((MapChunk<?, ?>) token.execute(everything(map, log))));
                }
                all.add(pairs);
            }
        }
        assertThat(all).as("replicas").allMatch(each -> each.equals(all.get(0)));
        return all.get(0);
    }

    private static MapQuery<?> everything(ConcurrentMap<?, ?> map, int log) {
        return map instanceof ReplicatedNavigableMap
                ? new MapQuery.RangeScan<>(MapRange.all(), false, Integer.MAX_VALUE)
                : new MapQuery.HashScan<>(log, 0, Integer.MAX_VALUE);
    }

    private static List<Object> pairs(MapChunk<?, ?> chunk) {
        List<Object> pairs = new ArrayList<>();
        for (int i = 0; i < chunk.size; i++) {
            pairs.add(chunk.key(i));
            pairs.add(chunk.value(i));
        }
        return pairs;
    }
}
