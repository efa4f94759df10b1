package org.nr4j.internal.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.nr4j.Dispatch;
import org.nr4j.Follower;
import org.nr4j.FollowerOptions;
import org.nr4j.NodeReplicated;
import org.nr4j.ThreadToken;
import org.nr4j.internal.combine.Combiner;
import org.nr4j.internal.combine.Request;
import org.nr4j.internal.replica.Replica;
import org.nr4j.internal.replica.ReplicaSet;
import org.nr4j.topology.NumaTopology;

/**
 * Tests interleavings of followers, comparisons and changes of the replicas in which a thread could wait forever, or
 * read outdated data.
 */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class LivingReplicasDefectsTest {
    private static final long SECONDS = 5;

    /** Counts. A write may be made to wait. */
    private static class Counter implements Dispatch<String, Runnable, Integer> {
        private int count;

        @Override
        public Integer dispatch(String op) {
            return count;
        }

        @Override
        public Integer dispatchMut(Runnable op) {
            op.run();
            return ++count;
        }
    }

    private static final Runnable NOTHING = () -> {};

    private static NodeReplicated<String, Runnable, Integer> counters(int replicas, int logCapacity) {
        return NodeReplicated.builder(Counter::new)
                .topology(NumaTopology.simulated(2, 2))
                .replicas(replicas)
                .logCapacity(logCapacity)
                .copier((Counter counter) -> {
                    Counter copy = new Counter();
                    copy.count = counter.count;
                    return copy;
                })
                .build();
    }

    private static CompletableFuture<Void> start(Runnable task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                task.run();
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private static Thread startWriter(NodeReplicated<String, Runnable, Integer> nr, int replica) {
        Thread writer = new Thread(() -> {
            try (ThreadToken<String, Runnable, Integer> token = nr.register(replica)) {
                token.executeMut(NOTHING);
            }
        });
        writer.setDaemon(true);
        writer.start();
        return writer;
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("not reached");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 1000 * SECONDS && !condition.getAsBoolean(); i++) {
            Thread.sleep(1);
        }
    }

    /** The writer may slip through between the follower's end and its leaving, so this takes some attempts. */
    @Test
    void lastFollowerEnds_whileWriterOfSingleReplicaWaitsForIt_writerGoesOn() throws Exception {
        for (int attempt = 0; attempt < 50; attempt++) {
            NodeReplicated<String, Runnable, Integer> nr = counters(1, 64);
            CountDownLatch close = new CountDownLatch(1);
            Follower follower = nr.follow(
                    (index, writes) -> await(close), FollowerOptions.defaults().maxLag(1));
            CompletableFuture<Void> writer = start(() -> {
                nr.executeMut(NOTHING);
                nr.executeMut(NOTHING);
                nr.executeMut(NOTHING);
            });
            await(() -> nr.stats().waits().parks() > 0);
            CompletableFuture<Void> closer = start(follower::close);
            close.countDown();
            assertThat(closer).succeedsWithin(SECONDS, TimeUnit.SECONDS);
            assertThat(writer).as("attempt %d", attempt).succeedsWithin(SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Letting go of the first replica finds a write that waits there and has no room; the others are still held. */
    @Test
    void verify_writeWaitsThatHasNoRoom_letsGoOfAllReplicas() {
        NodeReplicated<String, Runnable, Integer> nr = counters(2, 64);
        CountDownLatch consume = new CountDownLatch(1);
        CountDownLatch comparing = new CountDownLatch(1);
        CountDownLatch compare = new CountDownLatch(1);
        nr.follow((index, writes) -> await(consume), FollowerOptions.defaults().maxLag(1));
        nr.executeMut(NOTHING);
        CompletableFuture<Void> verifier = start(() -> nr.verify((Counter counter) -> {
            comparing.countDown();
            await(compare);
            return counter.count;
        }));
        await(comparing);
        Thread writer = startWriter(nr, 0);
        while (writer.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        compare.countDown();
        start(() -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            consume.countDown();
        });
        assertThat(verifier).succeedsWithin(SECONDS, TimeUnit.SECONDS);
        assertThat(start(nr::sync)).succeedsWithin(SECONDS, TimeUnit.SECONDS);
    }

    /**
     * The consumer's thread catches up for its read. It finds a published write that would have to wait for the
     * consumer.
     */
    @Test
    void consumerOfSlowingFollower_readsAtReplicaThatLags_doesNotWaitForItself() {
        NodeReplicated<String, Runnable, Integer> nr = counters(2, 64);
        CountDownLatch applyingElsewhere = new CountDownLatch(1);
        CountDownLatch published = new CountDownLatch(1);
        ThreadLocal<Boolean> isConsumer = ThreadLocal.withInitial(() -> false);
        CompletableFuture<Void> read = new CompletableFuture<>();
        nr.follow(
                (index, writes) -> {
                    isConsumer.set(true);
                    try (ThreadToken<String, Runnable, Integer> token = nr.register(1)) {
                        token.execute("size");
                        read.complete(null);
                    }
                },
                FollowerOptions.defaults().maxLag(1));
        start(() -> {
            try (ThreadToken<String, Runnable, Integer> token = nr.register(0)) {
                token.executeMut(() -> {
                    if (isConsumer.get()) {
                        applyingElsewhere.countDown();
                        await(published);
                    }
                });
            }
        });
        await(applyingElsewhere);
        Thread writer = startWriter(nr, 1);
        while (writer.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        published.countDown();
        assertThat(read).succeedsWithin(SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void followerOfSingleReplica_withTheSmallestLog_batchAfterSingleWrite_hasRoom() {
        NodeReplicated<String, Runnable, Integer> nr = counters(1, 1);
        nr.follow((index, writes) -> {});
        CompletableFuture<Void> writer = start(() -> {
            nr.executeMut(NOTHING);
            nr.executeMutAll(List.of(NOTHING, NOTHING));
        });
        assertThat(writer).succeedsWithin(SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void followerOfSingleReplica_withTheSmallestLog_replicaAddedAfterSingleWrite_hasRoom() {
        NodeReplicated<String, Runnable, Integer> nr = counters(1, 1);
        nr.follow((index, writes) -> {});
        CompletableFuture<Void> writer = start(() -> {
            nr.executeMut(NOTHING);
            nr.addReplica(1);
            nr.executeMut(NOTHING);
        });
        assertThat(writer).succeedsWithin(SECONDS, TimeUnit.SECONDS);
    }

    /** A write waits when its replica is removed. The removing thread serves it, and then retires the replica. */
    @Test
    void removeReplica_writeServedByRemover_wakesFollower() throws Exception {
        NodeReplicated<String, Runnable, Integer> nr = counters(2, 64);
        AtomicLong received = new AtomicLong();
        nr.follow((index, writes) -> received.addAndGet(writes.size()));
        Thread.sleep(200); // the follower naps for a while before it needs waking
        combiner(nr, 1).publish(new Request(NOTHING));
        nr.removeReplica(1);
        assertThat(nr.writeCount()).isEqualTo(1);
        await(() -> received.get() == 1);
        assertThat(received).hasValue(1);
    }

    /** LogConsumer promises that a read that starts inside sees what was received. */
    @Test
    void followerOfSingleReplica_readsInside_seesTheBatchItReceived() {
        NodeReplicated<String, Runnable, Integer> nr = counters(1, 4096);
        AtomicLong stale = new AtomicLong();
        nr.follow((index, writes) -> {
            if (nr.execute("count") < index + writes.size()) {
                stale.incrementAndGet();
            }
        });
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        CompletableFuture<?>[] threads = new CompletableFuture<?>[3];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = start(() -> {
                while (System.nanoTime() < end) {
                    nr.executeMutAll(List.of(NOTHING, NOTHING));
                    nr.execute("count");
                }
            });
        }
        assertThat(CompletableFuture.allOf(threads)).succeedsWithin(3 * SECONDS, TimeUnit.SECONDS);
        assertThat(stale).hasValue(0);
    }

    /**
     * Logging that a replica was quarantined may fail, for want of memory or because of a handler. The replica's
     * callers get their answers all the same.
     */
    @Test
    void replicaOutOfOrder_loggingFails_callersAreAnsweredElsewhere() {
        Logger logger = Logger.getLogger(Reconfiguration.class.getName());
        Handler failing = new Handler() {
            @Override
            public void publish(LogRecord event) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(failing);
        try {
            NodeReplicated<String, Runnable, Integer> nr = counters(2, 64);
            AtomicBoolean overflow = new AtomicBoolean(true);
            CompletableFuture<Void> writer = start(() -> nr.executeMut(() -> {
                if (overflow.getAndSet(false)) {
                    throw new StackOverflowError("on purpose");
                }
            }));
            assertThat(writer).succeedsWithin(SECONDS, TimeUnit.SECONDS);
        } finally {
            logger.removeHandler(failing);
        }
    }

    private static Combiner<?, ?> combiner(NodeReplicated<?, ?, ?> nr, int replica) throws Exception {
        Field replicas = NodeReplicated.class.getDeclaredField("replicas");
        replicas.setAccessible(true);
        Object one = ((ReplicaSet<?, ?, ?>) replicas.get(nr)).all().get(replica);
        Method combiner = Replica.class.getDeclaredMethod("combiner");
        combiner.setAccessible(true);
        return (Combiner<?, ?>) combiner.invoke(one);
    }
}
