package org.nr4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.testing.ConcurrentRun;

/** Checks that wrong use gets an exception whose message has the rule, the value and the remedy. */
class BadInputTest {
    private static final Class<IllegalArgumentException> ARGUMENT = IllegalArgumentException.class;
    private static final Class<NullPointerException> NULL = NullPointerException.class;
    private static final Class<IllegalStateException> STATE = IllegalStateException.class;

    /** Adds up; a read answers the sum. */
    private static final class Sum implements Dispatch<String, Integer, Integer> {
        private int sum;

        @Override
        public Integer dispatch(String op) {
            return sum;
        }

        @Override
        public Integer dispatchMut(Integer op) {
            sum += op;
            return sum;
        }
    }

    private static NodeReplicated.Builder<String, Integer, Integer> builder() {
        return NodeReplicated.builder(Sum::new);
    }

    private static void assertRefused(ThrowingCallable call, Class<?> type, String rule, String value) {
        assertThatThrownBy(call)
                .isExactlyInstanceOf(type)
                .hasMessageContaining(rule)
                .hasMessageContaining(value)
                .hasMessageMatching(".* (must|needs) .*[;:] .+");
    }

    // ---- building ----

    static Stream<Arguments> wrongOptions() {
        return Stream.of(
                option(builder -> builder.replicas(0), ARGUMENT, "at least 1", "replicas=0"),
                option(builder -> builder.replicas(-1), ARGUMENT, "at least 1", "replicas=-1"),
                option(
                        builder -> builder.logCapacity(0),
                        ARGUMENT,
                        "a power of two",
                        "logCapacity=0; the nearest is 1"),
                option(
                        builder -> builder.logCapacity(-4),
                        ARGUMENT,
                        "a power of two",
                        "logCapacity=-4; the nearest is 1"),
                option(builder -> builder.logCapacity(3), ARGUMENT, "a power of two", "logCapacity=3; the nearest is "),
                option(
                        builder -> builder.logCapacity(Integer.MIN_VALUE),
                        ARGUMENT,
                        "a power of two",
                        "logCapacity=" + Integer.MIN_VALUE + "; the nearest is 1"),
                option(builder -> builder.logCapacity(1000), ARGUMENT, "a power of two", "the nearest is 1024"),
                option(
                        builder -> builder.logCapacity(1 << 30),
                        ARGUMENT,
                        "a power of two",
                        "the nearest is " + (1 << 28)),
                option(builder -> builder.topology(null), NULL, "topology", "null"),
                option(builder -> builder.waitStrategy(null), NULL, "waitStrategy", "null"),
                option(builder -> builder.executor(null), NULL, "executor", "null"),
                option(builder -> WaitStrategy.of(-1, 0), ARGUMENT, "negative", "spins=-1"),
                option(builder -> WaitStrategy.of(0, -2), ARGUMENT, "negative", "yields=-2"),
                option(builder -> NodeReplicated.builder(null), NULL, "supplier", "null"),
                option(builder -> Replicated.builder(null), NULL, "supplier", "null"),
                option(builder -> Replicated.of(null), NULL, "supplier", "null"));
    }

    private static Arguments option(
            Consumer<NodeReplicated.Builder<String, Integer, Integer>> call, Class<?> type, String rule, String value) {
        return arguments(call, type, rule, value);
    }

    @ParameterizedTest(name = "{2}: {3}")
    @MethodSource("wrongOptions")
    void builder_wrongOption_isRefused(
            Consumer<NodeReplicated.Builder<String, Integer, Integer>> call, Class<?> type, String rule, String value) {
        assertRefused(() -> call.accept(builder()), type, rule, value);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void build_supplierReturnsNull_isRefused(int replicas) {
        assertRefused(
                () -> NodeReplicated.<String, Integer, Integer>builder(() -> null)
                        .replicas(replicas)
                        .build(),
                ARGUMENT,
                "build a structure each time",
                "replica=0 structure=null");
        assertRefused(
                () -> Replicated.builder(() -> null).replicas(replicas).build(),
                ARGUMENT,
                "build a structure each time",
                "replica=0 structure=null");
    }

    @Test
    void build_supplierReturnsTheSameTwice_isRefused() {
        Sum shared = new Sum();
        List<String> sharedList = new ArrayList<>();
        assertRefused(
                () -> NodeReplicated.builder(() -> shared).replicas(2).build(),
                ARGUMENT,
                "a new structure each time",
                "replica=1");
        assertRefused(
                () -> Replicated.builder(() -> sharedList).replicas(2).build(),
                ARGUMENT,
                "a new structure each time",
                "replica=1");
    }

    @Test
    void build_structuresThatAreEqualButNotTheSame_areTaken() {
        try (Replicated<List<String>> lists =
                Replicated.<List<String>>builder(ArrayList::new).replicas(4).build()) {
            assertThat(lists.replicas()).isEqualTo(4);
        }
    }

    @Test
    void build_supplierThrows_passesItOn() {
        UnsupportedOperationException thrown = new UnsupportedOperationException("no structure");
        assertThatThrownBy(() -> NodeReplicated.<String, Integer, Integer>builder(() -> {
                            throw thrown;
                        })
                        .replicas(2)
                        .build())
                .isSameAs(thrown);
    }

    // ---- operations ----

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void nullOperations_areRefusedWithoutEffect(int replicas) {
        try (var nr = builder().replicas(replicas).build();
                var token = nr.register()) {
            List<ThrowingCallable> calls = List.of(
                    () -> nr.execute(null),
                    () -> nr.executeMut(null),
                    () -> nr.executeMutAsync(null),
                    () -> nr.executeMutAll(null),
                    () -> nr.executeMutAll(Arrays.asList(1, null)),
                    () -> token.execute(null),
                    () -> token.executeMut(null),
                    () -> token.executeMutAsync(null),
                    () -> token.executeMutAll(null),
                    () -> token.executeMutAll(Arrays.asList(1, null)));
            calls.forEach(call -> assertRefused(call, NULL, "must not be null", "=null"));
            assertRefused(() -> nr.executeMutAll(Arrays.asList(1, 2, null)), NULL, "must not be null", "ops[2]=null");
            assertThat(nr.execute("sum")).isZero();
        }
    }

    @Test
    void nullFunctions_areRefused() {
        try (Replicated<List<String>> list = Replicated.of(ArrayList::new)) {
            assertRefused(() -> list.read(null), NULL, "must not be null", "=null");
            assertRefused(() -> list.write(null), NULL, "must not be null", "=null");
            assertRefused(() -> list.writeAsync(null), NULL, "must not be null", "=null");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 2, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void register_noSuchReplica_isRefused(int replica) {
        try (var nr = builder().replicas(2).build()) {
            assertRefused(
                    () -> nr.register(replica), ARGUMENT, "one that serves", "replica=" + replica + " replicas=[0, 1]");
        }
    }

    @Test
    void closedInstance_refusesEverything() {
        var nr = builder().replicas(2).build();
        nr.close();
        List<ThrowingCallable> calls = List.of(
                () -> nr.execute("sum"),
                () -> nr.executeMut(1),
                () -> nr.executeMutAll(List.of(1)),
                () -> nr.executeMutAll(List.of()),
                () -> nr.executeMutAsync(1),
                nr::sync,
                nr::register,
                () -> nr.register(0));
        calls.forEach(call -> assertRefused(call, STATE, "open instance", "closed=true"));
        assertThat(nr.stats().index()).isZero();
    }

    // ---- tokens ----

    private static List<Function<ThreadToken<String, Integer, Integer>, ThrowingCallable>> tokenCalls() {
        return List.of(
                token -> () -> token.execute("sum"),
                token -> () -> token.executeMut(1),
                token -> () -> token.executeMutAll(List.of(1)),
                token -> () -> token.executeMutAsync(1));
    }

    @Test
    void tokenOfAnotherThread_isRefusedWithoutEffect() throws InterruptedException {
        try (var nr = builder().replicas(2).build();
                var token = nr.register(1)) {
            String value = "owner=" + Thread.currentThread().getName() + " caller=run-0";
            new ConcurrentRun()
                    .threads(1, i -> {
                        for (var call : tokenCalls()) {
                            assertRefused(call.apply(token), STATE, "by the thread that registered", value);
                        }
                        assertRefused(token::close, STATE, "by the thread that registered", value);
                    })
                    .run();
            assertThat(token.executeMut(1)).isEqualTo(1);
            assertThat(token.replica()).isEqualTo(1);
        }
    }

    @Test
    void closedToken_isRefusedWithoutEffect() {
        try (var nr = builder().replicas(2).build()) {
            var token = nr.register(1);
            token.close();
            token.close();
            for (var call : tokenCalls()) {
                assertRefused(call.apply(token), STATE, "after it was closed", "replica=1");
            }
            assertThat(nr.execute("sum")).isZero();
        }
    }
}
