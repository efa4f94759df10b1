package org.nr4j.cnr;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuarantee;
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
import org.nr4j.WaitStrategy;
import org.nr4j.topology.NumaTopology;

/**
 * Checks small programs on a map of two keys, each with a log of its own. There are operations of one log, batches of
 * both, and reads of both. They run in every interleaving that Lincheck's model checker reaches, and under stress.
 * Waits are as short as the strategy allows, as in {@code org.nr4j.LincheckTest}.
 */
@Tag("lincheck")
@Timeout(value = 600, threadMode = ThreadMode.SEPARATE_THREAD)
class LincheckTest {
    /** A set of logs never changes, and what it computes with is its caller's own: nothing that could interleave. */
    private static final ManagedStrategyGuarantee LOG_SETS =
            forClasses("org.nr4j.cnr.LogSet").allMethods().ignore();

    static List<Class<?>> structures() {
        return List.of(MapOnTwoReplicas.class, MapOnOneReplica.class, MapInParts.class);
    }

    @ParameterizedTest
    @MethodSource("structures")
    void modelChecking(Class<?> map) {
        new ModelCheckingOptions()
                .addGuarantee(LOG_SETS)
                .iterations(2)
                .invocationsPerIteration(12)
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                .check(map);
    }

    @ParameterizedTest
    @MethodSource("structures")
    void stress(Class<?> map) {
        new StressOptions()
                .iterations(8)
                .invocationsPerIteration(300)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .check(map);
    }

    /** The tests above can fail. */
    @Test
    void readsOfOneLogAfterTheOther_areFound() {
        assertThatThrownBy(() -> new ModelCheckingOptions()
                        .addGuarantee(LOG_SETS)
                        .iterations(20)
                        .invocationsPerIteration(30)
                        .threads(2)
                        .actorsPerThread(1)
                        .actorsBefore(0)
                        .actorsAfter(0)
                        .minimizeFailedScenario(false)
                        .check(MapReadInPieces.class))
                .hasMessageContaining("Invalid execution results");
    }

    /** The operations. Keys are 1 and 2; a value is a digit, and 0 where there is none. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    @Param(name = "key", gen = IntGen.class, conf = "1:2")
    @Param(name = "value", gen = IntGen.class, conf = "1:5")
    public abstract static class Operations {
        @Operation
        public abstract int get(@Param(name = "thread") int thread, @Param(name = "key") int key);

        /** Answers the value before. */
        @Operation
        public abstract int put(
                @Param(name = "thread") int thread, @Param(name = "key") int key, @Param(name = "value") int value);

        /** Answers the values of both keys, as two digits. */
        @Operation
        public abstract int scan(@Param(name = "thread") int thread);

        /** Puts one value under both keys; answers the values before, as two digits. */
        @Operation
        public abstract int putBoth(@Param(name = "thread") int thread, @Param(name = "value") int value);
    }

    /** An operation on the values of some keys. */
    private record Op(List<Integer> keys, int value) {
        static Op of(int key, int value) {
            return new Op(List.of(key), value);
        }

        LogSet logs(int logs) {
            return LogSet.of(keys.stream().mapToInt(key -> key % logs).toArray());
        }
    }

    /** The values of the keys; those of different keys are in different places, so they may be used at once. */
    private static final class Values implements ConcurrentDispatch<Op, Op, Integer> {
        private final int[] values = new int[3];

        @Override
        public Integer dispatch(Op op) {
            int digits = 0;
            for (int key : op.keys) {
                digits = 10 * digits + values[key];
            }
            return digits;
        }

        @Override
        public Integer dispatchMut(Op op) {
            int before = dispatch(op);
            op.keys.forEach(key -> values[key] = op.value);
            return before;
        }
    }

    public static class MapOnTwoReplicas extends Operations {
        private final ConcurrentNodeReplicated<Op, Op, Integer> map;

        public MapOnTwoReplicas() {
            this(2);
        }

        MapOnTwoReplicas(int replicas) {
            map = ConcurrentNodeReplicated.<Op, Integer>builder(Values::new, Op::logs)
                    .logs(2)
                    .replicas(replicas)
                    .logCapacity(2)
                    .topology(NumaTopology.simulated(1, 2))
                    .waitStrategy(WaitStrategy.of(1, 0))
                    .build();
        }

        final ConcurrentThreadToken<Op, Op, Integer> token(int thread) {
            return map.register(thread % map.replicas());
        }

        @Override
        public int get(int thread, int key) {
            return token(thread).execute(Op.of(key, 0));
        }

        @Override
        public int put(int thread, int key, int value) {
            return token(thread).executeMut(Op.of(key, value));
        }

        @Override
        public int scan(int thread) {
            return token(thread).execute(new Op(List.of(1, 2), 0));
        }

        @Override
        public int putBoth(int thread, int value) {
            List<Integer> before = token(thread).executeMutAll(List.of(Op.of(1, value), Op.of(2, value)));
            return 10 * before.get(0) + before.get(1);
        }
    }

    public static class MapOnOneReplica extends MapOnTwoReplicas {
        public MapOnOneReplica() {
            super(1);
        }
    }

    /** Reads both keys, but not at one moment. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    @Param(name = "value", gen = IntGen.class, conf = "1:5")
    public static class MapReadInPieces {
        private final MapOnTwoReplicas map = new MapOnTwoReplicas();

        @Operation
        public int scan(@Param(name = "thread") int thread) {
            return 10 * map.get(thread, 1) + map.get(thread, 2);
        }

        @Operation
        public int putBoth(@Param(name = "thread") int thread, @Param(name = "value") int value) {
            return map.putBoth(thread, value);
        }
    }

    /** On two replicas; which one serves a thread is the library's choice. */
    public static class MapInParts extends Operations {
        private final Partitioned<Map<Integer, Integer>> map = Partitioned.<Map<Integer, Integer>>builder(HashMap::new)
                .parts(2)
                .replicas(2)
                .logCapacity(2)
                .topology(NumaTopology.simulated(1, 2))
                .waitStrategy(WaitStrategy.of(1, 0))
                .build();

        @Override
        public int get(int thread, int key) {
            return map.read(key, part -> part.getOrDefault(key, 0));
        }

        @Override
        public int put(int thread, int key, int value) {
            return map.write(key, part -> orZero(part.put(key, value)));
        }

        @Override
        public int scan(int thread) {
            return map.readAll(
                    parts -> 10 * parts.of(1).getOrDefault(1, 0) + parts.of(2).getOrDefault(2, 0));
        }

        @Override
        public int putBoth(int thread, int value) {
            return map.writeParts(
                    List.of(1, 2),
                    parts -> 10 * orZero(parts.of(1).put(1, value))
                            + orZero(parts.of(2).put(2, value)));
        }

        private static int orZero(Integer value) {
            return value == null ? 0 : value;
        }
    }
}
