package org.nr4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nr4j.testing.StrangeThread;
import org.nr4j.topology.NumaTopology;

/**
 * Tests threads whose {@code getId()} returns a wrong id. If the lock used such an id, it would choose the wrong cell
 * for a reader or the wrong holder. A reader could then see half a write. A writer could get an exception after its
 * write, or wait forever.
 */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class StrangeThreadIdsTest {
    private static final int WRITERS = 2;
    private static final int READERS = 3;
    private static final int WRITES = 1_000;
    private static final int READS = 3_000;

    /** Two plain numbers that are equal whenever no write is under way. */
    private static final class Pair implements Dispatch<String, String, Long> {
        private long first;
        private long second;

        @Override
        public Long dispatch(String op) {
            long seen = first;
            pause();
            return seen == second ? seen : -1;
        }

        @Override
        public Long dispatchMut(String op) {
            first++;
            pause();
            return ++second;
        }

        private static void pause() {
            for (int i = 0; i < 20; i++) {
                Thread.onSpinWait();
            }
        }
    }

    /** One operation of a thread. */
    private interface Step {
        long run();
    }

    @ParameterizedTest
    @CsvSource({
        "ZERO, 1", "DUPLICATE, 1", "MINUS_ONE, 1", "SMALLEST, 1", "CHANGING, 1", "THROWING, 1",
        "ZERO, 2", "DUPLICATE, 2", "MINUS_ONE, 2", "SMALLEST, 2", "CHANGING, 2", "THROWING, 2"
    })
    void nodeReplicated_anyId_isLinearizable(StrangeThread.Kind kind, int replicas) throws InterruptedException {
        try (NodeReplicated<String, String, Long> pair = NodeReplicated.builder(Pair::new)
                .topology(NumaTopology.simulated(replicas, 1))
                .replicas(replicas)
                .build()) {
            assertCounts(kind, () -> pair.execute("read"), () -> pair.executeMut("increment"));
            assertThat(pair.execute("read")).isEqualTo(WRITERS * WRITES);
        }
    }

    @ParameterizedTest
    @EnumSource
    void token_anyId_isLinearizable(StrangeThread.Kind kind) throws InterruptedException {
        try (NodeReplicated<String, String, Long> pair = NodeReplicated.builder(Pair::new)
                .topology(NumaTopology.simulated(2, 1))
                .replicas(2)
                .build()) {
            Step read = () -> {
                try (ThreadToken<String, String, Long> token = pair.register()) {
                    return token.execute("read");
                }
            };
            Step write = () -> {
                try (ThreadToken<String, String, Long> token = pair.register()) {
                    return token.executeMut("increment");
                }
            };
            assertCounts(kind, read, write);
        }
    }

    @ParameterizedTest
    @EnumSource
    void lock_anyId_excludes(StrangeThread.Kind kind) throws InterruptedException {
        DistributedReadWriteLock lock = new DistributedReadWriteLock();
        Pair pair = new Pair();
        Step read = () -> {
            lock.lockRead();
            try {
                return pair.dispatch("read");
            } finally {
                lock.unlockRead();
            }
        };
        Step write = () -> {
            lock.lockWrite();
            try {
                return pair.dispatchMut("increment");
            } finally {
                lock.unlockWrite();
            }
        };
        assertCounts(kind, read, write);
    }

    /** No read sees half a write, and the writes are answered 1, 2, 3 and so on, each once. */
    private static void assertCounts(StrangeThread.Kind kind, Step read, Step write) throws InterruptedException {
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        AtomicLong torn = new AtomicLong();
        AtomicLong sum = new AtomicLong();
        CyclicBarrier start = new CyclicBarrier(WRITERS + READERS);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WRITERS + READERS; i++) {
            boolean writes = i < WRITERS;
            Thread thread = new StrangeThread(
                    () -> {
                        try {
                            start.await();
                            for (int n = 0; n < (writes ? WRITES : READS); n++) {
                                long answer = writes ? write.run() : read.run();
                                (writes ? sum : torn).addAndGet(writes || answer < 0 ? answer : 0);
                            }
                        } catch (InterruptedException | BrokenBarrierException | RuntimeException | Error e) {
                            failures.add(e);
                        }
                    },
                    kind);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(20));
            assertThat(thread.isAlive()).as("a thread hangs").isFalse();
        }
        assertThat(failures).isEmpty();
        assertThat(torn).as("torn reads").hasValue(0);
        long writes = (long) WRITERS * WRITES;
        assertThat(sum).hasValue(writes * (writes + 1) / 2);
    }
}
