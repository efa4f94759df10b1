package org.nr4j.examples.demo;

import java.util.concurrent.CountDownLatch;
import org.nr4j.examples.demo.Contender.Access;

/**
 * A short time in which all threads work on one contender. They start together, once each has opened its access. They
 * go on until the slice is stopped.
 */
final class Slice<R, W> {
    /**
     * One operation in this many is timed. This gives enough samples, and costs less than a nanosecond an operation.
     */
    private static final int OPERATIONS_PER_SAMPLE = 64;

    private final Contender<R, W> contender;
    private final Subject<R, W> subject;
    private final int writePercent;
    private final CountDownLatch ready;
    private volatile boolean stopped;

    Slice(Contender<R, W> contender, Subject<R, W> subject, int writePercent, int threads) {
        this.contender = contender;
        this.subject = subject;
        this.writePercent = writePercent;
        this.ready = new CountDownLatch(threads);
    }

    /** Waits until all threads are about to begin. */
    void awaitStart() throws InterruptedException {
        ready.await();
    }

    void stop() {
        stopped = true;
    }

    /** Works until the slice is stopped. Each thread calls it. */
    Tally work(long seed) throws InterruptedException {
        try (Access<R, W> access = open()) {
            ready.await();
            Dice dice = new Dice(seed);
            Tally tally = new Tally();
            tally.startNanos = System.nanoTime();
            while (!stopped) {
                if (tally.operations % OPERATIONS_PER_SAMPLE == 0) {
                    long before = System.nanoTime();
                    operate(access, dice, tally);
                    tally.latencies.record(System.nanoTime() - before);
                } else {
                    operate(access, dice, tally);
                }
            }
            tally.endNanos = System.nanoTime();
            return tally;
        }
    }

    private Access<R, W> open() {
        try {
            return contender.open();
        } finally {
            ready.countDown();
        }
    }

    private void operate(Access<R, W> access, Dice dice, Tally tally) {
        tally.operations++;
        if (dice.below(100) < writePercent) {
            W op = subject.randomWrite(dice);
            long answer = access.write(op);
            subject.account(op, answer, tally.account);
            tally.writes++;
            tally.answers += answer;
        } else {
            tally.answers += access.read(subject.randomRead(dice));
        }
    }
}
