package org.nr4j;

import static java.util.stream.IntStream.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nr4j.Journal.append;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.NrStats.ReplicaState;
import org.nr4j.NrStats.ReplicaStats;
import org.nr4j.Subject.Handle;
import org.nr4j.Subject.Setup;
import org.nr4j.linearizability.Command;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.Seeded;

/**
 * An error of the virtual machine inside dispatchMut hits one of several replicas. The others go on, every caller gets
 * its answer, and the replica is rebuilt.
 */
@Timeout(value = 90, threadMode = ThreadMode.SEPARATE_THREAD)
class QuarantineTest {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final WaitStrategy PARK_AT_ONCE = WaitStrategy.of(0, 0);

    @RegisterExtension
    final Seeded seeded = new Seeded();

    /** Fails on one replica, after it has begun to change it; the others take it for an ordinary write. */
    private static Command<Journal> failing(Gate gate, int replica) {
        return Journal.write(journal -> {
            int index = journal.add("failing");
            if (journal.replica == replica) {
                gate.pass();
                recurse(0);
            }
            return index;
        });
    }

    /** Fails on the first replica that applies it. */
    private static Command<Journal> failingOnce(Object entry, boolean outOfMemory) {
        AtomicBoolean armed = new AtomicBoolean(true);
        return Journal.write(journal -> {
            int index = journal.add(entry);
            if (armed.compareAndSet(true, false)) {
                journal.add("garbage");
                if (outOfMemory) {
                    throw new OutOfMemoryError("simulated");
                }
                recurse(0);
            }
            return index;
        });
    }

    @SuppressWarnings("InfiniteRecursion") // the purpose
    private static int recurse(int depth) {
        return recurse(depth + 1) + 1;
    }

    private static List<ReplicaState> states(NodeReplicated<?, ?, ?> nr) {
        return nr.stats().replicas().stream().map(ReplicaStats::state).toList();
    }

    private static boolean allServe(NodeReplicated<?, ?, ?> nr, int replicas) {
        List<ReplicaState> states = states(nr);
        return states.size() == replicas && !states.contains(ReplicaState.QUARANTINED);
    }

    private static void awaitAllServing(NodeReplicated<?, ?, ?> nr, int replicas) {
        Gate.awaitTrue(() -> allServe(nr, replicas), "not all replicas are rebuilt: " + states(nr));
    }

    private static Gate opened() {
        Gate gate = new Gate();
        gate.open();
        return gate;
    }

    // ---- threads that wait for the replica ----

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void waitersOfTheReplica_getTheirAnswersFromAnother(int log) throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(2, log), PARK_AT_ONCE)) {
            Gate gate = new Gate();
            Waiters waiters = new Waiters();
            Map<Integer, String> answers = new ConcurrentHashMap<>();
            new ConcurrentRun()
                    .threads(1, i -> answers.put((int) subject.handle(0).write(failing(gate, 0)), "failing"))
                    .threads(3, i -> {
                        gate.awaitEntered();
                        Handle handle = subject.handle(0);
                        boolean first = waiters.add();
                        answers.put((int) handle.write(append("waiter")), "waiter");
                        assertThat(Thread.currentThread().isInterrupted()).isEqualTo(first);
                    })
                    .threads(2, i -> {
                        gate.awaitEntered();
                        Handle handle = subject.handle(0);
                        waiters.add();
                        assertThat(handle.size()).isPositive();
                    })
                    .threads(1, i -> {
                        gate.awaitEntered();
                        waiters.awaitParked(5);
                        waiters.interruptFirst();
                        gate.open();
                    })
                    .deadline(DEADLINE)
                    .run();
            awaitAllServing(subject.nr, 2);
            assertThat(subject.entries())
                    .isEqualTo(range(0, 4).mapToObj(answers::get).toList())
                    .hasSize(4);
        }
    }

    /**
     * The log is full because of replica 0. Replica 1's combiner waits for room, and other threads wait for that
     * combiner. Then replica 0 fails.
     */
    @Test
    void waitersOfAnotherReplica_goOn() throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(2, 1), PARK_AT_ONCE)) {
            Gate gate = new Gate();
            Waiters waiters = new Waiters();
            new ConcurrentRun()
                    .threads(
                            1,
                            i -> assertThatThrownBy(() -> subject.handle(0).write(failing(gate, 0)))
                                    .as("replica 1 has applied it before")
                                    .isInstanceOf(AnswerLostException.class))
                    .threads(4, i -> {
                        gate.awaitEntered();
                        Handle handle = subject.handle(1);
                        waiters.add();
                        assertThat((int) handle.write(append("waiter"))).isPositive();
                    })
                    .threads(1, i -> {
                        gate.awaitEntered();
                        waiters.awaitParked(4);
                        gate.open();
                    })
                    .deadline(DEADLINE)
                    .run();
            awaitAllServing(subject.nr, 2);
            assertThat(subject.entries()).hasSize(5).startsWith("failing");
        }
    }

    /**
     * All other replicas have applied the write before. So none of them can answer it, and the caller learns that the
     * write was applied.
     */
    @Test
    void answerThatNobodyCanGive_isSaidToBeLost() throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(2, 4))) {
            Gate gate = new Gate();
            new ConcurrentRun()
                    .threads(
                            1,
                            i -> assertThatThrownBy(() -> subject.handle(0).write(failing(gate, 0)))
                                    .isInstanceOf(AnswerLostException.class)
                                    .hasMessageContaining("was applied")
                                    .hasMessageContaining("replica=0")
                                    .hasRootCauseInstanceOf(StackOverflowError.class))
                    .threads(1, i -> {
                        gate.awaitEntered();
                        assertThat(subject.handle(1).size()).isEqualTo(1);
                        gate.open();
                    })
                    .deadline(DEADLINE)
                    .run();
            awaitAllServing(subject.nr, 2);
            assertThat(subject.entries()).containsExactly("failing");
        }
    }

    /** A batch of which half was answered when the replica failed: the other half comes from another one. */
    @Test
    void batch_failsHalfWay_isAnsweredWhole() throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(2, 4))) {
            try (Handle handle = subject.handle(0)) {
                List<Object> answers =
                        handle.writeAll(List.of(append("a"), append("b"), failing(opened(), 0), append("d")));
                assertThat(answers).containsExactly(0, 1, 2, 3);
                awaitAllServing(subject.nr, 2);
                assertThat(subject.entries()).containsExactly("a", "b", "failing", "d");
            }
        }
    }

    // ---- helpers, readers ----

    /** The error hits a thread that only helps: its own operation is not concerned. */
    @Test
    void helperOfTheReplica_goesOn() throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(2, 1));
                Handle handle = subject.handle(1)) {
            for (int n = 0; n < 10; n++) {
                assertThat(handle.write(n == 3 ? failing(opened(), 0) : append(n)))
                        .isEqualTo(n);
            }
            awaitAllServing(subject.nr, 2);
            assertThat(subject.entries()).hasSize(10);
        }
    }

    /** The error hits a reader that brings its replica up to date: it reads elsewhere. */
    @Test
    void readerOfTheReplica_readsAnother() {
        try (Subject subject = new Subject(Setup.tokens(2, 8));
                Handle zero = subject.handle(0);
                Handle one = subject.handle(1)) {
            one.write(failing(opened(), 0));
            assertThat(zero.size()).isEqualTo(1);
            awaitAllServing(subject.nr, 2);
            assertThat(subject.entries()).containsExactly("failing");
        }
    }

    // ---- state, rebuilding ----

    @Test
    void withoutCopier_staysInQuarantineAndCanBeRemoved() {
        List<Journal> journals = new ArrayList<>();
        try (var nr = NodeReplicated.<Command<Journal>, Command<Journal>, Object>builder(() -> {
                    journals.add(new Journal(journals.size()));
                    return journals.get(journals.size() - 1);
                })
                .replicas(2)
                .build()) {
            try (var token = nr.register(0)) {
                assertThat(token.executeMut(failing(opened(), 0))).isEqualTo(0);
                Gate.awaitTrue(() -> states(nr).contains(ReplicaState.QUARANTINED), "not reported");
                assertThat(states(nr)).containsExactly(ReplicaState.QUARANTINED, ReplicaState.SERVING);
                assertThat(nr.replicas()).isEqualTo(1);
                assertThat(token.executeMut(append("more"))).isEqualTo(1);
                assertThat(token.replica()).isEqualTo(1);
            }
            assertThatThrownBy(() -> nr.register(0)).isInstanceOf(IllegalArgumentException.class);
            nr.sync();
            assertThat(nr.stats().logOccupancy()).as("it holds the log no more").isZero();
            assertThatThrownBy(() -> nr.removeReplica(1)).hasMessageContaining("one replica must stay");
            nr.removeReplica(0);
            assertThat(journals.get(0).closed).isTrue();
            assertThat(states(nr)).containsExactly(ReplicaState.SERVING);
            assertThat(nr.executeMut(append("alone"))).isEqualTo(2);
            assertThat(nr.writeCount()).isEqualTo(3);
        }
        assertThat(journals).allMatch(journal -> journal.closed);
    }

    @Test
    void rebuilt_keepsItsNumberNodeAndThreads() {
        try (Subject subject = new Subject(Setup.tokens(3, 4));
                Handle handle = subject.handle(1)) {
            handle.write(append("before"));
            handle.write(failing(opened(), 1));
            awaitAllServing(subject.nr, 3);
            assertThat(subject.nr.stats().replicas())
                    .extracting(ReplicaStats::id)
                    .containsExactly(0, 1, 2);
            assertThat(handle.write(append("after"))).isEqualTo(2);
            assertThat(subject.serving()).extracting(journal -> journal.replica).containsExactly(0, 3, 2);
            Gate.awaitTrue(() -> subject.journals.get(1).closed, "the old structure was not closed");
            subject.entries();
        }
    }

    @Test
    void copierFails_othersGoOnAndTheReplicaCanBeAddedLater() {
        AtomicInteger copies = new AtomicInteger();
        List<Journal> journals = new ArrayList<>();
        try (var nr = NodeReplicated.<Command<Journal>, Command<Journal>, Object>builder(() -> {
                    journals.add(new Journal(journals.size()));
                    return journals.get(journals.size() - 1);
                })
                .replicas(2)
                .copier((Journal journal) -> {
                    if (copies.getAndIncrement() == 0) {
                        throw new IllegalArgumentException("not now");
                    }
                    return journal.copyFor(7);
                })
                .build()) {
            nr.executeMut(failing(opened(), 0));
            nr.sync();
            Gate.awaitTrue(() -> copies.get() == 1, "not copied");
            assertThat(nr.executeMut(append("more"))).isEqualTo(1);
            nr.removeReplica(0);
            assertThat(nr.addReplica(0)).isEqualTo(2);
            assertThat(nr.verify((Journal journal) -> List.copyOf(journal.entries)))
                    .isEqualTo(2);
            assertThat(nr.stats().replicas()).extracting(ReplicaStats::id).containsExactly(1, 2);
        }
    }

    @Test
    void followers_doNotNotice() throws Exception {
        List<Command<Journal>> seen = new ArrayList<>();
        try (Subject subject = new Subject(Setup.tokens(2, 2))) {
            Follower follower = subject.nr.follow((index, writes) -> {
                assertThat(index).isEqualTo(seen.size());
                seen.addAll(writes);
            });
            List<Command<Journal>> written = new ArrayList<>();
            try (Handle handle = subject.handle(0)) {
                for (int n = 0; n < 20; n++) {
                    written.add(n == 10 ? failing(opened(), 0) : append(n));
                    handle.write(written.get(n));
                }
            }
            follower.finish();
            assertThat(follower.ended().get(30, TimeUnit.SECONDS)).isEqualTo(20);
            assertThat(seen).isEqualTo(written);
        }
    }

    // ---- at random ----

    /**
     * Stack overflows and simulated exhaustion of memory hit any replica, under load. No write is lost, repeated or
     * reordered, and every answer is right.
     */
    @ParameterizedTest
    @CsvSource({"2,1", "3,1", "3,64", "4,4"})
    void errorsAtRandom_underLoad(int replicas, int log) throws InterruptedException {
        int threads = 5;
        int writes = 400;
        try (Subject subject = new Subject(Setup.tokens(replicas, log))) {
            Map<Integer, Object> answered = new ConcurrentHashMap<>();
            AtomicInteger lost = new AtomicInteger();
            AtomicInteger failures = new AtomicInteger();
            subject.run(threads, (handle, thread) -> {
                RandomGenerator random = seeded.random(thread);
                int last = -1;
                for (int n = 0; n < writes; n++) {
                    Journal.Entry entry = new Journal.Entry(thread, n);
                    // One thread, one at a time: with two errors at once there may be no replica left.
                    boolean fails = thread == 0 && n % 20 == 19;
                    if (fails) {
                        awaitAllServing(subject.nr, replicas);
                        failures.incrementAndGet();
                    }
                    try {
                        int index =
                                (int) handle.write(fails ? failingOnce(entry, random.nextBoolean()) : append(entry));
                        assertThat(index).isGreaterThan(last);
                        assertThat(answered.put(index, entry)).isNull();
                        last = index;
                    } catch (AnswerLostException e) {
                        lost.incrementAndGet();
                    }
                    if (random.nextInt(4) == 0) {
                        assertThat(handle.size()).isGreaterThan(last);
                    }
                }
            });
            awaitAllServing(subject.nr, replicas);
            List<Object> entries = subject.entries();
            assertThat(entries)
                    .hasSize(threads * writes)
                    .doesNotContain("garbage")
                    .doesNotHaveDuplicates();
            answered.forEach((index, entry) -> assertThat(entries.get(index)).isEqualTo(entry));
            assertThat(answered.size() + lost.get()).isEqualTo(threads * writes);
            assertThat(failures).hasValue(writes / 20);
            assertThat(lost.get()).as("lost answers are rare").isLessThan(threads * failures.get());
        }
    }

    /** The error meets a close: each operation has an answer or is refused. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void close_whileReplicasFail_ends(int round) throws InterruptedException {
        Subject subject = new Subject(Setup.tokens(3, 2));
        AtomicInteger applied = new AtomicInteger();
        AtomicBoolean closed = new AtomicBoolean();
        Queue<CompletableFuture<Object>> futures = new ConcurrentLinkedQueue<>();
        new ConcurrentRun()
                .threads(
                        1,
                        i -> subject.run(4, (handle, thread) -> {
                            try {
                                for (int n = 0; ; n++) {
                                    if (thread == 0 && n % 10 == 9) {
                                        Gate.awaitTrue(() -> closed.get() || allServe(subject.nr, 3), "not rebuilt");
                                        // After the close begins nothing rebuilds: more errors would leave no replica.
                                        if (!closed.get()) {
                                            handle.write(failingOnce("failing", n % 20 == 9));
                                        }
                                    } else if (thread == 1) {
                                        futures.add(handle.writeAsync(append(thread, n)));
                                    }
                                    handle.write(append(thread, n));
                                    applied.incrementAndGet();
                                }
                            } catch (IllegalStateException e) {
                                assertThat(e).hasMessageContaining("closed");
                            } catch (AnswerLostException e) {
                                assertThat(e).hasMessageContaining("was applied");
                            }
                        }))
                .threads(1, i -> {
                    Gate.awaitTrue(() -> applied.get() > 50 + 20 * round, "no progress");
                    closed.set(true);
                    subject.close();
                })
                .deadline(DEADLINE)
                .run();
        for (CompletableFuture<Object> future : futures) {
            assertThat(future.handle((answer, failure) -> "ended")).succeedsWithin(DEADLINE);
        }
        assertThat(subject.journals).allMatch(journal -> journal.closed);
    }
}
