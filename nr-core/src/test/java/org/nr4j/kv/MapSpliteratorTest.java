package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Spliterator;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests arguments and characteristics of the maps' spliterators, and checks that the maps are not serializable. */
class MapSpliteratorTest {
    static Stream<MapForm> forms() {
        return MapForm.all();
    }

    private static List<Spliterator<?>> spliterators(Map<Integer, Integer> map) {
        return List.of(
                map.keySet().spliterator(),
                map.values().spliterator(),
                map.entrySet().spliterator());
    }

    @ParameterizedTest
    @MethodSource("forms")
    void nullAction_isRefused_andConsumesNothing(MapForm form) {
        ConcurrentMap<Integer, Integer> map = form.newMap();
        for (int size : new int[] {0, 3}) {
            for (int i = 0; i < size; i++) {
                map.put(i, i);
            }
            for (Spliterator<?> spliterator : spliterators(map)) {
                assertThatThrownBy(() -> spliterator.tryAdvance(null)).isInstanceOf(NullPointerException.class);
                assertThatThrownBy(() -> spliterator.forEachRemaining(null)).isInstanceOf(NullPointerException.class);
                List<Object> left = new ArrayList<>();
                spliterator.forEachRemaining(left::add);
                assertThat(left).hasSize(size);
                assertThatThrownBy(() -> spliterator.tryAdvance(null)).isInstanceOf(NullPointerException.class);
            }
        }
        MapForm.close(map);
    }

    /** A part that was split off is a copy: IMMUTABLE, and of a known size. The contract excludes CONCURRENT then. */
    @ParameterizedTest
    @MethodSource("forms")
    void splitOffPart_isAnImmutableCopy(MapForm form) {
        ConcurrentMap<Integer, Integer> map = form.newMap();
        for (int i = 0; i < 100; i++) {
            map.put(i, i);
        }
        for (Spliterator<?> whole : spliterators(map)) {
            assertThat(whole.hasCharacteristics(Spliterator.CONCURRENT)).isTrue();
            assertThat(whole.hasCharacteristics(Spliterator.IMMUTABLE)).isFalse();
            assertThat(whole.hasCharacteristics(Spliterator.SIZED)).isFalse();
            Spliterator<?> part = whole.trySplit();
            int fixed = Spliterator.IMMUTABLE | Spliterator.SIZED | Spliterator.SUBSIZED;
            assertThat(part.characteristics()).isEqualTo((whole.characteristics() & ~Spliterator.CONCURRENT) | fixed);
            long size = part.getExactSizeIfKnown();
            List<Object> elements = new ArrayList<>();
            part.tryAdvance(elements::add);
            assertThat(part.getExactSizeIfKnown()).isEqualTo(size - 1);
            part.forEachRemaining(elements::add);
            assertThat(elements).hasSize((int) size);
        }
        MapForm.close(map);
    }

    /** An instance owns replicas, a log and their placement, which no stream can hold. A copy can be serialized. */
    @Test
    void maps_areNotSerializable() {
        try (ReplicatedMap<String, String> hashed = ReplicatedMap.create();
                ReplicatedNavigableMap<String, String> sorted = ReplicatedNavigableMap.create()) {
            assertThat(hashed).isNotInstanceOf(Serializable.class);
            assertThat(sorted).isNotInstanceOf(Serializable.class);
            assertThat(sorted.headMap("a")).isNotInstanceOf(Serializable.class);
        }
    }
}
