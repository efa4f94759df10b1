package org.nr4j.internal.combine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.stats.WaitCounters;
import org.nr4j.testing.ConcurrentRun;

/**
 * Tests the hand-over between a waiter and the combiner: the states in which a waiter must not park, and who unparks
 * it.
 */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class RequestTest {
    private static final long SOMEBODY = 1L << 40;

    private static ReplicaLock lock() {
        return new ReplicaLock(WaitStrategy.of(0, 0), new WaitCounters(), 1);
    }

    static Stream<Consumer<ReplicaLock>> locksNobodyWillLeave() {
        return Stream.of(
                lock -> {}, // free: the waiter is to take it
                lock -> {
                    lock.tryWrite(SOMEBODY);
                    lock.retire();
                });
    }

    @ParameterizedTest
    @MethodSource("locksNobodyWillLeave")
    void park_nobodyWillWake_returnsAtOnce(Consumer<ReplicaLock> state) {
        ReplicaLock lock = lock();
        state.accept(lock);
        new Request("op").park(lock.newBackoff(), lock);
    }

    @Test
    void park_answeredMeanwhile_returnsAtOnce() {
        ReplicaLock lock = lock();
        lock.tryWrite(SOMEBODY);
        Request request = new BatchRequest(new Object[2]);
        assertThat(request.answer("a", null)).isFalse();
        assertThat(request.isDone()).as("half answered").isFalse();
        assertThat(request.answer("b", null)).as("the last one").isTrue();
        assertThat(request.isDone()).as("nobody has been told").isFalse();
        request.complete();
        assertThat(request.isDone()).isTrue();
        request.park(lock.newBackoff(), lock);
    }

    /**
     * One thread answers or releases the lock, and another parks, at every distance in time. No thread stays parked.
     */
    @Test
    void parkAgainstAnswerOrRelease_noSleeperIsLeft() throws InterruptedException {
        int rounds = 20_000;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10); // on a busy machine each round takes a time slice
        Request last = Request.mark();
        AtomicReference<Request> published = new AtomicReference<>();
        ReplicaLock lock = lock();
        new ConcurrentRun()
                .threads(1, waiter -> {
                    for (int n = 0; n < rounds && System.nanoTime() < end; n++) {
                        Request request = new Request("op");
                        lock.tryWrite(SOMEBODY);
                        published.set(request);
                        try (Backoff backoff = lock.newBackoff()) {
                            while (!request.isDone() && lock.isHeld()) {
                                request.park(backoff, lock);
                            }
                        }
                        if (lock.isHeld()) {
                            lock.release();
                        }
                        while (published.get() != null) {
                            Thread.onSpinWait();
                        }
                    }
                    published.set(last);
                })
                .threads(1, combiner -> {
                    for (int n = 0; ; n++) {
                        Request request = published.get();
                        while (request == null) {
                            Thread.onSpinWait();
                            request = published.get();
                        }
                        if (request == last) {
                            return;
                        }
                        if (n % 2 == 0) {
                            request.answer("answer", null);
                            request.complete();
                            lock.release();
                            request.wakeIfParked();
                        } else {
                            lock.release();
                            request.wakeIfParked();
                        }
                        published.set(null);
                    }
                })
                .run();
    }
}
