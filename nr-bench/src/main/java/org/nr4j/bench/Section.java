package org.nr4j.bench;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One measurement by all threads of a crew. The threads begin to count at the same instant. A thread that reaches its
 * end goes on, without counting, until all threads have reached theirs. Otherwise the last threads would have the
 * structure to themselves.
 */
final class Section {
    /**
     * How long threads run together before they count, in nanoseconds. In this time, caches, branch predictors and
     * locks reach their steady state.
     */
    private static final long LEAD_IN_NANOS = 20_000_000;

    /** The work of one thread. */
    interface Part<T> {
        /** Works. It must call {@link #awaitStart()} once, then {@link #finish()} once. */
        T run(int worker, Section section) throws Exception;
    }

    private final int threads;
    private final Phaser allThere;
    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /**
     * The instant from which threads count. The last thread to arrive sets it; the phaser publishes it to the waiting
     * threads.
     */
    private long start;

    private Section(int threads) {
        this.threads = threads;
        this.allThere = new Phaser(threads) {
            @Override
            protected boolean onAdvance(int phase, int parties) {
                start = System.nanoTime() + LEAD_IN_NANOS;
                return false;
            }
        };
    }

    /** Measures. Returns the result of each thread. If one thread throws, the others end as well. */
    static <T> List<T> run(Crew crew, Part<T> part) throws InterruptedException {
        Section section = new Section(crew.size());
        try {
            return crew.run(worker -> section.runOrEnd(worker, part));
        } catch (IllegalStateException e) {
            throw new IllegalStateException("a thread of a measurement must not fail", section.failure.get());
        }
    }

    private <T> T runOrEnd(int worker, Part<T> part) throws Exception {
        try {
            return part.run(worker, this);
        } catch (Throwable e) {
            failure.compareAndSet(null, e); // later failures are consequences of the first
            finished.addAndGet(threads);
            allThere.forceTermination(); // for threads that wait, and threads that have yet to arrive
            throw e;
        }
    }

    /**
     * Waits until all threads have arrived, then returns the instant from which they count, by {@link
     * System#nanoTime()}. The threads begin to work at once.
     */
    long awaitStart() {
        if (allThere.arriveAndAwaitAdvance() < 0) {
            throw new CancellationException("another thread of the measurement has failed");
        }
        return start;
    }

    /** Says that the caller has stopped counting. */
    void finish() {
        finished.incrementAndGet();
    }

    /** Returns whether another thread still counts. */
    boolean goesOn() {
        return finished.get() < threads;
    }
}
