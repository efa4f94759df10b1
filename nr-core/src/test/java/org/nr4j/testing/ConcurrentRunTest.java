package org.nr4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConcurrentRunTest {

    @ParameterizedTest
    @EnumSource(TestThreads.class)
    void run_severalBodies_runsAllAtOnceAndEndsAll(TestThreads kind) throws InterruptedException {
        assumeTrue(kind.isSupported(), "needs JDK 21");
        Set<String> ran = ConcurrentHashMap.newKeySet();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        CyclicBarrier together = new CyclicBarrier(5);
        new ConcurrentRun()
                .threads(kind, 3, i -> {
                    together.await();
                    threads.add(Thread.currentThread());
                    ran.add("writer" + i);
                })
                .threads(kind, 2, i -> {
                    together.await();
                    threads.add(Thread.currentThread());
                    ran.add("reader" + i);
                })
                .run();
        assertThat(ran).containsExactlyInAnyOrder("writer0", "writer1", "writer2", "reader0", "reader1");
        assertThat(threads).hasSize(5).noneMatch(Thread::isAlive);
    }

    @Test
    void run_bodyThrows_failsWithItAndEndsTheOthers() {
        CountDownLatch never = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        ConcurrentRun run = new ConcurrentRun()
                .threads(1, i -> {
                    throw new IllegalStateException("broken");
                })
                .threads(1, i -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        interrupted.set(true);
                    }
                });
        assertThatThrownBy(run::run)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("broken")
                .hasMessageContaining("Threads of this run")
                .hasMessageNotContaining("still running")
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThat(interrupted).isTrue();
    }

    @ParameterizedTest
    @EnumSource(TestThreads.class)
    void run_deadlinePasses_failsWithTheStacks(TestThreads kind) {
        assumeTrue(kind.isSupported(), "needs JDK 21");
        ConcurrentRun run = new ConcurrentRun()
                .threads(kind, 20, i -> hangHere(new CountDownLatch(1)))
                .threads(1, i -> {})
                .deadline(Duration.ofMillis(200));
        assertThatThrownBy(run::run)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("20 of 21 threads did not end within PT0.2S")
                .hasMessageContaining("ConcurrentRunTest.hangHere")
                .hasMessageContaining(
                        "run_deadlinePasses_failsWithTheStacks"); // this very thread is in the dump as well
    }

    @Test
    void run_threadIgnoresInterrupt_saysSo() {
        AtomicBoolean stop = new AtomicBoolean();
        ConcurrentRun run = new ConcurrentRun()
                .threads(1, i -> {
                    while (!stop.get()) {
                        Thread.onSpinWait();
                    }
                })
                .deadline(Duration.ofMillis(100));
        try {
            assertThatThrownBy(run::run)
                    .hasMessageContaining("1 threads are still running after an interrupt, run-0 is one");
        } finally {
            stop.set(true);
        }
    }

    @Test
    void newThread_virtualBeforeJdk21_isRefused() {
        assumeTrue(!TestThreads.VIRTUAL.isSupported(), "this JDK has virtual threads");
        assertThatThrownBy(() -> TestThreads.VIRTUAL.newThread("v", () -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("VIRTUAL threads are not supported by JDK");
    }

    private static void hangHere(CountDownLatch never) throws InterruptedException {
        never.await();
    }
}
