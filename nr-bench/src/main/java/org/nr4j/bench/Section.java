package org.nr4j.bench;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One measurement by all threads of a crew: they begin to count at the same instant, and each has the company of all
 * others for as long as it counts. So a thread that has come to its end goes on, uncounted, until all have; otherwise
 * the last ones would have the structure to themselves.
 */
final class Section {
    /**
     * Before they count, threads run for so long together: caches, branch predictors and locks come to where they will
     * be.
     */
    private static final long LEAD_IN_NANOS = 20_000_000;

    /** What one thread does. */
    interface Part<T> {
        /** It has to call {@link #awaitStart()} once, then {@link #finish()} once. */
        T run(int worker, Section section) throws Exception;
    }

    private final int threads;
    private final Phaser allThere;
    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /** Set by the last one to come, while the others wait in the phaser, which hands it to them. */
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

    /** Measures; returns what each thread made of it. If one throws, the others end as well. */
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
            failure.compareAndSet(null, e); // those that follow are because of the first
            finished.addAndGet(threads);
            allThere.forceTermination(); // for those who wait, and those who have yet to come
            throw e;
        }
    }

    /**
     * Waits until all threads are there; returns the instant, by {@link System#nanoTime()}, from which they count. They
     * begin at once.
     */
    long awaitStart() {
        if (allThere.arriveAndAwaitAdvance() < 0) {
            throw new CancellationException("another thread of the measurement has failed");
        }
        return start;
    }

    /** The caller counts no longer. */
    void finish() {
        finished.incrementAndGet();
    }

    /** Whether another one still counts. */
    boolean goesOn() {
        return finished.get() < threads;
    }
}
