package org.nr4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.nr4j.Journal.append;
import static org.nr4j.Journal.appendThenThrow;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.Journal.Entry;
import org.nr4j.Journal.Refusal;
import org.nr4j.Subject.Access;
import org.nr4j.Subject.Setup;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.Seeded;

/**
 * Tests threads that fail, stop, are interrupted, die, or are too many. No write is lost, repeated or moved, and no
 * thread hangs.
 */
@Timeout(value = 100, threadMode = ThreadMode.SEPARATE_THREAD)
class FaultsTest {
    private static final WaitStrategy PARK_AT_ONCE = WaitStrategy.of(0, 0);
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @RegisterExtension
    final Seeded seeded = new Seeded();

    private Subject subject;

    @AfterEach
    void checkAndClose() {
        subject.assertConsistent();
        subject.close();
    }

    // ---- user code that throws ----

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void operationsThrowAtRandom_eachIsAnsweredOnceAndReplicasStayEqual(int replicas) throws InterruptedException {
        subject = new Subject(Setup.tokens(replicas, 2));
        RuntimeException shared = new IllegalArgumentException("one and the same exception, again and again");
        AtomicInteger writes = new AtomicInteger();
        subject.run(6, (handle, thread) -> {
            RandomGenerator random = seeded.random(thread);
            for (int n = 0; n < 300; n++) {
                Entry entry = new Entry(thread, n);
                switch (random.nextInt(5)) {
                    case 0 ->
                        assertThatThrownBy(() -> handle.write(appendThenThrow(entry)))
                                .isInstanceOfSatisfying(
                                        Refusal.class, e -> assertThat(e.entry).isEqualTo(entry));
                    case 1 ->
                        assertThatThrownBy(() -> handle.write(Journal.write(journal -> {
                                    journal.add(entry);
                                    throw shared;
                                })))
                                .isSameAs(shared);
                    case 2 ->
                        assertThatThrownBy(() -> handle.writeAll(List.of(appendThenThrow(entry))))
                                .isInstanceOf(BatchFailedException.class)
                                .hasCauseInstanceOf(Refusal.class);
                    case 3 ->
                        assertThatThrownBy(() -> handle.read(Journal.read(journal -> {
                                    writes.decrementAndGet();
                                    throw shared;
                                })))
                                .isSameAs(shared);
                    default -> handle.write(append(entry));
                }
                writes.incrementAndGet();
            }
        });
        assertThat(subject.entries()).hasSize(writes.get()).doesNotHaveDuplicates();
        assertThat(shared.getSuppressed()).as("attached stacks do not pile up").hasSizeLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void operationThrowsOnAnotherThread_callersStackIsAttached(int replicas) throws InterruptedException {
        subject = new Subject(Setup.tokens(replicas, 0), PARK_AT_ONCE);
        Gate gate = new Gate();
        Waiters waiters = new Waiters();
        Thread[] ran = new Thread[1];
        new ConcurrentRun()
                .threads(1, i -> subject.handle(0).write(gate.thenAppend("first", 0)))
                .threads(1, i -> {
                    gate.awaitEntered();
                    waiters.add();
                    assertThatThrownBy(() -> subject.handle(0).write(Journal.write(journal -> {
                                if (journal.replica == 0) {
                                    ran[0] = Thread.currentThread();
                                }
                                throw new Refusal("second");
                            })))
                            .isInstanceOfSatisfying(Refusal.class, e -> {
                                assertThat(ran[0]).isNotSameAs(Thread.currentThread());
                                assertThat(e.getSuppressed()[0])
                                        .hasMessageContaining(
                                                Thread.currentThread().getName());
                                assertThat(e.getSuppressed()[0].getStackTrace())
                                        .anyMatch(frame -> frame.getClassName().equals(FaultsTest.class.getName()));
                            });
                })
                .threads(1, i -> {
                    waiters.awaitParked(1);
                    gate.open();
                })
                .deadline(DEADLINE)
                .run();
    }

    // ---- threads that stop ----

    @Test
    void combinerStopped_itsReplicaWaitsAndAnotherGoesOnWhileTheLogHasRoom() throws InterruptedException {
        subject = new Subject(Setup.tokens(2, 8), PARK_AT_ONCE);
        Gate gate = new Gate();
        Waiters waiters = new Waiters();
        AtomicInteger done = new AtomicInteger();
        new ConcurrentRun()
                .threads(1, i -> subject.handle(0).write(gate.thenAppend("stopped", 0)))
                .threads(3, i -> {
                    gate.awaitEntered();
                    waiters.add();
                    subject.handle(0).write(append("same replica"));
                })
                .threads(2, i -> {
                    gate.awaitEntered();
                    waiters.add();
                    assertThat(subject.handle(0).size()).isPositive();
                })
                .threads(1, i -> {
                    waiters.awaitParked(5);
                    var handle = subject.handle(1);
                    for (int n = 0; n < 7; n++) { // the eighth entry is the one that replica 0 is working on
                        handle.write(append("other replica"));
                        assertThat(handle.size()).isEqualTo(n + 2);
                    }
                    waiters.add();
                    done.incrementAndGet();
                    handle.write(append("no room"));
                })
                .threads(1, i -> {
                    Gate.awaitTrue(() -> done.get() == 1, "the other replica was stopped too");
                    waiters.awaitParked(6);
                    gate.open();
                })
                .deadline(DEADLINE)
                .run();
        assertThat(subject.entries()).hasSize(12);
    }

    /** A single replica has no log; there all others wait. */
    @Test
    void combinerStopped_singleReplica_othersWaitAndThenAllFinish() throws InterruptedException {
        subject = new Subject(Setup.tokens(1, 0));
        Gate gate = new Gate();
        Waiters waiters = new Waiters();
        new ConcurrentRun()
                .threads(1, i -> subject.handle(0).write(gate.thenAppend("stopped")))
                .threads(4, i -> {
                    gate.awaitEntered();
                    waiters.add();
                    var handle = subject.handle(0);
                    assertThat(i % 2 == 0 ? (int) handle.write(append("waited")) : handle.size())
                            .isPositive();
                })
                .threads(1, i -> {
                    waiters.awaitParked(4);
                    gate.open();
                })
                .deadline(DEADLINE)
                .run();
    }

    @Test
    void readerStopped_readersGoOnAndWritersOfAnotherReplicaToo_untilTheLogIsFull() throws InterruptedException {
        subject = new Subject(Setup.tokens(2, 8), PARK_AT_ONCE);
        Gate gate = new Gate();
        Waiters waiters = new Waiters();
        new ConcurrentRun()
                .threads(
                        1,
                        i -> assertThat(subject.handle(0).read(gate.thenSize())).isEqualTo(0))
                .threads(1, i -> {
                    gate.awaitEntered();
                    assertThat(subject.handle(0).size()).isZero();
                    var handle = subject.handle(1);
                    for (int n = 0; n < 8; n++) {
                        handle.write(append("beside the reader"));
                        assertThat(handle.size()).isEqualTo(n + 1);
                    }
                    waiters.add();
                    handle.write(append("no room"));
                })
                .threads(2, i -> {
                    gate.awaitEntered();
                    Gate.awaitTrue(() -> subject.nr.stats().logOccupancy() == 8, "the log does not fill up");
                    waiters.add();
                    assertThat(subject.handle(0).size()).isGreaterThanOrEqualTo(8);
                })
                .threads(1, i -> {
                    waiters.awaitParked(3);
                    gate.open();
                })
                .deadline(DEADLINE)
                .run();
        assertThat(subject.entries()).hasSize(9);
    }

    /**
     * The other half of the lock: a write on a replica waits for the reader inside, and later readers wait for that
     * write.
     */
    @Test
    void readerStopped_singleReplica_writerWaitsForIt() throws InterruptedException {
        subject = new Subject(Setup.tokens(1, 0), PARK_AT_ONCE);
        Gate gate = new Gate();
        Waiters waiters = new Waiters();
        new ConcurrentRun()
                .threads(
                        1,
                        i -> assertThat(subject.handle(0).read(gate.thenSize())).isEqualTo(0))
                .threads(2, i -> {
                    gate.awaitEntered();
                    waiters.add();
                    subject.handle(0).write(append("waited"));
                })
                .threads(1, i -> {
                    waiters.awaitParked(2);
                    gate.open();
                })
                .deadline(DEADLINE)
                .run();
        assertThat(subject.entries()).hasSize(2);
    }

    // ---- interrupts ----

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void interrupts_endNoWait_loseNothing_andAreKept(int replicas) throws InterruptedException {
        subject = new Subject(Setup.tokens(replicas, 0), PARK_AT_ONCE);
        Gate gate = new Gate();
        Waiters waiters = new Waiters();
        List<Subject.Body> bodies = List.of(
                (handle, i) -> assertThat((int) handle.write(append("a"))).isPositive(),
                (handle, i) -> assertThat(handle.writeAll(List.of(append("b"), append("c"))))
                        .hasSize(2),
                (handle, i) -> assertThat(handle.size()).isPositive(),
                (handle, i) -> handle.write(append("d")));
        new ConcurrentRun()
                .threads(1, i -> subject.handle(0).write(gate.thenAppend("first", 0)))
                .threads(bodies.size(), i -> {
                    gate.awaitEntered();
                    waiters.add();
                    bodies.get(i).run(subject.handle(0), i);
                    assertThat(Thread.interrupted()).isTrue();
                })
                .threads(1, i -> {
                    for (int round = 0; round < 3; round++) {
                        waiters.awaitParked(bodies.size());
                        waiters.interruptAll();
                    }
                    waiters.awaitParked(bodies.size());
                    gate.open();
                })
                .deadline(DEADLINE)
                .run();
        assertThat(subject.entries()).containsExactlyInAnyOrder("first", "a", "b", "c", "d");
    }

    @Test
    void interruptedBeforehand_operationsWorkAndKeepTheFlag() throws InterruptedException {
        subject = new Subject(Setup.tokens(2, 1));
        subject.run(4, (handle, thread) -> {
            Thread.currentThread().interrupt();
            for (int n = 0; n < 100; n++) {
                handle.write(append(thread, n));
                assertThat(handle.size()).isPositive();
            }
            assertThat(Thread.interrupted()).isTrue();
        });
        assertThat(subject.entries()).hasSize(400);
    }

    // ---- many threads, threads that go ----

    @Test
    void threadsDieWithLiveTokens_othersGoOn() throws InterruptedException {
        subject = new Subject(Setup.tokens(2, 4));
        for (int round = 0; round < 20; round++) {
            new ConcurrentRun()
                    .threads(4, i -> subject.handle(i).write(append("before dying"))) // the token stays open
                    .run();
            subject.run(2, (handle, thread) -> handle.write(append("later")));
        }
        assertThat(subject.entries()).hasSize(120);
    }

    @Test
    void thousandRegistrations_oneAfterTheOther() {
        subject = new Subject(Setup.tokens(2, 4));
        for (int n = 0; n < 1_000; n++) {
            try (var handle = subject.handle(n)) {
                assertThat(handle.write(append(n))).isEqualTo(n);
            }
        }
    }

    @Test
    void thousandThreads_eachRegisters() throws InterruptedException {
        subject = new Subject(Setup.tokens(2, 4));
        subject.run(
                1_000,
                (handle, thread) -> {
                    handle.write(append(thread, 0));
                    assertThat(handle.size()).isPositive();
                },
                DEADLINE);
        assertThat(subject.entries()).hasSize(1_000).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void sixtyFourThreads_onFewCores(int replicas) throws InterruptedException {
        subject = new Subject(Setup.tokens(replicas, 4));
        subject.run(
                64,
                (handle, thread) -> {
                    int last = -1;
                    for (int n = 0; n < 200; n++) {
                        int index = (int) handle.write(append(thread, n));
                        assertThat(index).isGreaterThan(last);
                        assertThat(handle.size()).isGreaterThan(index);
                        last = index;
                    }
                },
                DEADLINE);
        assertThat(subject.entries()).hasSize(64 * 200).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void tenThousandVirtualThreads(int replicas) throws InterruptedException {
        Setup setup = new Setup(replicas, 8, Access.VIRTUAL_THREADS);
        subject = new Subject(setup);
        assumeTrue(setup.access().kind.isSupported(), "needs JDK 21");
        CountDownLatch wrote = new CountDownLatch(10_000);
        subject.run(
                10_000,
                (handle, thread) -> {
                    int index = (int) handle.write(append(thread, 0));
                    wrote.countDown();
                    assertThat(handle.size()).isGreaterThan(index);
                },
                DEADLINE);
        assertThat(wrote.getCount()).isZero();
        assertThat(subject.entries()).hasSize(10_000).doesNotHaveDuplicates();
    }

    /** L1: a thread that finds the log full applies it for idle replicas. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void idleReplicas_oneThreadWritesForEver(int replicas) {
        subject = new Subject(Setup.tokens(replicas, 8));
        try (var handle = subject.handle(replicas - 1)) {
            for (int n = 0; n < 5_000; n++) {
                assertThat(handle.write(append(n))).isEqualTo(n);
            }
        }
        assertThat(subject.nr.stats().helps()).isPositive();
    }
}
