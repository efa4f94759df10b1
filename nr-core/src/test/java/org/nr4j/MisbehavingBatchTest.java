package org.nr4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nr4j.testing.ConcurrentRun;

/**
 * Tests overrides of dispatchMutAll that break its contract. Every operation has a defined answer all the same, no
 * thread hangs, and replicas stay equal.
 */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class MisbehavingBatchTest {

    /** Reads answer what was applied so far; a write answers itself. */
    private static final class Misbehaving implements Dispatch<String, Integer, Object> {
        private final List<Object> applied = new ArrayList<>();
        private final BiConsumer<Misbehaving, WriteBatch<Integer, Object>> body;

        Misbehaving(BiConsumer<Misbehaving, WriteBatch<Integer, Object>> body) {
            this.body = body;
        }

        @Override
        public Object dispatch(String op) {
            return List.copyOf(applied);
        }

        @Override
        public Object dispatchMut(Integer op) {
            applied.add(op);
            return op;
        }

        @Override
        public void dispatchMutAll(WriteBatch<Integer, Object> batch) {
            body.accept(this, batch);
        }
    }

    /** Misbehaviours, each with the results of a batch 0, 1, 2, 3: an answer, or part of an exception's message. */
    static Stream<Arguments> cases() {
        String unanswered = "must take and answer every operation";
        return Stream.of(
                misbehaving("returns at once", (self, batch) -> {}, unanswered, unanswered, unanswered, unanswered),
                misbehaving(
                        "takes one and does not answer it",
                        (self, batch) -> self.dispatchMut(batch.next()),
                        unanswered,
                        unanswered,
                        unanswered,
                        unanswered),
                misbehaving(
                        "answers one and returns",
                        (self, batch) -> batch.answer(self.dispatchMut(batch.next())),
                        0,
                        1,
                        2,
                        3),
                misbehaving(
                        "answers twice",
                        (self, batch) -> {
                            batch.answer(self.dispatchMut(batch.next()));
                            batch.answer("again");
                        },
                        0,
                        "answer must be called once",
                        2,
                        "answer must be called once"),
                misbehaving(
                        "takes two at once",
                        (self, batch) -> {
                            batch.next();
                            batch.next();
                        },
                        "next must be called once",
                        "next must be called once",
                        "next must be called once",
                        "next must be called once"),
                misbehaving(
                        "goes on after the end",
                        (self, batch) -> {
                            while (batch.hasNext()) {
                                batch.answer(self.dispatchMut(batch.next()));
                            }
                            batch.next();
                        },
                        0,
                        1,
                        2,
                        3),
                misbehaving(
                        "throws in the middle, and goes on when called again",
                        (self, batch) -> {
                            while (batch.hasNext()) {
                                int op = batch.next();
                                batch.answer(self.dispatchMut(op));
                                if (op == 1) {
                                    batch.next();
                                    throw new UnsupportedOperationException("in the middle");
                                }
                            }
                        },
                        0,
                        1,
                        "in the middle",
                        3));
    }

    private static Arguments misbehaving(
            String name, BiConsumer<Misbehaving, WriteBatch<Integer, Object>> body, Object... expected) {
        return Arguments.of(name, body, List.of(expected));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void executeMutAll(String name, BiConsumer<Misbehaving, WriteBatch<Integer, Object>> body, List<Object> expected) {
        for (int replicas : new int[] {1, 2}) {
            try (var nr = NodeReplicated.builder(() -> new Misbehaving(body))
                    .replicas(replicas)
                    .logCapacity(2)
                    .build()) {
                assertOutcome(nr.register(0), expected);
                assertReplicasEqual(nr);
            }
        }
    }

    private static void assertOutcome(ThreadToken<String, Integer, Object> token, List<Object> expected) {
        List<Object> answers = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        Throwable thrown = catchThrowable(() -> {
            List<Object> all = token.executeMutAll(List.of(0, 1, 2, 3));
            answers.addAll(all);
        });
        if (thrown instanceof BatchFailedException e) {
            answers.addAll(e.answers());
            failures.addAll(e.failures());
        } else {
            assertThat(thrown).isNull();
        }
        for (int i = 0; i < expected.size(); i++) {
            if (expected.get(i) instanceof String message) {
                assertThat(failures.get(i)).as("failure of " + i).hasMessageContaining(message);
            } else {
                assertThat(answers.get(i)).as("answer to " + i).isEqualTo(expected.get(i));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void manyThreads_allGetAnAnswer(
            String name, BiConsumer<Misbehaving, WriteBatch<Integer, Object>> body, List<Object> expected)
            throws InterruptedException {
        for (int replicas : new int[] {1, 2}) {
            try (var nr = NodeReplicated.builder(() -> new Misbehaving(body))
                    .replicas(replicas)
                    .logCapacity(2)
                    .build()) {
                new ConcurrentRun()
                        .threads(4, i -> {
                            var token = nr.register(i % replicas);
                            for (int n = 0; n < 50; n++) {
                                assertAnswered(catchThrowable(() -> token.executeMut(4)));
                                assertAnswered(catchThrowable(() -> token.executeMutAll(List.of(5, 6))));
                            }
                        })
                        .run();
                assertReplicasEqual(nr);
            }
        }
    }

    private static void assertAnswered(Throwable thrown) {
        if (thrown != null) {
            Throwable failure = thrown instanceof BatchFailedException ? thrown.getCause() : thrown;
            assertThat(failure).isInstanceOf(IllegalStateException.class).hasMessageContaining("must");
        }
    }

    private static void assertReplicasEqual(NodeReplicated<String, Integer, Object> nr) {
        Object first = nr.register(0).execute("applied");
        for (int replica = 1; replica < nr.replicas(); replica++) {
            assertThat(nr.register(replica).execute("applied")).isEqualTo(first);
        }
    }
}
