package org.nr4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nr4j.Dispatch;

@Timeout(60)
class FlatCombiningTest {
    /** A number that writes add to; a write of 0 waits until it may go on, a negative one throws. */
    private static final class Counter implements Dispatch<Object, Integer, Object> {
        final CountDownLatch inside = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        private long sum;
        private Thread applier;

        @Override
        public Object dispatch(Object op) {
            return sum;
        }

        @Override
        public Object dispatchMut(Integer summand) {
            applier = Thread.currentThread();
            if (summand == 0) {
                inside.countDown();
                await(goOn);
            }
            if (summand < 0) {
                throw new IllegalArgumentException("negative: " + summand);
            }
            sum += summand;
            return sum;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private final Counter counter = new Counter();
    private final FlatCombining<Object, Integer> shared = new FlatCombining<>(counter);

    @Test
    void manyThreadsThatComeAndGoLoseNothing() throws InterruptedException {
        int generations = 40;
        int threads = 8;
        int operations = 2000;
        for (int generation = 0; generation < generations; generation++) {
            List<Thread> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(new Thread(() -> {
                    for (int done = 0; done < operations; done++) {
                        shared.executeMut(1);
                    }
                }));
            }
            all.forEach(Thread::start);
            for (Thread thread : all) {
                thread.join();
            }
        }
        assertThat(shared.execute("sum")).isEqualTo((long) generations * threads * operations);
    }

    @Test
    void whoeverHasTheLockServesTheOthers() throws InterruptedException {
        Thread combiner = new Thread(() -> shared.executeMut(0));
        combiner.start();
        await(counter.inside);
        AtomicReference<Object> answer = new AtomicReference<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread other = new Thread(() -> answer.set(shared.executeMut(5)));
        Thread failing = new Thread(() -> {
            try {
                shared.executeMut(-1);
            } catch (IllegalStateException e) {
                failure.set(e.getCause());
            }
        });
        other.start();
        failing.start();
        while (shared.waiting() < 2) {
            Thread.onSpinWait();
        }
        counter.goOn.countDown();
        combiner.join();
        other.join();
        failing.join();
        assertThat(counter.applier).isSameAs(combiner);
        assertThat(answer.get()).isEqualTo(5L);
        assertThat(failure.get()).hasMessage("negative: -1");
        assertThat(shared.execute("sum")).isEqualTo(5L);
    }

    @Test
    void aFailureLeavesTheLock() {
        assertThatThrownBy(() -> shared.executeMut(-3)).hasMessage("negative: -3");
        assertThat(shared.executeMut(3)).isEqualTo(3L);
    }
}
