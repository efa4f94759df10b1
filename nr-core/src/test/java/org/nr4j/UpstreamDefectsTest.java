package org.nr4j;

import static java.util.stream.IntStream.range;
import static java.util.stream.IntStream.rangeClosed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nr4j.Journal.append;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.Journal.Entry;
import org.nr4j.Subject.Handle;
import org.nr4j.Subject.Setup;
import org.nr4j.linearizability.Command;
import org.nr4j.testing.ConcurrentRun;

/**
 * Tests the defects that other implementations of node replication had, each by a scenario that shows it. Some of them
 * have their tests elsewhere:
 *
 * <ul>
 *   <li>slots whose low address bits are equal, in {@code PaddingTest}
 *   <li>references that the log keeps, in {@code OperationLogTest}
 *   <li>a full log behind a stopped reader, in {@code FaultsTest}
 *   <li>weak memory, in the jcstress tests
 * </ul>
 */
@Timeout(value = 100, threadMode = ThreadMode.SEPARATE_THREAD)
class UpstreamDefectsTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /**
     * IronSync's proof of the Rust crate: the lock was released between operations of a batch. A read then saw a
     * version above the completed tail, and a later read on another replica did not.
     */
    @Test
    void readsNeverGoBackAcrossThreads() throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(2, 4))) {
            AtomicInteger seen = new AtomicInteger();
            AtomicBoolean done = new AtomicBoolean();
            Command<Journal> slowAppend = Journal.write(journal -> {
                int index = journal.add("entry");
                Thread.yield(); // between the operations of a batch
                return index;
            });
            subject.run(5, (handle, thread) -> {
                if (thread < 2) {
                    for (int n = 0; n < 1_500; n++) {
                        handle.write(slowAppend);
                    }
                    done.set(true);
                } else {
                    while (!done.get()) {
                        int floor = seen.get();
                        int size = handle.size();
                        assertThat(size).isGreaterThanOrEqualTo(floor);
                        seen.accumulateAndGet(size, Math::max);
                    }
                }
            });
            subject.assertConsistent();
        }
    }

    /**
     * The Rust CNR, issue 18: responses were returned before the completed tail was raised at the end of the batch. A
     * read on another replica then missed a write that had returned.
     */
    @Test
    void answeredWrite_isSeenByALaterReadElsewhere() throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(2, 4))) {
            AtomicInteger answered = new AtomicInteger();
            AtomicBoolean done = new AtomicBoolean();
            subject.run(6, (handle, thread) -> {
                if (thread % 2 == 0) { // three writers of replica 0: their writes share batches
                    for (int n = 0; n < 500; n++) {
                        int index = (int) handle.write(Journal.write(journal -> {
                            Thread.yield();
                            return journal.add("entry");
                        }));
                        answered.accumulateAndGet(index + 1, Math::max);
                    }
                    done.set(true);
                } else {
                    while (!done.get()) {
                        int floor = answered.get();
                        assertThat(handle.size()).isGreaterThanOrEqualTo(floor);
                    }
                }
            });
        }
    }

    /** Rust crate, July 2019: a new operation was enqueued before an old batch that had found no room. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void newOperationNeverOvertakesOldBatch(int replicas) throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(replicas, 1))) {
            AtomicInteger returned = new AtomicInteger(-1);
            subject.run(6, (handle, thread) -> {
                for (int n = 0; n < 300; n++) {
                    int before = returned.get();
                    int index = (int) handle.write(append(thread, n));
                    assertThat(index).as("later than what had returned").isGreaterThan(before);
                    returned.accumulateAndGet(index, Math::max);
                }
            });
            int[] next = new int[6];
            for (Object entry : subject.entries()) {
                assertThat(((Entry) entry).number()).isEqualTo(next[((Entry) entry).thread()]++);
            }
        }
    }

    /** The Rust crate, October 2019 and issue 19: an unused replica kept the log from being reclaimed. */
    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void gcWithIdleReplica_makesProgress(int logCapacity) throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(4, logCapacity))) {
            subject.run(2, (handle, thread) -> { // replicas 2 and 3 stay idle
                for (int n = 0; n < 1_000; n++) {
                    handle.write(append(thread, n));
                }
            });
            subject.assertConsistent();
        }
    }

    /** Rust crate, December 2019: combiners that all found the log full waited for each other. */
    @Test
    void gcByAllReplicasAtOnce_doesNotDeadlock() throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(4, 1))) {
            subject.run(9, (handle, thread) -> {
                for (int n = 0; n < 200; n++) {
                    if (thread == 8) {
                        subject.nr.sync();
                    } else {
                        handle.write(append(thread, n));
                    }
                }
            });
            assertThat(subject.entries()).hasSize(1_600).doesNotHaveDuplicates();
        }
    }

    /**
     * The Rust crate, June 2022, found by a user's BTreeSet: after "GC failed", an operation that had been applied was
     * executed again.
     */
    @Test
    void gcAfterApply_operationIsNotExecutedTwice() throws InterruptedException {
        try (Replicated<TreeSet<Integer>> set = Replicated.<TreeSet<Integer>>builder(TreeSet::new)
                .replicas(3)
                .logCapacity(1)
                .build()) {
            new ConcurrentRun()
                    .threads(4, thread -> {
                        for (int n = 0; n < 500; n++) {
                            int element = 4 * n + thread;
                            assertThat(set.<Boolean>write(s -> s.add(element))).isTrue();
                        }
                    })
                    .run();
            assertThat(set.<Integer>read(TreeSet::size)).isEqualTo(2_000);
        }
    }

    /** Rust crate, July 2022: the log was reclaimed, and so applied to a replica, while that replica was being read. */
    @Test
    void gcWhileReading_readersSeeWholeStates() throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(2, 1))) {
            AtomicBoolean done = new AtomicBoolean();
            Command<Journal> appendTwo = Journal.write(journal -> {
                journal.add("first");
                Thread.yield();
                return journal.add("second");
            });
            Command<Journal> readTwice = Journal.read(journal -> {
                int before = journal.entries.size();
                Thread.yield();
                assertThat(journal.entries).hasSize(before);
                return before;
            });
            subject.run(4, (handle, thread) -> {
                if (thread == 0) {
                    for (int n = 0; n < 1_000; n++) {
                        handle.write(appendTwo);
                    }
                    done.set(true);
                } else {
                    while (!done.get()) {
                        assertThat((int) handle.read(readTwice) % 2).isZero();
                    }
                }
            });
        }
    }

    /** Rust crate, August 2020: benchmarks had to avoid thread counts that are no multiple of a node's. */
    @ParameterizedTest
    @CsvSource({"1,2", "3,2", "5,4", "7,4"})
    void threadsThatDoNotFillReplicas_finish(int threads, int replicas) throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(replicas, 2))) {
            subject.run(threads, (handle, thread) -> range(0, 300).forEach(n -> handle.write(append(thread, n))));
            assertThat(subject.entries()).hasSize(threads * 300);
        }
    }

    /** Pull request 27: a replica that came into use late missed operations that had been collected before. */
    @Test
    void replicaUsedLate_hasEverything() throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(4, 8))) {
            subject.run(1, (handle, thread) -> range(0, 1_000).forEach(n -> handle.write(append(thread, n))));
            Handle late = subject.handle(3);
            assertThat(late.size()).isEqualTo(1_000);
            assertThat(late.write(append("late"))).isEqualTo(1_000);
        }
    }

    /**
     * The Rust crate: a thread registered while a combiner collected. Its operation was applied, but it got no answer,
     * so the operation was collected and executed again.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void registrationUnderLoad_executesOnce(int replicas) throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(replicas, 2))) {
            subject.run(6, (handle, thread) -> {
                for (int n = 0; n < 200; n++) {
                    Handle fresh = n % 2 == 0 ? subject.handle(thread + n) : handle;
                    Entry entry = new Entry(thread, n);
                    int index = (int) fresh.write(append(entry));
                    assertThat(fresh.read(Journal.read(journal -> journal.entries.get(index))))
                            .isEqualTo(entry);
                }
            });
            assertThat(subject.entries()).hasSize(1_200).doesNotHaveDuplicates();
        }
    }

    /**
     * The Rust crate: the writer waited for a stale number of readers, so dispatch_mut ran beside four dispatch calls.
     * The journal throws when that happens.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void writerNeverOverlapsReaders_alsoOfThreadsThatJustCame(int replicas) throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(replicas, 4))) {
            AtomicBoolean done = new AtomicBoolean();
            Command<Journal> longRead = Journal.read(journal -> {
                Thread.yield();
                return journal.entries.size();
            });
            new ConcurrentRun()
                    .threads(1, i -> {
                        for (int n = 0; !done.get(); n++) {
                            subject.handle(0).write(append("w" + n));
                        }
                    })
                    .threads(2, i -> {
                        try {
                            for (int wave = 0; wave < 15; wave++) {
                                subject.run(10, (handle, thread) -> {
                                    for (int n = 0; n < 10; n++) {
                                        handle.read(longRead);
                                    }
                                });
                            }
                        } finally {
                            done.set(true);
                        }
                    })
                    .deadline(DEADLINE)
                    .run();
            subject.assertConsistent();
        }
    }

    /**
     * The Rust crate: a combiner that had passed a slot and went idle left the slot's thread spinning for 2^29 rounds
     * (300 ms). Here two threads collide again and again, and no third thread could serve the one that was left. So it
     * would wait forever.
     */
    @ParameterizedTest
    @CsvSource({"1,0", "1,400", "2,0", "2,400"})
    void lostCombine_waiterIsServedSoon(int replicas, int spins) throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(replicas, 8), WaitStrategy.of(spins, spins / 20))) {
            CyclicBarrier together = new CyclicBarrier(2);
            new ConcurrentRun()
                    .threads(2, thread -> {
                        Handle handle = subject.handle(0);
                        for (int n = 0; n < 2_000; n++) {
                            together.await();
                            handle.write(append(thread, n));
                        }
                    })
                    .deadline(DEADLINE)
                    .run();
            subject.assertConsistent();
        }
    }

    /**
     * The Rust crate: a panic left the local tail behind and the operation pending. All later operations were replayed,
     * and replicas diverged ([1,2,3,4,5,1,2,3,4,5,6,7,6]). Later answers went to earlier operations.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void panickingOperation_isAnsweredOnceAndReplicasStayEqual(int replicas) {
        try (Subject subject = new Subject(Setup.tokens(replicas, 0));
                Handle handle = subject.handle(replicas - 1)) {
            List<Object> expected = new ArrayList<>();
            for (int n = 1; n <= 7; n++) {
                int op = n;
                if (n == 6) {
                    assertThatThrownBy(() -> handle.write(Journal.appendThenThrow(op)))
                            .isInstanceOf(Journal.Refusal.class);
                } else {
                    assertThat(handle.write(append(op))).isEqualTo(n - 1);
                }
                expected.add(op);
            }
            assertThat(subject.entries()).isEqualTo(expected);
            subject.assertConsistent();
        }
    }

    /**
     * The Rust crate: thread ids were never recycled. A replica allowed only 256 registrations, and each dead one made
     * every write slower.
     */
    @Test
    void registrations_haveNoLimit() throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(2, 8))) {
            List<Handle> live = rangeClosed(1, 600).mapToObj(subject::handle).toList();
            for (Handle handle : live) {
                handle.write(append("entry"));
            }
            assertThat(live.get(0).size()).isEqualTo(600);
        }
    }
}
