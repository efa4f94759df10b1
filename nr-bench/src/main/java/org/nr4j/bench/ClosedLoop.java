package org.nr4j.bench;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Measures throughput: each thread begins an operation as soon as its last one has ended.
 *
 * <p>The loop times some of the operations, from their own beginning. A waiting thread begins no other operation, so a
 * wait counts once. {@link OpenLoop} measures latency.
 *
 * <p>Operations are grouped into runs, and the loop times the first operation of each run. Reading the clock twice
 * costs as much as a cheap operation. A run is therefore so long that the clock takes less than a hundredth of the
 * time, up to {@code sample} operations. Runs have equal length while they count, so slow operations are drawn as often
 * as fast ones.
 */
final class ClosedLoop {
    /**
     * The result of one measurement.
     *
     * @param rate in millions of operations a second, of all threads
     */
    record Outcome(double rate, Fairness fairness, Latencies.Summary latencies) implements Serializable {}

    private record Part(long operations, long nanos, Latencies latencies) {
        double rate() {
            return operations * 1e3 / nanos;
        }
    }

    /** The clock is read about once in this many nanoseconds, unless single operations take longer. */
    private static final long RUN_NANOS = 100_000;

    /**
     * An object that no operation returns. The loop compares it with what they return, so that the JIT cannot remove
     * them.
     */
    private static final Object NOTHING = new Object();

    private final Workload workload;
    private final int writes;
    private final int sample;

    /**
     * Creates such a load.
     *
     * @param writes how many of a hundred operations are writes
     * @param sample at least one of this many operations is timed; with 1, each one is
     */
    ClosedLoop(Workload workload, int writes, int sample) {
        this.workload = workload;
        this.writes = writes;
        this.sample = sample;
    }

    /** Runs all threads until the same instant. The rate counts the operations that ended by then. */
    Outcome forTime(Crew crew, long nanos) throws InterruptedException {
        List<Part> parts = Section.run(crew, (worker, section) -> {
            Client own = new Client(worker);
            long start = own.leadIn(section);
            long operations = own.runUntil(start + nanos, Long.MAX_VALUE);
            section.finish();
            own.accompany(section);
            return new Part(operations, nanos, own.latencies);
        });
        double rate = parts.stream().mapToDouble(Part::rate).sum();
        return outcome(rate, parts);
    }

    /** Runs a fixed number of operations in each thread. The rate is that of all operations until the last one ends. */
    Outcome forWork(Crew crew, long operationsEach) throws InterruptedException {
        List<Part> parts = Section.run(crew, (worker, section) -> {
            Client own = new Client(worker);
            long start = own.leadIn(section);
            long operations = own.runUntil(Long.MAX_VALUE, operationsEach);
            long nanos = System.nanoTime() - start;
            section.finish();
            return new Part(operations, nanos, own.latencies);
        });
        long operations = parts.stream().mapToLong(Part::operations).sum();
        long longest = parts.stream().mapToLong(Part::nanos).max().orElseThrow();
        return outcome(operations * 1e3 / longest, parts);
    }

    private static Outcome outcome(double rate, List<Part> parts) {
        Fairness fairness = Fairness.of(parts.stream().mapToDouble(Part::rate).toArray());
        return new Outcome(rate, fairness, Latencies.sum(parts, Part::latencies).summary());
    }

    static void consume(@Nullable Object result) {
        if (result == NOTHING) {
            throw new AssertionError("an operation returned what it cannot know");
        }
    }

    /** One of the threads. */
    private final class Client {
        final Latencies latencies = new Latencies();
        private final Rolls rolls;

        /** How many operations a run has. */
        private int run = 1;

        Client(int worker) {
            this.rolls = new Rolls(worker);
        }

        /** Runs the lead-in. Returns the instant from which the thread counts. */
        long leadIn(Section section) throws Exception {
            long start = section.awaitStart();
            long before = System.nanoTime();
            long operations = runUntil(start, Long.MAX_VALUE);
            long each = (System.nanoTime() - before) / Math.max(1, operations);
            run = (int) Math.max(1, Math.min(sample, RUN_NANOS / Math.max(1, each)));
            latencies.reset();
            return start;
        }

        void accompany(Section section) {
            while (section.goesOn()) {
                consume(workload.run(rolls.next(), writes));
            }
        }

        /** Works until an instant, or until {@code most} operations are done. Returns how many were done. */
        long runUntil(long end, long most) {
            long done = 0;
            long now = System.nanoTime();
            while (now < end && done < most) {
                now = runTimed(now);
                long untimed = Math.min(run, most - done) - 1;
                for (long i = 0; i < untimed; i++) {
                    consume(workload.run(rolls.next(), writes));
                }
                done += 1 + untimed;
                if (untimed > 0) {
                    now = System.nanoTime();
                }
            }
            return done;
        }

        /** Runs one operation and times it. Returns the time after it. */
        private long runTimed(long now) {
            long roll = rolls.next();
            consume(workload.run(roll, writes));
            long after = System.nanoTime();
            latencies.record(Workload.isWrite(roll, writes), after - now);
            return after;
        }
    }
}
