package org.nr4j.cnr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a partitioned map does with the maps it is given. */
class PartitionedMapTest {

    @Test
    void eachPart_hasTheKeysOfItsLog() {
        List<Map<Integer, Integer>> made = new ArrayList<>();
        try (PartitionedMap<Integer, Integer> map = PartitionedMap.<Integer, Integer>builder(() -> {
                    made.add(new HashMap<>());
                    return made.get(made.size() - 1);
                })
                .logs(4)
                .replicas(2)
                .build()) {
            for (int key = 0; key < 1_000; key++) {
                map.put(key, key);
            }
            map.sync();
            assertThat(made).hasSize(8);
            for (int part = 0; part < 4; part++) {
                int log = part;
                assertThat(made.get(part).keySet())
                        .hasSizeGreaterThan(150)
                        .allMatch(key -> LogSet.ofHash(key.hashCode(), 4).single() == log);
                assertThat(made.get(4 + part)).isEqualTo(made.get(part));
            }
        }
    }

    @Test
    void suppliersThatGiveNoNewEmptyMap_areRefused() {
        Map<String, Integer> shared = new HashMap<>();
        assertThatThrownBy(() -> PartitionedMap.of(() -> shared)).hasMessageContaining("a new structure each time");
        assertThatThrownBy(() -> PartitionedMap.<String, Integer>of(() -> null)).hasMessageContaining("structure=null");
        assertThatThrownBy(() -> PartitionedMap.of(() -> new HashMap<>(Map.of("a", 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the supplier must make empty maps: map=0 size=1; put the entries into the map once it is"
                        + " built");
        assertThatThrownBy(() -> PartitionedMap.of(null)).hasMessageContaining("supplier must not be null");
        assertThatThrownBy(() ->
                        PartitionedMap.<String, Integer>builder(HashMap::new).logs(0))
                .hasMessageContaining("logs must be at least 1: logs=0");
    }

    @Test
    void whatAPartRefuses_reachesTheCaller_andReplicasStayEqual() {
        try (PartitionedMap<Object, Integer> map = PartitionedMap.<Object, Integer>builder(TreeMap::new)
                .logs(2)
                .replicas(2)
                .build()) {
            for (int key = 0; key < 10; key++) {
                map.put(key, key);
            }
            assertThatThrownBy(() -> map.get("a")).isInstanceOf(ClassCastException.class);
            assertThatThrownBy(() -> map.put("a", 1)).isInstanceOf(ClassCastException.class);
            assertThatThrownBy(() -> map.putAll(Map.of("a", 1))).isInstanceOf(ClassCastException.class);
            assertThat(map).hasSize(10);
            LogMapForm.assertReplicasEqual(map);
        }
    }

    @Test
    void aBuilder_canBeUsedAgain_andClosesParts() {
        class Closing extends HashMap<String, Integer> implements AutoCloseable {
            private static final long serialVersionUID = 1;

            private final transient AtomicInteger closed;

            Closing(AtomicInteger closed) {
                this.closed = closed;
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        }
        AtomicInteger closed = new AtomicInteger();
        var builder = PartitionedMap.<String, Integer>builder(() -> new Closing(closed))
                .logs(3)
                .replicas(2);
        PartitionedMap<String, Integer> one = builder.build();
        PartitionedMap<String, Integer> other = builder.logs(1).build();
        one.put("a", 1);
        assertThat(other).isEmpty();
        one.close();
        assertThat(closed).hasValue(6);
        other.close();
        assertThat(closed).hasValue(8);
    }
}
