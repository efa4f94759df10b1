package org.nr4j;

import static java.util.stream.IntStream.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.nr4j.Journal.append;
import static org.nr4j.Journal.appendThenThrow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.nr4j.Journal.Entry;
import org.nr4j.Journal.Refusal;
import org.nr4j.Subject.Access;
import org.nr4j.Subject.Handle;
import org.nr4j.Subject.Setup;
import org.nr4j.internal.replica.Invariants;
import org.nr4j.linearizability.Command;
import org.nr4j.testing.ConcurrentRun;

/**
 * Checks the promises of {@link NodeReplicated}, for all numbers of replicas, sizes of logs and kinds of threads. After
 * each test, all replicas are equal and all writes are accounted for.
 */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD) // interrupts end no wait of the library
@ParameterizedClass(name = "{0}")
@MethodSource("setups")
class NodeReplicatedContractTest {
    private static final int THREADS = 4;
    private static final int WRITES = 150;

    @Parameter
    Setup setup;

    private Subject subject;

    /** Also while replicas and followers come and go: then how many there are at first does not matter. */
    static Stream<Setup> setups() {
        return Stream.concat(
                Stream.of(1, 2, 4)
                        .flatMap(replicas -> Stream.of(1, 0)
                                .flatMap(capacity -> Arrays.stream(Access.values())
                                        .map(access -> new Setup(replicas, capacity, access)))),
                Stream.of(1, 16)
                        .flatMap(capacity -> Arrays.stream(Access.values())
                                .map(access -> new Setup(1, capacity, access, /* turmoil= */ true))));
    }

    @BeforeEach
    void build() {
        assumeTrue(setup.access().kind.isSupported(), "needs JDK 21");
        subject = new Subject(setup);
    }

    @AfterEach
    void checkAndClose() {
        if (subject != null && !subject.isClosed()) {
            try {
                subject.assertConsistent();
            } finally {
                subject.close();
            }
            assertThat(subject.entriesAfterClose()).isNotNull();
        }
    }

    // ---- writes ----

    @Test
    void executeMut_manyThreads_appliesOnceInOrderOfEachThreadAndAnswersTheCaller() throws InterruptedException {
        Map<Integer, Object> answered = new ConcurrentHashMap<>();
        subject.run(THREADS, (handle, thread) -> {
            int last = -1;
            for (int n = 0; n < WRITES; n++) {
                int index = (int) handle.write(append(thread, n));
                assertThat(index).isGreaterThan(last);
                assertThat(answered.put(index, new Entry(thread, n))).isNull();
                last = index;
            }
        });
        assertThat(subject.entries()).isEqualTo(inOrderOfAnswers(answered));
    }

    @Test
    void executeMut_nullAnswer_isNull() throws InterruptedException {
        subject.run(1, (handle, thread) -> {
            assertThat(handle.write(Journal.write(journal -> null))).isNull();
            assertThat(handle.read(Journal.read(journal -> null))).isNull();
            assertThat(handle.writeAll(Collections.nCopies(2, Journal.write(journal -> null))))
                    .containsExactly(null, null);
            assertThat(handle.writeAsync(Journal.write(journal -> null)).get(30, TimeUnit.SECONDS))
                    .isNull();
        });
    }

    // ---- reads ----

    /** Every thread knows the largest size that any thread has seen, or made by a write, before its own read began. */
    @Test
    void execute_afterAReadOrWriteOfAnyThreadReturned_isNotOlder() throws InterruptedException {
        AtomicInteger seen = new AtomicInteger();
        subject.run(THREADS, (handle, thread) -> {
            for (int n = 0; n < WRITES; n++) {
                int floor = seen.get();
                int size = n % 3 == 0 ? (int) handle.write(append(thread, n)) + 1 : handle.size();
                assertThat(size).isGreaterThanOrEqualTo(floor);
                seen.accumulateAndGet(size, Math::max);
            }
        });
    }

    @Test
    void execute_ownWriteReturned_seesIt() throws InterruptedException {
        subject.run(THREADS, (handle, thread) -> {
            for (int n = 0; n < WRITES; n++) {
                Entry mine = new Entry(thread, n);
                int index = (int) handle.write(append(mine));
                assertThat(handle.read(Journal.read(journal -> journal.entries.get(index))))
                        .isEqualTo(mine);
            }
        });
    }

    // ---- batches ----

    @Test
    void executeMutAll_isSeenWholeAndIsConsecutive() throws InterruptedException {
        int size = 5;
        subject.run(THREADS, (handle, thread) -> {
            for (int n = 0; n < WRITES / size; n++) {
                if (thread == 0) {
                    for (int i = 0; i < 3; i++) {
                        assertThat(handle.size() % size).isZero();
                    }
                } else {
                    List<Object> answers = handle.writeAll(batch(thread, n * size, size));
                    int first = (int) answers.get(0);
                    assertThat(answers)
                            .isEqualTo(range(first, first + size).boxed().toList());
                }
            }
        });
    }

    @Test
    void executeMutAll_largerThanTheLog_isOneBatch() throws InterruptedException {
        int size = 5_000;
        subject.run(2, (handle, thread) -> {
            List<Object> answers = handle.writeAll(batch(thread, 0, size));
            assertThat(answers).hasSize(size);
            assertThat((int) answers.get(size - 1)).isEqualTo((int) answers.get(0) + size - 1);
        });
        assertThat(subject.entries()).hasSize(2 * size);
    }

    @Test
    void executeMutAll_someThrow_appliesAllAndTellsWhatBecameOfEach() throws InterruptedException {
        subject.run(
                1,
                (handle, thread) -> assertThatThrownBy(
                                () -> handle.writeAll(List.of(append("a"), appendThenThrow("b"), append("c"))))
                        .isInstanceOfSatisfying(BatchFailedException.class, e -> {
                            assertThat(e.answers()).containsExactly(0, null, 2);
                            assertThat(e.failures().get(0)).isNull();
                            assertThat(e.failures().get(1))
                                    .isInstanceOf(Refusal.class)
                                    .isSameAs(e.getCause());
                            assertThat(e).hasMessageContaining("first=1").hasMessageContaining("of=3");
                        }));
        assertThat(subject.entries()).containsExactly("a", "b", "c");
    }

    @Test
    void executeMutAll_empty_doesNothing() throws InterruptedException {
        subject.run(
                1, (handle, thread) -> assertThat(handle.writeAll(List.of())).isEmpty());
        assertThat(subject.entries()).isEmpty();
    }

    // ---- asynchronous writes ----

    @Test
    void executeMutAsync_manyThreads_keepsTheOrderOfEachThreadAndCompletesAll() throws InterruptedException {
        Map<Integer, Object> answered = new ConcurrentHashMap<>();
        subject.run(THREADS, (handle, thread) -> {
            List<CompletableFuture<Object>> futures = new ArrayList<>();
            for (int n = 0; n < WRITES; n++) {
                futures.add(handle.writeAsync(append(thread, n)));
            }
            int last = -1;
            for (int n = 0; n < WRITES; n++) {
                int index = (int) futures.get(n).get(30, TimeUnit.SECONDS);
                assertThat(index).isGreaterThan(last);
                answered.put(index, new Entry(thread, n));
                last = index;
            }
        });
        assertThat(subject.entries()).isEqualTo(inOrderOfAnswers(answered));
    }

    @Test
    void executeMutAsync_operationThrows_completesOnlyItsFutureWithThat() throws InterruptedException {
        subject.run(THREADS, (handle, thread) -> {
            List<CompletableFuture<Object>> futures = range(0, 40)
                    .mapToObj(n -> new Entry(thread, n))
                    .map(entry -> handle.writeAsync(entry.number() % 4 == 3 ? appendThenThrow(entry) : append(entry)))
                    .toList();
            for (int n = 0; n < 40; n++) {
                CompletableFuture<Object> future = futures.get(n);
                if (n % 4 == 3) {
                    assertThatThrownBy(() -> future.get(30, TimeUnit.SECONDS))
                            .hasCauseInstanceOf(Refusal.class)
                            .extracting(e -> ((Refusal) e.getCause()).entry)
                            .isEqualTo(new Entry(thread, n));
                } else {
                    assertThat(future.get(30, TimeUnit.SECONDS)).isInstanceOf(Integer.class);
                }
            }
        });
    }

    @Test
    void executeMutAsync_callbackUsesTheInstance() throws InterruptedException {
        subject.run(THREADS, (handle, thread) -> {
            CompletableFuture<Object> chain = handle.writeAsync(append("first")).thenApply(first -> {
                subject.issued(1);
                int second = (int) subject.nr.executeMut(append("second"));
                assertThat(second).isGreaterThan((int) first);
                assertThat((int) subject.nr.execute(Journal.size())).isGreaterThan(second);
                return second;
            });
            assertThat(chain.get(30, TimeUnit.SECONDS)).isNotNull();
        });
        assertThat(subject.entries()).hasSize(2 * THREADS);
    }

    @Test
    void executeMutAsync_callbackWaitsForASibling_ends() throws InterruptedException {
        subject.run(2, (handle, thread) -> {
            Gate gate = new Gate();
            CompletableFuture<Object> first = handle.writeAsync(gate.thenAppend("first"));
            CompletableFuture<Object> sibling = handle.writeAsync(append("sibling"));
            CompletableFuture<Object> waiting = first.thenApply(answer -> sibling.join());
            gate.open();
            assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo(sibling.join());
        });
    }

    // ---- exceptions ----

    @Test
    void executeMut_operationsThrow_eachCallerGetsItsOwn() throws InterruptedException {
        subject.run(THREADS, (handle, thread) -> {
            for (int n = 0; n < WRITES; n++) {
                Entry entry = new Entry(thread, n);
                if (n % 3 == 0) {
                    assertThatThrownBy(() -> handle.write(appendThenThrow(entry)))
                            .isExactlyInstanceOf(Refusal.class)
                            .extracting(e -> ((Refusal) e).entry)
                            .isEqualTo(entry);
                } else {
                    assertThat(handle.write(append(entry))).isInstanceOf(Integer.class);
                }
            }
        });
        assertThat(subject.entries()).hasSize(THREADS * WRITES);
    }

    @Test
    void execute_operationThrows_reachesTheCallerAndNobodyElse() throws InterruptedException {
        subject.run(THREADS, (handle, thread) -> {
            for (int n = 0; n < 50; n++) {
                Entry entry = new Entry(thread, n);
                Command<Journal> failing = Journal.read(journal -> {
                    throw new Refusal(entry);
                });
                assertThatThrownBy(() -> handle.read(failing))
                        .isInstanceOfSatisfying(
                                Refusal.class, e -> assertThat(e.entry).isSameAs(entry));
                handle.write(append(entry));
            }
        });
    }

    @Test
    void executeMut_checkedExceptionOrError_isThrownAsItIs() throws InterruptedException {
        subject.run(1, (handle, thread) -> {
            for (Throwable thrown : List.of(new Exception("checked"), new AssertionError("error"))) {
                assertThatThrownBy(() -> handle.write(Journal.write(journal -> sneak(thrown))))
                        .isSameAs(thrown);
            }
        });
    }

    // ---- calling back ----

    @Test
    void anyCall_insideARead_isRefused() throws InterruptedException {
        subject.run(THREADS, (handle, thread) -> {
            for (Consumer<Handle> call : calls()) {
                assertThat(handle.read(Journal.read(journal -> refusalOf(() -> call.accept(handle)))))
                        .asString()
                        .contains("must not call back");
            }
        });
        assertThat(subject.entries()).isEmpty();
    }

    @Test
    void anyCall_insideAWrite_isRefused() throws InterruptedException {
        Queue<Object> refusals = new ConcurrentLinkedQueue<>();
        subject.run(THREADS, (handle, thread) -> {
            Thread self = Thread.currentThread();
            for (Consumer<Handle> call : calls()) {
                handle.write(Journal.write(journal -> {
                    if (Thread.currentThread() == self) { // else brought up to date by another
                        refusals.add(refusalOf(() -> call.accept(handle)));
                    }
                    return journal.add("entry");
                }));
            }
        });
        assertThat(refusals)
                .isNotEmpty()
                .allSatisfy(refusal -> assertThat((String) refusal).contains("must not call back"));
        assertThat(subject.entries()).hasSize(THREADS * calls().size()).containsOnly("entry");
    }

    /** Through the thread's own way and through others, which may lead to another replica. */
    private List<Consumer<Handle>> calls() {
        NodeReplicated<Command<Journal>, Command<Journal>, Object> nr = subject.nr;
        return List.of(
                handle -> handle.read(Journal.size()),
                handle -> handle.write(append("no")),
                handle -> handle.writeAll(batch(0, 0, 2)),
                handle -> handle.writeAsync(append("no")),
                handle -> nr.execute(Journal.size()),
                handle -> nr.executeMut(append("no")),
                handle -> subject.anyToken(0).execute(Journal.size()),
                handle -> subject.anyToken(1).executeMut(append("no")),
                handle -> nr.sync(),
                handle -> nr.close());
    }

    private static Object refusalOf(Runnable call) {
        try {
            call.run();
            return "not refused";
        } catch (IllegalStateException e) {
            return e.getMessage();
        }
    }

    // ---- invariants, figures ----

    @Test
    void invariants_whileThreadsWrite_hold() throws InterruptedException {
        Invariants invariants = Invariants.of(subject.nr);
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger checks = new AtomicInteger();
        new ConcurrentRun()
                .threads(1, i -> {
                    while (!done.get()) {
                        invariants.assertHold();
                        NrStats stats = subject.nr.stats();
                        assertThat(stats.logOccupancy()).isLessThanOrEqualTo(stats.logCapacity());
                        checks.incrementAndGet();
                    }
                })
                .threads(1, i -> {
                    try {
                        do {
                            subject.run(THREADS, (handle, thread) -> {
                                for (int n = 0; n < WRITES; n++) {
                                    handle.write(append(thread, n));
                                }
                            });
                        } while (checks.get() < 20);
                    } finally {
                        done.set(true);
                    }
                })
                .run();
    }

    // ---- closing ----

    @Test
    void close_duringUse_completesOrRefusesEachOperation() throws InterruptedException {
        AtomicInteger applied = new AtomicInteger();
        CountDownLatch started = new CountDownLatch(THREADS);
        List<CompletableFuture<Object>> futures = Collections.synchronizedList(new ArrayList<>());
        new ConcurrentRun()
                .threads(
                        1,
                        i -> subject.run(THREADS, (handle, thread) -> {
                            started.countDown();
                            try {
                                for (int n = 0; ; n++) {
                                    switch (n % 4) {
                                        case 0 -> futures.add(handle.writeAsync(append(thread, n)));
                                        case 1 -> handle.size();
                                        case 2 ->
                                            applied.addAndGet(handle.writeAll(batch(thread, n, 2))
                                                    .size());
                                        default -> {
                                            handle.write(append(thread, n));
                                            applied.incrementAndGet();
                                        }
                                    }
                                }
                            } catch (IllegalStateException e) {
                                assertThat(e).hasMessageContaining("closed");
                            }
                        }))
                .threads(2, i -> {
                    started.await();
                    while (applied.get() < 200) {
                        Thread.sleep(1);
                    }
                    subject.close();
                })
                .run();
        for (CompletableFuture<Object> future : futures) {
            assertThat(future.handle((answer, failure) -> {
                        assertThat(failure == null || failure instanceof IllegalStateException)
                                .isTrue();
                        return failure == null ? applied.incrementAndGet() : "refused";
                    }))
                    .succeedsWithin(30, TimeUnit.SECONDS);
        }
        assertThat(subject.entriesAfterClose()).hasSize(applied.get());
    }

    @Test
    void anyCall_afterClose_isRefused() throws InterruptedException {
        Subject closed = subject;
        closed.run(1, (handle, thread) -> {
            handle.write(append("before"));
            closed.close();
            closed.close();
            List<Runnable> calls = List.of(
                    () -> handle.read(Journal.size()),
                    () -> handle.write(append("after")),
                    () -> handle.writeAll(List.of(append("after"))),
                    () -> handle.writeAsync(append("after")).join(),
                    closed.nr::sync);
            assertThat(calls)
                    .allSatisfy(call -> assertThatThrownBy(call::run)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("closed=true"));
        });
        assertThat(closed.entriesAfterClose()).containsExactly("before");
    }

    private static List<Command<Journal>> batch(int thread, int from, int size) {
        return range(from, from + size)
                .<Command<Journal>>mapToObj(n -> append(thread, n))
                .toList();
    }

    private static List<Object> inOrderOfAnswers(Map<Integer, Object> answered) {
        return range(0, answered.size()).mapToObj(answered::get).toList();
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> Object sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }
}
