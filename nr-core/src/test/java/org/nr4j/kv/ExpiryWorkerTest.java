package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nr4j.kv.Keys.bytes;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.AnswerLostException;
import org.nr4j.kv.internal.expiry.ExpiryCollector;
import org.nr4j.kv.internal.expiry.ExpiryWorker;

/** Checks that the thread that collects expired entries goes on after any failure, and ends with its store. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class ExpiryWorkerTest {
    private static final byte[] KEY = bytes("key");
    private static final byte[] VALUE = bytes("value");
    private static final Expiry SOON = Expiry.after(Duration.ofMillis(5));

    /** A clock that can fail, for the collecting thread only. */
    private final FailingClock clock = new FailingClock();

    /** The collecting threads that were asked for. */
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    private final AtomicInteger startsToFail = new AtomicInteger();

    private final class FailingClock implements InstantSource {
        private final ManualClock time = new ManualClock();
        private volatile Supplier<Throwable> failure = () -> null;

        @Override
        public long millis() {
            Throwable thrown = threads.contains(Thread.currentThread()) ? failure.get() : null;
            if (thrown != null) {
                throw ExpiryWorkerTest.<RuntimeException>unchecked(thrown);
            }
            return time.millis();
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis());
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T unchecked(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private KeyValueStore newStore(Duration interval) {
        return KeyValueStore.builder()
                .replicas(1)
                .clock(clock)
                .expiryInterval(interval)
                .expiryThreads(worker -> {
                    if (startsToFail.getAndDecrement() > 0) {
                        return new UnstartableThread();
                    }
                    Thread thread = ExpiryCollector.newThread(worker);
                    threads.add(thread);
                    return thread;
                })
                .build();
    }

    /** A thread that the operating system refuses to start. */
    private static final class UnstartableThread extends Thread {
        @Override
        public void start() {
            throw new OutOfMemoryError("unable to create native thread");
        }
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static long held(KeyValueStore store) {
        return (long) store.replicated().execute(replica -> replica.contents().count());
    }

    /** Once, and several times in a row. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void roundThatFails_isTriedAgain(int times) {
        for (Supplier<Throwable> failure : List.<Supplier<Throwable>>of(
                () -> new IllegalArgumentException("the clock is broken"),
                () -> new IllegalStateException("the clock is closed"),
                () -> new AnswerLostException(0, null),
                () -> new OutOfMemoryError("no heap"),
                () -> new NoClassDefFoundError("org/nr4j/Missing"),
                () -> new Exception("a checked one"))) {
            AtomicInteger left = new AtomicInteger(times);
            clock.failure = () -> left.getAndDecrement() > 0 ? failure.get() : null;
            try (KeyValueStore store = newStore(Duration.ofMillis(1))) {
                store.set(KEY, VALUE, SOON);
                await(() -> left.get() < 0);
                clock.time.advance(5);
                await(() -> held(store) == 0);
            }
        }
    }

    @Test
    void failedRound_isFollowedByAPause() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        clock.failure = () -> {
            calls.incrementAndGet();
            return new OutOfMemoryError("no heap");
        };
        try (KeyValueStore store = newStore(Duration.ofMillis(1))) {
            long start = System.nanoTime();
            store.set(KEY, VALUE, SOON);
            Thread.sleep(350);
            long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
            assertThat(calls.get()).isLessThanOrEqualTo((int) (millis / ExpiryWorker.FAILURE_PAUSE_MILLIS) + 1);
        }
    }

    @Test
    void interrupt_endsNothing() {
        try (KeyValueStore store = newStore(Duration.ofMillis(1))) {
            store.set(KEY, VALUE, SOON);
            threads.get(0).interrupt();
            clock.time.advance(5);
            await(() -> held(store) == 0);
            threads.get(0).interrupt(); // while it sleeps until it is woken
            store.set(KEY, VALUE, SOON);
            clock.time.advance(5);
            await(() -> held(store) == 0);
        }
    }

    @Test
    void close_endsTheThread_whateverItIsDoing() throws InterruptedException {
        for (Consumer<KeyValueStore> use : List.<Consumer<KeyValueStore>>of(
                store -> store.set(KEY, VALUE, SOON), // sleeps for the interval
                store -> {
                    store.set(KEY, VALUE, SOON);
                    store.delete(KEY); // sleeps until it is woken
                },
                store -> {
                    clock.failure = () -> new OutOfMemoryError("no heap"); // pauses
                    store.set(KEY, VALUE, SOON);
                })) {
            KeyValueStore store = newStore(Duration.ofDays(1));
            use.accept(store);
            Thread.sleep(20);
            store.close();
            Thread thread = threads.get(threads.size() - 1);
            thread.join();
            assertThat(thread.isAlive()).isFalse();
        }
    }

    /** A round that runs when the store is closed fails, as it should. It is not reported. */
    @Test
    void closeDuringARound_isNotReported() throws InterruptedException {
        List<LogRecord> reports = new CopyOnWriteArrayList<>();
        Logger logger = Logger.getLogger(ExpiryCollector.class.getName());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord report) {
                reports.add(report);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        KeyValueStore store = newStore(Duration.ofMillis(1));
        try {
            clock.failure = () -> {
                clock.time.advance(10);
                store.close();
                return null;
            };
            store.set(KEY, VALUE, SOON);
            await(() -> !threads.isEmpty());
            threads.get(0).join();
            assertThat(reports).isEmpty();
        } finally {
            logger.removeHandler(handler);
        }
    }

    @Test
    void threadThatCannotBeStarted_isStartedByALaterWrite() {
        for (boolean expiring : new boolean[] {true, false}) {
            threads.clear();
            startsToFail.set(1);
            try (KeyValueStore store = newStore(Duration.ofMillis(1))) {
                store.set(KEY, VALUE, SOON);
                assertThat(threads).isEmpty();
                assertThat(store.get(KEY)).isEqualTo(VALUE);
                await(() -> {
                    store.set(bytes("other"), VALUE, expiring ? Expiry.after(Duration.ofDays(1)) : Expiry.never());
                    return !threads.isEmpty();
                });
                clock.time.advance(5);
                await(() -> held(store) == 1);
            }
        }
    }

    @Test
    void threadThatCannotBeStarted_isNotTriedAtEveryWrite() {
        startsToFail.set(1_000_000);
        try (KeyValueStore store = newStore(Duration.ofMillis(1))) {
            long start = System.nanoTime();
            for (int i = 0; i < 1_000; i++) {
                store.set(KEY, VALUE, SOON);
            }
            long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
            int tries = 1_000_000 - startsToFail.get();
            assertThat(tries).isBetween(1, (int) (millis / ExpiryWorker.FAILURE_PAUSE_MILLIS) + 1);
        }
    }

    @Test
    void droppedStore_endsItsThread_andIsFreed() throws InterruptedException {
        WeakReference<?> sleeping = new WeakReference<>(dropped(store -> {}).replicated());
        WeakReference<?> idle =
                new WeakReference<>(dropped(store -> store.delete(KEY)).replicated());
        WeakReference<?> failing = new WeakReference<>(dropped(store -> {
                    clock.failure = () -> new OutOfMemoryError("no heap");
                    store.set(KEY, VALUE, SOON);
                })
                .replicated());
        assertThat(threads).hasSize(3);
        await(() -> {
            System.gc();
            return threads.stream().noneMatch(Thread::isAlive);
        });
        await(() -> {
            System.gc();
            return sleeping.get() == null && idle.get() == null && failing.get() == null;
        });
    }

    private KeyValueStore dropped(Consumer<KeyValueStore> use) throws InterruptedException {
        KeyValueStore store = newStore(Duration.ofDays(1));
        store.set(KEY, VALUE, SOON);
        use.accept(store);
        Thread.sleep(20);
        return store;
    }

    /** A listener receives an entry's expiry even if the program keeps only the subscription. */
    @Test
    void droppedStore_withAListener_goesOn() throws InterruptedException {
        CountDownLatch expired = new CountDownLatch(1);
        Subscribed subscribed = subscribed(expired);
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertThat(threads.get(0).isAlive()).isTrue();
        clock.time.advance(5);
        expired.await();
        subscribed.subscription.close();
        await(() -> {
            System.gc();
            return !threads.get(0).isAlive();
        });
    }

    private record Subscribed(ChangeSubscription subscription) {}

    private Subscribed subscribed(CountDownLatch expired) {
        KeyValueStore store = newStore(Duration.ofMillis(1));
        ChangeSubscription subscription = store.listen(KeyRange.all(), change -> {
            if (change.isExpiry()) {
                expired.countDown();
            }
        });
        store.set(KEY, VALUE, SOON);
        return new Subscribed(subscription);
    }
}
