package org.nr4j;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nr4j.topology.NumaTopology;

/**
 * Checks small programs on a map and a queue, in every interleaving that Lincheck's model checker reaches, and under
 * stress. Waits are as short as the strategy allows, so that the model checker reaches the parking, not only the
 * spinning.
 */
@Tag("lincheck")
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class LincheckTest {

    static List<Class<?>> structures() {
        return List.of(
                MapOnTwoReplicas.class,
                MapOnOneReplica.class,
                MapReadOptimistically.class,
                QueueOnTwoReplicas.class,
                QueueOnOneReplica.class);
    }

    @ParameterizedTest
    @MethodSource("structures")
    void modelChecking(Class<?> structure) {
        new ModelCheckingOptions()
                .iterations(4)
                .invocationsPerIteration(25)
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                .check(structure);
    }

    @ParameterizedTest
    @MethodSource("structures")
    void stress(Class<?> structure) {
        new StressOptions()
                .iterations(8)
                .invocationsPerIteration(300)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .check(structure);
    }

    /** The tests above can fail. */
    @Test
    void readsThatDoNotWait_areFound() {
        assertThatThrownBy(() -> new ModelCheckingOptions()
                        .iterations(20)
                        .invocationsPerIteration(30)
                        .threads(2)
                        .actorsPerThread(2)
                        .actorsBefore(0)
                        .actorsAfter(0)
                        .minimizeFailedScenario(false)
                        .check(StaleMap.class))
                .hasMessageContaining("Invalid execution results");
    }

    private abstract static class Replicated<S> {
        final List<S> structures = new ArrayList<>();
        private final NodeReplicated<Function<S, Integer>, Function<S, Integer>, Integer> nr;

        Replicated(Supplier<S> supplier, int replicas, boolean optimistic) {
            nr = NodeReplicated.<Function<S, Integer>, Function<S, Integer>, Integer>builder(() -> {
                        structures.add(supplier.get());
                        return new Applying<>(structures.get(structures.size() - 1), optimistic);
                    })
                    .replicas(replicas)
                    .logCapacity(2)
                    .topology(NumaTopology.simulated(1, 2))
                    .waitStrategy(WaitStrategy.of(1, 0))
                    .build();
        }

        final Integer read(int thread, Function<S, Integer> op) {
            return nr.register(thread % nr.replicas()).execute(op);
        }

        final Integer write(int thread, Function<S, Integer> op) {
            return nr.register(thread % nr.replicas()).executeMut(op);
        }
    }

    private record Applying<S>(S structure, boolean optimistic)
            implements Dispatch<Function<S, Integer>, Function<S, Integer>, Integer> {
        @Override
        public boolean isOptimistic(Function<S, Integer> op) {
            return optimistic;
        }

        @Override
        public Integer dispatch(Function<S, Integer> op) {
            return op.apply(structure);
        }

        @Override
        public Integer dispatchMut(Function<S, Integer> op) {
            return op.apply(structure);
        }
    }

    @Param(name = "thread", gen = ThreadIdGen.class)
    @Param(name = "key", gen = IntGen.class, conf = "1:2")
    @Param(name = "value", gen = IntGen.class, conf = "1:5")
    public static class MapOnTwoReplicas extends Replicated<Map<Integer, Integer>> {
        public MapOnTwoReplicas() {
            this(2, /* optimistic= */ false);
        }

        MapOnTwoReplicas(int replicas, boolean optimistic) {
            super(HashMap::new, replicas, optimistic);
        }

        @Operation
        public Integer get(@Param(name = "thread") int thread, @Param(name = "key") int key) {
            return read(thread, map -> map.get(key));
        }

        @Operation
        public Integer put(
                @Param(name = "thread") int thread, @Param(name = "key") int key, @Param(name = "value") int value) {
            return write(thread, map -> map.put(key, value));
        }

        @Operation
        public Integer merge(
                @Param(name = "thread") int thread, @Param(name = "key") int key, @Param(name = "value") int value) {
            return write(thread, map -> map.merge(key, value, Integer::sum));
        }

        @Operation
        public Integer size(@Param(name = "thread") int thread) {
            return read(thread, Map::size);
        }
    }

    /** Reads a replica as it is, not as it should be. */
    public static class StaleMap extends MapOnTwoReplicas {
        @Override
        @Operation
        public Integer get(@Param(name = "thread") int thread, @Param(name = "key") int key) {
            return structures.get((thread + 1) % 2).get(key);
        }
    }

    public static class MapOnOneReplica extends MapOnTwoReplicas {
        public MapOnOneReplica() {
            super(1, /* optimistic= */ false);
        }
    }

    public static class MapReadOptimistically extends MapOnTwoReplicas {
        public MapReadOptimistically() {
            super(1, /* optimistic= */ true);
        }
    }

    @Param(name = "thread", gen = ThreadIdGen.class)
    @Param(name = "value", gen = IntGen.class, conf = "1:5")
    public static class QueueOnTwoReplicas extends Replicated<Deque<Integer>> {
        public QueueOnTwoReplicas() {
            this(2);
        }

        QueueOnTwoReplicas(int replicas) {
            super(ArrayDeque::new, replicas, /* optimistic= */ false);
        }

        @Operation
        public Integer offer(@Param(name = "thread") int thread, @Param(name = "value") int value) {
            return write(thread, queue -> {
                queue.addLast(value);
                return queue.size();
            });
        }

        @Operation
        public Integer poll(@Param(name = "thread") int thread) {
            return write(thread, Deque::pollFirst);
        }

        @Operation
        public Integer peek(@Param(name = "thread") int thread) {
            return read(thread, Deque::peekFirst);
        }
    }

    public static class QueueOnOneReplica extends QueueOnTwoReplicas {
        public QueueOnOneReplica() {
            super(1);
        }
    }
}
