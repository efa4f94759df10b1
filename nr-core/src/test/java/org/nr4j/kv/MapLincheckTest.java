package org.nr4j.kv;

import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.WaitStrategy;
import org.nr4j.topology.NumaTopology;

/**
 * Checks small programs on the maps under stress. Only the core can interleave, and the core's tests use the model
 * checker. The tables run under the core's locks, and would only slow the model checker down.
 */
@Tag("lincheck")
@Timeout(value = 100, threadMode = ThreadMode.SEPARATE_THREAD)
class MapLincheckTest {

    @ParameterizedTest
    @ValueSource(classes = {Hashed.class, HashedInParts.class, Sorted.class})
    void stress(Class<?> map) {
        new StressOptions()
                .iterations(4)
                .invocationsPerIteration(300)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .check(map);
    }

    private static <M> M built(ReplicatedMapBuilder<M, ?> builder, int replicas) {
        return builder.replicas(replicas)
                .logCapacity(2)
                .topology(NumaTopology.simulated(1, 2))
                .waitStrategy(WaitStrategy.of(1, 0))
                .build();
    }

    @Param(name = "key", gen = IntGen.class, conf = "2:3")
    @Param(name = "value", gen = IntGen.class, conf = "1:3")
    public abstract static class Operations {
        final ConcurrentMap<Integer, Integer> map;

        Operations(ConcurrentMap<Integer, Integer> map) {
            this.map = map;
        }

        @Operation
        public Integer get(@Param(name = "key") int key) {
            return map.get(key);
        }

        @Operation
        public Integer put(@Param(name = "key") int key, @Param(name = "value") int value) {
            return map.put(key, value);
        }

        @Operation
        public boolean remove(@Param(name = "key") int key, @Param(name = "value") int value) {
            return map.remove(key, value);
        }

        @Operation
        public Integer merge(@Param(name = "key") int key, @Param(name = "value") int value) {
            return map.merge(key, value, (old, more) -> old > 5 ? null : old + more);
        }

        @Operation
        public Integer computeIfAbsent(@Param(name = "key") int key, @Param(name = "value") int value) {
            return map.computeIfAbsent(key, k -> value);
        }

        @Operation
        public int size() {
            return map.size();
        }
    }

    /** A hashed map on two replicas. */
    public static class Hashed extends Operations {
        public Hashed() {
            this(1);
        }

        Hashed(int logs) {
            super(built(ReplicatedMap.<Integer, Integer>builder().logs(logs), 2));
        }

        @Operation
        public boolean clear() {
            map.clear();
            return true;
        }
    }

    /** A hashed map of two logs, of which each has one of the keys, on two replicas. */
    public static class HashedInParts extends Hashed {
        public HashedInParts() {
            super(2);
        }
    }

    /** A sorted map on two replicas. */
    public static class Sorted extends Operations {
        private final ReplicatedNavigableMap<Integer, Integer> sorted;

        public Sorted() {
            this(built(ReplicatedNavigableMap.<Integer, Integer>builder(), 2));
        }

        private Sorted(ReplicatedNavigableMap<Integer, Integer> sorted) {
            super(sorted);
            this.sorted = sorted;
        }

        @Operation
        public String pollFirst() {
            return text(sorted.pollFirstEntry());
        }

        @Operation
        public String higher(@Param(name = "key") int key) {
            return text(sorted.higherEntry(key));
        }

        private static String text(Map.Entry<Integer, Integer> entry) {
            return entry == null ? "none" : entry.toString();
        }
    }
}
