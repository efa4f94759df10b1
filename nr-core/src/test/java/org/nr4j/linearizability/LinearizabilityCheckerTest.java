package org.nr4j.linearizability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nr4j.linearizability.Cell.add;
import static org.nr4j.linearizability.Cell.compareAndSet;
import static org.nr4j.linearizability.Cell.read;
import static org.nr4j.linearizability.Cell.write;
import static org.nr4j.linearizability.Deques.offer;
import static org.nr4j.linearizability.Deques.poll;
import static org.nr4j.linearizability.Deques.push;
import static org.nr4j.linearizability.Maps.batch;
import static org.nr4j.linearizability.Maps.get;
import static org.nr4j.linearizability.Maps.put;
import static org.nr4j.linearizability.Maps.putIfAbsent;
import static org.nr4j.linearizability.Maps.remove;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.nr4j.linearizability.History.Operation;
import org.nr4j.linearizability.LinearizabilityChecker.Result;
import org.nr4j.linearizability.LinearizabilityChecker.Verdict;

/** Histories made by hand. The numbers of an operation are its thread, its invocation and its return. */
class LinearizabilityCheckerTest {

    @Nested
    class Register {
        @Test
        void nothingHappened_isLinearizable() {
            good(Cell.model());
        }

        @Test
        void readsOverlappingAWrite_maySeeEitherValue_isLinearizable() {
            good(Cell.model(), op(1, 0, 9, write(1), null), op(2, 1, 2, read(), 0L), op(2, 3, 4, read(), 1L));
        }

        @Test
        void staleRead_isNot() {
            bad(Cell.model(), op(1, 0, 1, write(1), null), op(2, 2, 3, read(), 0L));
        }

        @Test
        void readThatReturnsAtTheVeryTimeOfAnInvocation_overlapsIt() {
            good(Cell.model(), op(1, 0, 2, read(), 1L), op(2, 2, 3, write(1), null));
            bad(Cell.model(), op(1, 0, 1, read(), 1L), op(2, 2, 3, write(1), null));
        }

        @Test
        void lostUpdate_isNot() {
            good(Cell.model(), op(1, 0, 3, add(1), 1L), op(2, 1, 2, add(1), 2L), op(1, 4, 5, read(), 2L));
            bad(Cell.model(), op(1, 0, 3, add(1), 1L), op(2, 1, 2, add(1), 2L), op(1, 4, 5, read(), 1L));
        }

        @Test
        void responseDeliveredTwice_isNot() {
            bad(Cell.model(), op(1, 0, 2, add(1), 1L), op(2, 1, 3, add(1), 1L));
        }

        @Test
        void compareAndSetWonTwice_isNot() {
            good(Cell.model(), op(1, 0, 3, compareAndSet(0, 1), false), op(2, 1, 2, compareAndSet(0, 2), true));
            bad(Cell.model(), op(1, 0, 3, compareAndSet(0, 1), true), op(2, 1, 2, compareAndSet(0, 2), true));
        }

        /**
         * An implementation of node replication had this defect: readers saw a replica that was ahead of the completed
         * tail.
         */
        @Test
        void laterReadMissesWhatAnEarlierReadSaw_isNot() {
            // The write and the first read overlap and have both ended.
            bad(Cell.model(), op(1, 0, 3, write(1), null), op(2, 1, 2, read(), 1L), op(3, 4, 5, read(), 0L));
            // The same while the write still runs, and when it never returns.
            bad(Cell.model(), op(1, 0, 9, write(1), null), op(2, 1, 2, read(), 1L), op(3, 4, 5, read(), 0L));
            bad(Cell.model(), pending(1, 0, write(1)), op(2, 1, 2, read(), 1L), op(3, 4, 5, read(), 0L));
        }

        @Test
        void independentReadersSeeTwoWritesInOppositeOrders_isNot() {
            bad(
                    Maps.model(),
                    op(1, 0, 9, put(1, 1), null),
                    op(2, 0, 9, put(2, 2), null),
                    op(3, 1, 2, get(1), 1),
                    op(3, 3, 4, get(2), null),
                    op(4, 1, 2, get(2), 2),
                    op(4, 3, 4, get(1), null));
        }
    }

    @Nested
    class Pending {
        @Test
        void takesEffectLate_isLinearizable() {
            good(Cell.model(), pending(1, 0, write(1)), op(2, 1, 2, read(), 0L), op(2, 30, 40, read(), 1L));
        }

        @Test
        void neverTakesEffect_isLinearizable() {
            good(Cell.model(), pending(1, 0, write(1)), op(2, 30, 40, read(), 0L));
        }

        @Test
        void takesEffectBeforeItsInvocation_isNot() {
            bad(Cell.model(), pending(1, 3, write(1)), op(2, 1, 2, read(), 1L));
        }

        @Test
        void takesEffectTwice_isNot() {
            bad(Cell.model(), pending(1, 0, add(1)), op(2, 1, 2, read(), 1L), op(2, 3, 4, read(), 2L));
        }

        @Test
        void onlyPending_isLinearizable() {
            good(Cell.model(), pending(1, 0, write(1)), pending(2, 1, read()));
        }
    }

    @Nested
    class MapOperations {
        @Test
        void eachAnswersThePreviousValue() {
            good(
                    Maps.model(),
                    op(1, 0, 1, put(1, 10), null),
                    op(1, 2, 3, putIfAbsent(1, 11), 10),
                    op(1, 4, 5, remove(1), 10),
                    op(1, 6, 7, Maps.size(), 0));
        }

        @Test
        void removedByTwo_isNot() {
            bad(Maps.model(), op(1, 0, 1, put(1, 10), null), op(1, 2, 4, remove(1), 10), op(2, 3, 5, remove(1), 10));
        }

        @Test
        void batchSeenInHalf_isNot() {
            var batch = batch(List.of(put(1, 1), put(2, 1)));
            List<Object> nulls = Arrays.asList(null, null);
            good(Maps.model(), op(1, 0, 9, batch, nulls), op(2, 1, 2, get(1), 1), op(2, 3, 4, get(2), 1));
            bad(Maps.model(), op(1, 0, 9, batch, nulls), op(2, 1, 2, get(1), 1), op(2, 3, 4, get(2), null));
        }

        @Test
        void partitioned_findsTheBadKey() {
            var checker = LinearizabilityChecker.of(Maps.model()).partitionedBy(Command::partition);
            Result result = checker.check(History.of(
                    op(1, 0, 1, put(1, 10), null),
                    op(2, 2, 3, put(2, 20), null),
                    op(1, 4, 5, get(1), 10),
                    op(1, 6, 7, get(2), null)));
            assertThat(result.verdict()).isEqualTo(Verdict.NOT_LINEARIZABLE);
            assertThat(result.report()).startsWith("Key 2: ").doesNotContain("put(1");
        }

        @Test
        void partitioned_refusesOperationsOnSeveralKeys() {
            var checker = LinearizabilityChecker.of(Maps.model()).partitionedBy(Command::partition);
            assertThatThrownBy(() -> checker.check(History.of(op(1, 0, 1, Maps.size(), 0))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("size() deals with more than one key");
        }
    }

    @Nested
    class QueueAndStack {
        @Test
        void queueInOrder_isLinearizable_stackIsNot() {
            good(Deques.model(), op(1, 0, 1, offer(1), true), op(1, 2, 3, offer(2), true), op(1, 4, 5, poll(), 1));
            bad(Deques.model(), op(1, 0, 1, push(1), null), op(1, 2, 3, push(2), null), op(1, 4, 5, poll(), 1));
        }

        @Test
        void queueReordered_isLinearizableOnlyIfTheOffersOverlap() {
            good(
                    Deques.model(),
                    op(1, 0, 2, offer(1), true),
                    op(2, 1, 3, offer(2), true),
                    op(1, 4, 5, poll(), 2),
                    op(1, 6, 7, poll(), 1));
            bad(
                    Deques.model(),
                    op(1, 0, 1, offer(1), true),
                    op(2, 2, 3, offer(2), true),
                    op(1, 4, 5, poll(), 2),
                    op(1, 6, 7, poll(), 1));
        }

        @Test
        void elementTakenTwice_isNot() {
            bad(Deques.model(), op(1, 0, 1, offer(1), true), op(1, 2, 4, poll(), 1), op(2, 3, 5, poll(), 1));
        }

        @Test
        void emptyAlthoughAnElementIsThere_isNot() {
            bad(Deques.model(), op(1, 0, 1, push(1), null), op(2, 2, 3, poll(), null), op(1, 4, 5, poll(), 1));
        }
    }

    @Nested
    class Exceptions {
        private final Command<Cell> fails = Command.write("fails()", cell -> {
            add(1).applyTo(cell);
            throw new IllegalStateException("half done");
        });

        @Test
        void sameExceptionAndPartialEffect_isLinearizable() {
            good(Cell.model(), threw(1, 0, 1, fails, new IllegalStateException("half done")), op(1, 2, 3, read(), 1L));
        }

        @Test
        void otherException_isNot_andTheFailureCarriesIt() {
            RuntimeException other = new IllegalStateException("something else");
            History<Command<Cell>, Object> history = History.of(threw(1, 0, 1, fails, other));
            bad(history, Cell.model());
            assertThatThrownBy(() -> LinearizabilityChecker.of(Cell.model()).assertLinearizable(history))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("threw java.lang.IllegalStateException: something else")
                    .hasMessageContaining("the model: threw java.lang.IllegalStateException: half done")
                    .hasSuppressedException(other);
        }

        @Test
        void exceptionInsteadOfAnAnswer_isNot() {
            bad(Cell.model(), threw(1, 0, 1, read(), new NullPointerException()));
        }
    }

    @Nested
    class Reports {
        @Test
        void showsTheLongestPrefixAndWhatDoesNotFit() {
            Result result = LinearizabilityChecker.check(
                    Cell.model(),
                    History.of(
                            op(1, 0, 1, write(5), null),
                            op(2, 2, 3, read(), 5L),
                            op(2, 6, 8, read(), 7L),
                            op(1, 4, 9, write(6), null),
                            op(1, 10, 11, read(), 6L)));
            assertThat(result.report()).isEqualTo("""
                            Not linearizable. It shows when this operation returns:
                                thread 2 [6, 8] read() -> 7
                            Longest linearizable prefix: 3 of 5 operations, in this order:
                                thread 1 [0, 1] write(5) -> null
                                thread 2 [2, 3] read() -> 5
                                thread 1 [4, 9] write(6) -> null
                            State after it:
                                6
                            None of these fits next:
                                thread 2 [6, 8] read() -> 7, the model: 6
                            """);
        }

        @Test
        void staysShortForALongHistory() {
            List<Operation<Command<Cell>, Object>> operations = IntStream.range(0, 1000)
                    .mapToObj(i -> op(1, 2 * i, 2 * i + 1, add(1), i == 900 ? 0L : i + 1L))
                    .toList();
            Result result = LinearizabilityChecker.check(Cell.model(), new History<>(operations));
            assertThat(result.report())
                    .contains("thread 1 [1800, 1801] add(1) -> 0, the model: 901")
                    .contains("900 of 1000 operations, the last 10 in this order")
                    .hasLineCount(17);
        }

        @Test
        void overTheLimit_isUnknown_whichFails() {
            // Wide open: ten writes overlap, and a read sees a value that nobody wrote.
            List<Operation<Command<Cell>, Object>> operations = new ArrayList<>();
            IntStream.range(0, 10).forEach(i -> operations.add(op(i, i, 100 + i, write(i), null)));
            operations.add(op(11, 200, 201, read(), 99L));
            var checker = LinearizabilityChecker.of(Cell.model());
            History<Command<Cell>, Object> history = new History<>(operations);
            assertThat(checker.check(history).verdict()).isEqualTo(Verdict.NOT_LINEARIZABLE);
            assertThat(checker.limitedTo(100).check(history).verdict()).isEqualTo(Verdict.UNKNOWN);
            assertThatThrownBy(() -> checker.limitedTo(100).assertLinearizable(history))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith(
                            "Not decided after 100 configurations. This operation is in the way:\n    thread 11 ");
        }
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private static <S> void good(Model<S, Command<S>, Object> model, Operation<Command<S>, Object>... operations) {
        assertThatCode(() -> LinearizabilityChecker.of(model).assertLinearizable(History.of(operations)))
                .doesNotThrowAnyException();
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private static <S> void bad(Model<S, Command<S>, Object> model, Operation<Command<S>, Object>... operations) {
        bad(History.of(operations), model);
    }

    private static <S> void bad(History<Command<S>, Object> history, Model<S, Command<S>, Object> model) {
        Result result = LinearizabilityChecker.check(model, history);
        assertThat(result.verdict()).isEqualTo(Verdict.NOT_LINEARIZABLE);
        assertThat(result.report()).startsWith("Not linearizable");
    }

    private static <S> Operation<Command<S>, Object> op(
            int thread, long invoked, long returned, Command<S> command, Object answer) {
        return new Operation<>("thread " + thread, command, Outcome.of(answer), invoked, returned);
    }

    private static <S> Operation<Command<S>, Object> threw(
            int thread, long invoked, long returned, Command<S> command, Throwable failure) {
        return new Operation<>("thread " + thread, command, Outcome.threw(failure), invoked, returned);
    }

    private static <S> Operation<Command<S>, Object> pending(int thread, long invoked, Command<S> command) {
        return new Operation<>("thread " + thread, command, null, invoked, Operation.NEVER);
    }
}
