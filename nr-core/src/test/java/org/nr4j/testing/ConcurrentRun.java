package org.nr4j.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Runs threads against each other: they start together, the first exception fails the run, and so does the deadline,
 * with a dump of all threads. No thread is left behind without the failure saying so.
 *
 * <pre>{@code
 * new ConcurrentRun().threads(3, i -> write(i)).threads(1, i -> read()).deadline(Duration.ofSeconds(20)).run();
 * }</pre>
 */
public final class ConcurrentRun {
    private static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(60);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final int MAX_SUPPRESSED = 10;

    private final List<Thread> threads = new ArrayList<>();
    private final Semaphore ready = new Semaphore(0);
    private final CountDownLatch start = new CountDownLatch(1);
    private final BlockingQueue<Optional<Throwable>> ends = new LinkedBlockingQueue<>();
    private Duration deadline = DEFAULT_DEADLINE;

    /** What a thread does; {@code index} counts the threads of one call of {@code threads}, from 0. */
    @FunctionalInterface
    public interface Body {
        void run(int index) throws Exception;
    }

    /** Adds platform threads. */
    public ConcurrentRun threads(int count, Body body) {
        return threads(TestThreads.PLATFORM, count, body);
    }

    public ConcurrentRun threads(TestThreads kind, int count, Body body) {
        for (int i = 0; i < count; i++) {
            int index = i;
            threads.add(kind.newThread("run-" + threads.size(), () -> runBody(body, index)));
        }
        return this;
    }

    /** How long the threads may take from their common start; 60 s unless told otherwise. */
    public ConcurrentRun deadline(Duration limit) {
        deadline = limit;
        return this;
    }

    /**
     * Starts the threads and returns when all have ended. It may be called once.
     *
     * @throws AssertionError if a thread threw, with that as its cause, or if the deadline passed
     */
    public void run() throws InterruptedException {
        threads.forEach(Thread::start);
        try {
            ready.acquire(threads.size());
            start.countDown();
            awaitEnds(System.nanoTime() + deadline.toNanos());
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            throw e;
        }
    }

    private void runBody(Body body, int index) {
        Throwable failure = null;
        try {
            ready.release();
            start.await();
            body.run(index);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        ends.add(Optional.ofNullable(failure));
    }

    private void awaitEnds(long time) throws InterruptedException {
        for (int ended = 0; ended < threads.size(); ended++) {
            Optional<Throwable> end = ends.poll(time - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (end == null) {
                String late = "%d of %d threads did not end within %s"
                        .formatted(threads.size() - ended, threads.size(), deadline);
                throw failure(late, living(Duration.ZERO), null);
            }
            if (end.isPresent()) {
                throw failure("A thread failed: " + end.get(), living(GRACE), end.get());
            }
        }
        List<Thread> left = living(GRACE);
        if (!left.isEmpty()) {
            throw failure("Threads have run their body and do not end", left, null);
        }
    }

    /** Interrupts the threads that are left, and says which ones do not care. */
    private AssertionError failure(String reason, List<Thread> left, Throwable cause) throws InterruptedException {
        StringBuilder message = new StringBuilder(reason);
        if (!left.isEmpty()) {
            String dump = ThreadDump.of(left);
            left.forEach(Thread::interrupt);
            List<Thread> deaf = living(GRACE);
            if (!deaf.isEmpty()) {
                message.append("; ").append(deaf.size()).append(" threads are still running after an interrupt, ");
                message.append(deaf.get(0).getName()).append(" is one");
            }
            message.append('\n').append(dump);
        }
        AssertionError error = new AssertionError(message.toString(), cause);
        ends.stream().flatMap(Optional::stream).limit(MAX_SUPPRESSED).forEach(error::addSuppressed);
        return error;
    }

    /** The threads that are alive after waiting for them, all together, as long as {@code wait}. */
    private List<Thread> living(Duration wait) throws InterruptedException {
        long time = System.nanoTime() + wait.toNanos();
        for (Thread thread : threads) {
            long millis = TimeUnit.NANOSECONDS.toMillis(time - System.nanoTime());
            if (millis > 0) {
                thread.join(millis);
            }
        }
        return threads.stream().filter(Thread::isAlive).toList();
    }
}
