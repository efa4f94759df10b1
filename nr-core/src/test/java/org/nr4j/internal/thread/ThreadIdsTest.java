package org.nr4j.internal.thread;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.nr4j.testing.StrangeThread;
import org.nr4j.topology.NumaTopology;

/** Tests the ids of threads whose {@code getId()} can be trusted, and of threads whose {@code getId()} cannot. */
class ThreadIdsTest {
    private static final long UPPER_BOUND = 1L << 62;

    @Test
    void current_plainThread_isTheJvmsId() throws InterruptedException {
        Thread[] thread = new Thread[1];
        long id = idIn(task -> thread[0] = new Thread(task), ThreadIds::current);
        assertThat(id).isEqualTo(thread[0].getId());
        assertThat(ThreadIds.current()).isEqualTo(Thread.currentThread().getId());
    }

    @Test
    void idWithoutThreadId_subclassThatDoesNotOverride_isTheJvmsId() throws InterruptedException {
        Thread[] thread = new Thread[1];
        long id = idIn(task -> thread[0] = new Thread(task) {}, ThreadIdsTest::withoutThreadId);
        assertThat(id).isEqualTo(thread[0].getId());
    }

    @Test
    void idWithoutThreadId_threadOfThisLibrary_isTheJvmsId() throws InterruptedException {
        Thread[] thread = new Thread[1];
        ThreadFactory factory = NumaTopology.simulated(2, 1).threadFactory();
        long id = idIn(task -> thread[0] = factory.newThread(task), ThreadIdsTest::withoutThreadId);
        assertThat(thread[0]).isInstanceOf(SteadyThread.class);
        assertThat(id).isEqualTo(thread[0].getId());
    }

    @Test
    void idWithoutThreadId_forkJoinWorker_isTheJvmsId() {
        ForkJoinPool pool = new ForkJoinPool(1);
        try {
            pool.submit(() -> {
                        assertThat(Thread.currentThread()).isInstanceOf(ForkJoinWorkerThread.class);
                        assertThat(withoutThreadId())
                                .isEqualTo(Thread.currentThread().getId());
                    })
                    .join();
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void current_overriddenGetId_isSteadyAndUnique() throws InterruptedException {
        assertSteadyAndUnique(ThreadIds::current, 1);
    }

    @Test
    void idWithoutThreadId_overriddenGetId_isSteadyAndUnique() throws InterruptedException {
        assertSteadyAndUnique(ThreadIdsTest::withoutThreadId, ThreadIds.FIRST_OWN_ID);
    }

    /** A class that inherits the method that overrides is as strange as the class above it. */
    @Test
    void idWithoutThreadId_inheritedOverride_isNotBelieved() throws InterruptedException {
        class Heir extends StrangeThread {
            Heir(Runnable task) {
                super(task, Kind.MINUS_ONE);
            }
        }
        assertThat(idIn(Heir::new, ThreadIdsTest::withoutThreadId)).isGreaterThanOrEqualTo(ThreadIds.FIRST_OWN_ID);
    }

    private static void assertSteadyAndUnique(LongSupplier id, long smallest) throws InterruptedException {
        int threads = 5 * StrangeThread.Kind.values().length;
        Set<Long> ids = ConcurrentHashMap.newKeySet();
        List<Set<Long>> ofThread = new ArrayList<>();
        List<Thread> all = new ArrayList<>();
        CountDownLatch allHaveAsked = new CountDownLatch(threads);
        for (StrangeThread.Kind kind : StrangeThread.Kind.values()) {
            for (int i = 0; i < 5; i++) {
                Set<Long> mine = new HashSet<>();
                ofThread.add(mine);
                all.add(new StrangeThread(
                        () -> {
                            for (int n = 0; n < 1_000; n++) {
                                mine.add(id.getAsLong());
                            }
                            ids.addAll(mine);
                            allHaveAsked.countDown();
                        },
                        kind));
            }
        }
        all.forEach(Thread::start);
        for (Thread thread : all) {
            thread.join();
        }
        assertThat(allHaveAsked.getCount()).isZero();
        assertThat(ofThread).allSatisfy(mine -> assertThat(mine).hasSize(1));
        assertThat(ids)
                .hasSize(threads)
                .allSatisfy(each ->
                        assertThat(each).isGreaterThanOrEqualTo(smallest).isLessThan(UPPER_BOUND));
    }

    private static long withoutThreadId() {
        return ThreadIds.idWithoutThreadId(Thread.currentThread());
    }

    private interface Maker {
        Thread make(Runnable task);
    }

    private static long idIn(Maker maker, LongSupplier id) throws InterruptedException {
        long[] seen = new long[1];
        Thread thread = maker.make(() -> seen[0] = id.getAsLong());
        thread.start();
        thread.join();
        return seen[0];
    }
}
