package org.nr4j.internal.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.stats.WaitCounters;
import org.nr4j.testing.ConcurrentRun;

/**
 * Tests the lock's states with made-up thread ids on one thread, and exclusion with real ids. There is one cell, so
 * every second reader is a guest.
 */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class ReplicaLockTest {
    private static final int ANN = 1;
    private static final int BOB = 2;
    private static final int CAT = 3;

    private static ReplicaLock lock(int cells) {
        return new ReplicaLock(WaitStrategy.of(10, 1), new WaitCounters(), cells);
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalStateException.class).hasMessageContaining("must not call back");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64, 128})
    void readers_areInsideTogether(int cells) {
        ReplicaLock lock = lock(cells);
        int ann = lock.tryEnter(ANN);
        int bob = lock.tryEnter(BOB);
        assertThat(ann).isNotEqualTo(ReplicaLock.NOT_ENTERED).isNotEqualTo(bob);
        assertThat(bob).isNotEqualTo(ReplicaLock.NOT_ENTERED);
        assertThat(lock.isInside(ANN) && lock.isInside(BOB) && !lock.isInside(CAT))
                .isTrue();
        assertThat(lock.isFree()).isTrue();
        lock.leave(ann, ANN);
        assertThat(!lock.isInside(ANN) && lock.isInside(BOB)).isTrue();
        lock.leave(bob, BOB);
        assertThat(lock.tryWriteNow(CAT)).isTrue();
    }

    @Test
    void readers_areCounted_andInTimeForgotten() {
        ReplicaLock lock = lock(64);
        assertThat(lock.readers()).isZero();
        lock.leave(lock.tryEnter(ANN), ANN);
        lock.leave(lock.tryEnter(BOB), BOB);
        assertThat(lock.readers()).isEqualTo(2);
        for (int n = 0; n <= ReaderCells.FORGET_MASK; n++) {
            assertThat(lock.tryWrite(CAT)).isTrue();
            lock.release();
        }
        assertThat(lock.readers()).as("nobody has read since").isZero();
    }

    @Test
    void holder_updating_letsReadersInAndOtherHoldersNot() {
        ReplicaLock lock = lock(1);
        assertThat(lock.tryUpdate(ANN)).isTrue();
        assertThat(lock.isHeldBy(ANN)).isTrue();
        assertThat(lock.isHeldBy(BOB)).isFalse();
        assertThat(lock.tryUpdate(BOB) || lock.tryWrite(BOB) || lock.tryWriteNow(BOB))
                .isFalse();
        int cat = lock.tryEnter(CAT);
        assertThat(cat).isNotEqualTo(ReplicaLock.NOT_ENTERED);
        lock.leave(cat, CAT);
        lock.release();
        assertThat(lock.isFree()).isTrue();
        assertThat(lock.tryWrite(BOB)).isTrue();
    }

    @Test
    void holder_writing_keepsReadersOutUntilItDowngradesOrLeaves() {
        ReplicaLock lock = lock(1);
        lock.tryUpdate(ANN);
        lock.upgrade(ANN);
        assertThat(lock.tryEnter(BOB)).isEqualTo(ReplicaLock.NOT_ENTERED);
        lock.downgrade(ANN);
        int bob = lock.tryEnter(BOB);
        assertThat(bob).isNotEqualTo(ReplicaLock.NOT_ENTERED);
        lock.leave(bob, BOB);
        lock.upgrade(ANN);
        lock.release();
        assertThat(lock.tryEnter(BOB)).isNotEqualTo(ReplicaLock.NOT_ENTERED);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void tryWriteNow_readerOrGuestInside_failsAndLeavesTheLockFree(int cells) {
        ReplicaLock lock = lock(cells);
        int ann = lock.tryEnter(ANN);
        int bob = lock.tryEnter(BOB);
        assertThat(lock.tryWriteNow(CAT)).isFalse();
        lock.leave(ann, ANN);
        assertThat(lock.tryWriteNow(CAT)).isFalse();
        assertThat(lock.isFree()).isTrue();
        lock.leave(bob, BOB);
        assertThat(lock.tryWriteNow(CAT)).isTrue();
    }

    @Test
    void ownerLeavesBeforeItsGuest_guestIsStillKnown() {
        ReplicaLock lock = lock(1);
        int owner = lock.tryEnter(ANN);
        int guest = lock.tryEnter(BOB);
        lock.leave(owner, ANN);
        assertRefused(() -> lock.tryEnter(BOB));
        assertRefused(() -> lock.tryUpdate(BOB));
        assertThat(lock.isInside(BOB)).isTrue();
        lock.leave(guest, BOB);
        assertThat(lock.tryEnter(BOB)).isNotEqualTo(ReplicaLock.NOT_ENTERED);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void insideAlready_isRefused_andChangesNothing(int cells) {
        ReplicaLock lock = lock(cells);
        int ann = lock.tryEnter(ANN);
        assertRefused(() -> lock.tryEnter(ANN));
        assertRefused(() -> lock.tryUpdate(ANN));
        assertRefused(() -> lock.tryWrite(ANN));
        assertRefused(() -> lock.tryWriteNow(ANN));
        lock.leave(ann, ANN);
        assertThat(lock.tryWriteNow(ANN)).isTrue();
        assertRefused(() -> lock.tryEnter(ANN));
        assertRefused(() -> lock.refuseHolder(ANN));
        lock.refuseHolder(BOB);
        lock.release();
        assertThat(lock.tryWriteNow(BOB)).isTrue();
    }

    @Test
    void retired_nobodyGetsIn() {
        ReplicaLock lock = lock(1);
        lock.tryWrite(ANN);
        lock.retire();
        assertThat(lock.tryEnter(BOB)).isEqualTo(ReplicaLock.NOT_ENTERED);
        assertThat(lock.tryUpdate(BOB) || lock.isFree() || lock.isHeld()).isFalse();
        lock.awaitReadable(lock.newBackoff()); // returns
        lock.awaitFree(lock.newBackoff());
    }

    /** Long enough for holders to forget idle cells many times, with readers that come and go. */
    @ParameterizedTest
    @ValueSource(ints = {1, 64, 128})
    void writersExcludeReadersAndEachOther(int cells) throws InterruptedException {
        ReplicaLock lock = lock(cells);
        AtomicInteger readers = new AtomicInteger();
        AtomicInteger writers = new AtomicInteger();
        int[] unguarded = new int[1];
        new ConcurrentRun()
                .threads(2, i -> {
                    for (int n = 0; n < 3_000; n++) {
                        write(lock, readers, writers, unguarded);
                    }
                })
                .threads(3, i -> {
                    for (int n = 0; n < 5_000; n++) {
                        read(lock, readers, writers);
                    }
                })
                .run();
        assertThat(unguarded[0]).isEqualTo(6_000);
    }

    @SuppressWarnings("deprecation")
    private static long self() {
        return Thread.currentThread().getId();
    }

    private static void write(ReplicaLock lock, AtomicInteger readers, AtomicInteger writers, int[] unguarded) {
        try (Backoff backoff = lock.newBackoff()) {
            while (!lock.tryUpdate(self())) {
                lock.awaitFree(backoff);
            }
        }
        lock.upgrade(self());
        assertThat(writers.incrementAndGet() + readers.get()).isEqualTo(1);
        unguarded[0]++;
        writers.decrementAndGet();
        lock.release();
    }

    private static void read(ReplicaLock lock, AtomicInteger readers, AtomicInteger writers) {
        int entry = lock.tryEnter(self());
        try (Backoff backoff = lock.newBackoff()) {
            while (entry == ReplicaLock.NOT_ENTERED) {
                lock.awaitReadable(backoff);
                entry = lock.tryEnter(self());
            }
        }
        readers.incrementAndGet();
        assertThat(writers.get()).isZero();
        readers.decrementAndGet();
        lock.leave(entry, self());
    }
}
