package org.nr4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.TestThreads;

/** Tests the readers-writer lock by itself. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class DistributedReadWriteLockTest {
    private final DistributedReadWriteLock lock = new DistributedReadWriteLock(WaitStrategy.of(2, 1));

    /** Two plain numbers that are equal whenever no writer is inside. */
    private long first;

    private long second;

    private void increment() {
        first++;
        Thread.yield();
        second++;
    }

    @ParameterizedTest
    @EnumSource(TestThreads.class)
    void writersExcludeAll_readersExcludeWriters(TestThreads kind) throws InterruptedException {
        assumeTrue(kind.isSupported(), "needs JDK 21");
        AtomicInteger writes = new AtomicInteger();
        new ConcurrentRun()
                .threads(kind, 2, i -> {
                    for (int n = 0; n < 2_000; n++) {
                        lock.lockWrite();
                        try {
                            increment();
                        } finally {
                            lock.unlockWrite();
                        }
                        writes.incrementAndGet();
                    }
                })
                .threads(kind, 1, i -> {
                    for (int n = 0; n < 2_000; n++) {
                        if (lock.tryLockWrite()) {
                            increment();
                            lock.unlockWrite();
                            writes.incrementAndGet();
                        }
                    }
                })
                .threads(kind, 3, i -> {
                    for (int n = 0; n < 3_000; n++) {
                        lock.lockRead();
                        assertThat(first).isEqualTo(second);
                        lock.unlockRead();
                    }
                })
                .run();
        assertThat(first).isEqualTo(writes.get()).isEqualTo(second);
    }

    @Test
    void readers_areInsideTogether() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(3);
        new ConcurrentRun()
                .threads(3, i -> {
                    lock.lockRead();
                    inside.countDown();
                    inside.await();
                    lock.unlockRead();
                })
                .run();
        assertThat(lock.tryLockWrite()).isTrue();
    }

    /** L3: a parked thread is unparked, and keeps an interrupt that came meanwhile. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sleepersBehindAWriter_areWokenAndKeepTheirInterrupt(boolean interrupted) throws InterruptedException {
        Waiters waiters = new Waiters();
        AtomicInteger done = new AtomicInteger();
        CountDownLatch held = new CountDownLatch(1);
        new ConcurrentRun()
                .threads(2, i -> {
                    held.await();
                    waiters.add();
                    lock.lockRead();
                    lock.unlockRead();
                    assertThat(Thread.interrupted()).isEqualTo(interrupted);
                    done.incrementAndGet();
                })
                .threads(2, i -> {
                    held.await();
                    waiters.add();
                    lock.lockWrite();
                    lock.unlockWrite();
                    assertThat(Thread.interrupted()).isEqualTo(interrupted);
                    done.incrementAndGet();
                })
                .threads(1, i -> {
                    lock.lockWrite();
                    held.countDown();
                    waiters.awaitParked(4);
                    if (interrupted) {
                        waiters.interruptAll();
                        waiters.awaitParked(4);
                    }
                    assertThat(done).hasValue(0);
                    lock.unlockWrite();
                })
                .run();
        assertThat(done).hasValue(4);
    }

    @Test
    void writerBehindAReader_waitsAndThenEnters() throws InterruptedException {
        Waiters waiters = new Waiters();
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        AtomicInteger wrote = new AtomicInteger();
        new ConcurrentRun()
                .threads(1, i -> {
                    lock.lockRead();
                    reading.countDown();
                    leave.await();
                    assertThat(wrote).hasValue(0);
                    lock.unlockRead();
                })
                .threads(1, i -> {
                    reading.await();
                    assertThat(lock.tryLockWrite()).isFalse();
                    waiters.add();
                    lock.lockWrite();
                    wrote.incrementAndGet();
                    lock.unlockWrite();
                })
                .threads(1, i -> {
                    waiters.awaitParked(1);
                    leave.countDown();
                })
                .run();
        assertThat(wrote).hasValue(1);
    }

    /**
     * A reader keeps tryLockWrite from succeeding. For a moment, however, the lock looks taken. A thread that parks
     * because of that must be unparked.
     */
    @Test
    void tryLockWriteThatFails_leavesNoWriterAsleep() throws InterruptedException {
        DistributedReadWriteLock sleepy = new DistributedReadWriteLock(WaitStrategy.of(0, 0));
        CyclicBarrier round = new CyclicBarrier(3);
        CyclicBarrier end = new CyclicBarrier(3);
        AtomicInteger locking = new AtomicInteger(-1);
        CyclicBarrier tried = new CyclicBarrier(2);
        int rounds = 3_000;
        new ConcurrentRun()
                .threads(1, reader -> {
                    for (int n = 0; n < rounds; n++) {
                        sleepy.lockRead();
                        round.await();
                        tried.await();
                        sleepy.unlockRead();
                        end.await();
                    }
                })
                .threads(1, trying -> {
                    for (int n = 0; n < rounds; n++) {
                        round.await();
                        for (int tries = 0; tries < 20; tries += locking.get() == n ? 1 : 0) {
                            assertThat(sleepy.tryLockWrite()).isFalse();
                        }
                        tried.await();
                        end.await();
                    }
                })
                .threads(1, writer -> {
                    for (int n = 0; n < rounds; n++) {
                        round.await();
                        locking.set(n);
                        sleepy.lockWrite();
                        sleepy.unlockWrite();
                        end.await();
                    }
                })
                .deadline(Duration.ofSeconds(30))
                .run();
    }

    @Test
    void insideAlready_isRefused() {
        lock.lockRead();
        for (Runnable again : List.<Runnable>of(lock::lockRead, lock::lockWrite, lock::tryLockWrite)) {
            assertThatThrownBy(again::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("must not call back");
        }
        lock.unlockRead();
        lock.lockWrite();
        for (Runnable again : List.<Runnable>of(lock::lockRead, lock::lockWrite)) {
            assertThatThrownBy(again::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("must not call back");
        }
        assertThat(lock.tryLockWrite()).isFalse();
        lock.unlockWrite();
        assertThat(lock.tryLockWrite()).isTrue();
    }

    @Test
    void unlockWrite_notHeld_isRefused() throws InterruptedException {
        assertUnlockRefused();
        lock.lockWrite();
        new ConcurrentRun().threads(1, i -> assertUnlockRefused()).run();
        lock.unlockWrite();
    }

    @Test
    void unlockRead_notInside_isRefused() throws InterruptedException {
        assertRefused(lock::unlockRead);
        lock.lockRead();
        new ConcurrentRun().threads(1, i -> assertRefused(lock::unlockRead)).run();
        lock.unlockRead();
        assertRefused(lock::unlockRead);
        assertThat(lock.tryLockWrite()).isTrue();
    }

    /** More readers than cells: several readers share one, and each takes back its own mark only. */
    @Test
    void unlockRead_manyReaders_eachLeavesForItself() throws InterruptedException {
        int readers = 4 * Math.max(64, Runtime.getRuntime().availableProcessors());
        CountDownLatch inside = new CountDownLatch(readers);
        CountDownLatch[] leave = latches(readers);
        CountDownLatch[] left = latches(readers);
        new ConcurrentRun()
                .threads(readers, i -> {
                    lock.lockRead();
                    inside.countDown();
                    leave[i].await();
                    lock.unlockRead();
                    assertRefused(lock::unlockRead);
                    left[i].countDown();
                })
                .threads(1, i -> {
                    inside.await();
                    for (int reader = 0; reader < readers; reader++) {
                        assertThat(lock.tryLockWrite()).isFalse();
                        leave[reader].countDown();
                        left[reader].await();
                    }
                    assertThat(lock.tryLockWrite()).isTrue();
                })
                .run();
    }

    private static CountDownLatch[] latches(int count) {
        return Stream.generate(() -> new CountDownLatch(1)).limit(count).toArray(CountDownLatch[]::new);
    }

    private void assertUnlockRefused() {
        assertRefused(lock::unlockWrite);
    }

    private static void assertRefused(ThrowingCallable unlock) {
        assertThatThrownBy(unlock)
                .isInstanceOf(IllegalMonitorStateException.class)
                .hasMessageContaining("must be called by the thread that locked")
                .hasMessageContaining("caller=" + Thread.currentThread().getName());
    }

    @Test
    void constructor_null_isRefused() {
        assertThatThrownBy(() -> new DistributedReadWriteLock(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("pass WaitStrategy.adaptive()");
    }
}
