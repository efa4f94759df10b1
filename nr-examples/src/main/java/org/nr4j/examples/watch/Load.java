package org.nr4j.examples.watch;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.nr4j.AnswerLostException;
import org.nr4j.NodeReplicated;
import org.nr4j.examples.watch.WatchedCounters.Get;
import org.nr4j.examples.watch.WatchedCounters.Increment;

/** Threads that read and write as fast as they can, until they are closed. */
final class Load implements AutoCloseable {
    private static final long SEED = 42;

    /**
     * A thread reports its reads after this many operations: often enough for the view, too rarely to affect the speed.
     */
    private static final int OPERATIONS_PER_REPORT = 64;

    private static final long PATIENCE_SECONDS = 60;

    private final NodeReplicated<Get, Increment, Long> counters;
    private final int entries;
    private final int writePercent;
    private final ExecutorService executor;
    private final LongAdder reads = new LongAdder();
    private final LongAdder lostAnswers = new LongAdder();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private volatile boolean stopped;

    Load(NodeReplicated<Get, Increment, Long> counters, WatchOptions options) {
        this.counters = counters;
        this.entries = options.entries();
        this.writePercent = options.writePercent();
        this.executor = Executors.newFixedThreadPool(
                options.threadCount(), options.topology().threadFactory());
        SplittableRandom seeds = new SplittableRandom(SEED);
        for (int i = 0; i < options.threadCount(); i++) {
            SplittableRandom random = seeds.split();
            executor.execute(() -> work(random));
        }
    }

    private void work(SplittableRandom random) {
        try {
            while (!stopped) {
                int reads = 0;
                for (int i = 0; i < OPERATIONS_PER_REPORT; i++) {
                    reads += operate(random);
                }
                this.reads.add(reads);
            }
        } catch (Throwable e) { // the program that shows the view reports it
            failures.add(e);
        }
    }

    /** Runs one operation. Returns how many reads it was: 1 or 0. */
    private int operate(SplittableRandom random) {
        int key = random.nextInt(entries);
        if (random.nextInt(100) >= writePercent) {
            counters.execute(new Get(key));
            return 1;
        }
        try {
            counters.executeMut(new Increment(key));
        } catch (AnswerLostException e) {
            lostAnswers.increment(); // the write has taken effect, and this load needs no answer
        }
        return 0;
    }

    /** Returns the number of reads so far. */
    long reads() {
        return reads.sum();
    }

    /** Returns how many answers were lost because their replica failed. */
    long lostAnswers() {
        return lostAnswers.sum();
    }

    /** Returns the failures that ended threads. */
    List<Throwable> failures() {
        return failures;
    }

    /** Waits until no operation is running, or until it is interrupted. */
    @Override
    public void close() {
        stopped = true;
        executor.shutdown();
        try {
            if (!executor.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("threads must end when told to: seconds=" + PATIENCE_SECONDS
                        + "; take a thread dump to see what they wait for");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
