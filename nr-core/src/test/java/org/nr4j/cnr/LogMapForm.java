package org.nr4j.cnr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A form of map over several logs to test. */
record LogMapForm(boolean partitioned, int replicas, int logs, int logCapacity) {

    /** Each map, with one replica, which needs no log, and with two, over tiny logs. */
    static Stream<LogMapForm> all() {
        return Stream.of(true, false)
                .flatMap(partitioned -> Stream.of(1, 2)
                        .flatMap(replicas ->
                                Stream.of(1, 2, 4).map(logs -> new LogMapForm(partitioned, replicas, logs, 1))));
    }

    <K, V> MapOverLogs<K, V> newMap() {
        return partitioned
                ? built(PartitionedMap.<K, V>builder(HashMap::new))
                : built(ConcurrentReplicatedMap.<K, V>builder());
    }

    private <M> M built(LogMapBuilder<M> builder) {
        return builder.replicas(replicas).logs(logs).logCapacity(logCapacity).build();
    }

    /** Brings all replicas up to date; they must have the same keys and values then. */
    static void assertReplicasEqual(MapOverLogs<?, ?> map) {
        map.sync();
        List<Map<Object, Object>> all = new ArrayList<>();
        for (int replica = 0; replica < map.replicas(); replica++) {
            try (var token = map.replicated.register(replica)) {
                all.add(toMap((Object[]) token.execute(MapReplica.Whole.PAIRS)));
            }
        }
        assertThat(all).as("replicas").allMatch(each -> each.equals(all.get(0)));
    }

    private static Map<Object, Object> toMap(Object[] pairs) {
        Map<Object, Object> map = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            assertThat(map.put(pairs[i], pairs[i + 1])).isNull();
        }
        return map;
    }

    @Override
    public String toString() {
        return (partitioned ? "partitioned" : "concurrent") + " replicas=" + replicas + " logs=" + logs;
    }
}
