package org.nr4j.bench;

import java.io.Serializable;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures latency: operations arrive by a {@link Schedule}, whether or not earlier ones have ended.
 *
 * <p>The loop counts the latency of an operation from its arrival. A wait therefore counts for all operations that
 * arrived meanwhile (no coordinated omission). The loop also counts from the real beginning, which shows what a test
 * without arrivals would see.
 *
 * <p>A thread without work watches the clock. If there are more threads than cpus, it yields, or sleeps if the next
 * arrival is far off. A thread that notices an arrival late adds this delay to the latency of every way of sharing.
 * Therefore, measure the same schedule with operations that do nothing, too.
 */
final class OpenLoop {
    /**
     * The result of one measurement.
     *
     * @param offered arrivals, in millions a second
     * @param done operations that ended by the end of the measurement, in millions a second
     * @param arrival latencies from the arrival; an operation that was given up counts with its age at that time
     * @param begin latencies from the real beginning
     */
    record Outcome(double offered, double done, Latencies.Summary arrival, Latencies.Summary begin)
            implements Serializable {
        /** Returns whether the threads kept up with the load: at the end, at most a hundredth was not done. */
        boolean kept() {
            return done >= 0.99 * offered;
        }
    }

    /** A sleeping thread wakes up late by about this, in nanoseconds. */
    private static final long WAKE_UP_NANOS = 100_000;

    private final Workload workload;
    private final int writes;
    private final boolean cpuForEach;

    /**
     * Creates such a load.
     *
     * @param writes how many of a hundred operations are writes
     * @param cpuForEach whether each thread has a cpu of its own, so that it may watch the clock without taking a cpu
     *     from another thread
     */
    OpenLoop(Workload workload, int writes, boolean cpuForEach) {
        this.workload = workload;
        this.writes = writes;
        this.cpuForEach = cpuForEach;
    }

    /**
     * Measures. The threads run all operations that arrived in time. They give up when the run takes twice its time.
     *
     * @param rate arrivals at all threads together, in millions a second
     * @param seed equal seeds give equal arrivals
     */
    Outcome run(Crew crew, double rate, long nanos, long seed) throws InterruptedException {
        double meanNanos = 1e3 * crew.size() / rate;
        List<Client> threads = Section.run(crew, (worker, section) -> {
            long start = section.awaitStart();
            Schedule schedule = new Schedule(System.nanoTime(), meanNanos, seed * crew.size() + worker);
            Client own = new Client(worker, schedule);
            own.serve(start, start + nanos);
            own.reset();
            own.serve(start + nanos, start + 2 * nanos);
            section.finish();
            return own;
        });
        return outcome(threads, nanos);
    }

    private static Outcome outcome(List<Client> threads, long nanos) {
        return new Outcome(
                threads.stream().mapToLong(thread -> thread.arrived).sum() * 1e3 / nanos,
                threads.stream().mapToLong(thread -> thread.inTime).sum() * 1e3 / nanos,
                Latencies.sum(threads, thread -> thread.fromArrival).summary(),
                Latencies.sum(threads, thread -> thread.fromBegin).summary());
    }

    /** One of the threads. */
    private final class Client {
        private final Latencies fromArrival = new Latencies();
        private final Latencies fromBegin = new Latencies();
        private final Rolls rolls;
        private final Schedule schedule;
        private long arrived;
        private long inTime;

        Client(int worker, Schedule schedule) {
            this.rolls = new Rolls(worker);
            this.schedule = schedule;
        }

        /** Runs all operations that arrive before the end, unless it is time to give up. */
        void serve(long end, long giveUp) {
            long now = System.nanoTime();
            for (long arrival = schedule.next(); arrival < end; arrival = schedule.next()) {
                now = now < arrival ? await(arrival) : now;
                long roll = rolls.next();
                boolean write = Workload.isWrite(roll, writes);
                if (now < giveUp) {
                    long begin = now;
                    ClosedLoop.consume(workload.run(roll, writes));
                    now = System.nanoTime();
                    fromBegin.record(write, now - begin);
                    inTime += now <= end ? 1 : 0;
                }
                fromArrival.record(write, now - arrival);
                arrived++;
                schedule.advance();
            }
        }

        /** Forgets everything that was counted so far. */
        void reset() {
            fromArrival.reset();
            fromBegin.reset();
            arrived = 0;
            inTime = 0;
        }

        /** Waits for an arrival. Returns the time, which is that of the arrival or later. */
        private long await(long arrival) {
            long now;
            while ((now = System.nanoTime()) < arrival) {
                if (cpuForEach) {
                    Thread.onSpinWait();
                } else if (arrival - now > WAKE_UP_NANOS) {
                    LockSupport.parkNanos(arrival - now - WAKE_UP_NANOS);
                } else {
                    Thread.yield();
                }
            }
            return now;
        }
    }
}
