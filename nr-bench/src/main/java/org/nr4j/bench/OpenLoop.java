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
 * <p>A thread without work watches the clock. Where there are more threads than cpus, it yields, and sleeps if there is
 * time. Its lateness for an arrival is part of the latency of every way of sharing. Measure the same schedule with
 * operations that do nothing, too.
 */
final class OpenLoop {
    /**
     * What came of one measurement.
     *
     * @param offered arrivals, in million a second
     * @param done operations that had ended by the end, in million a second
     * @param arrival latencies from the arrival; of operations that were given up, how old they were then
     * @param begin latencies from the real beginning
     */
    record Outcome(double offered, double done, Latencies.Summary arrival, Latencies.Summary begin)
            implements Serializable {
        /** Whether the load was kept: at the end, at most a hundredth was not done. */
        boolean kept() {
            return done >= 0.99 * offered;
        }
    }

    /** A sleeping thread wakes up late by about this. */
    private static final long WAKE_UP_NANOS = 100_000;

    private final Workload workload;
    private final int writes;
    private final boolean cpuForEach;

    /**
     * Such a load.
     *
     * @param writes of a hundred operations
     * @param cpuForEach whether each thread has a cpu, so that it may watch the clock without keeping another from
     *     running
     */
    OpenLoop(Workload workload, int writes, boolean cpuForEach) {
        this.workload = workload;
        this.writes = writes;
        this.cpuForEach = cpuForEach;
    }

    /**
     * Measures. Threads do all that arrived in time, but give up when that takes as long again.
     *
     * @param rate arrivals, in million a second, at all threads together
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

        /** Does all that arrives before the end, unless it is time to give up. */
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

        /** Forgets what was counted so far. */
        void reset() {
            fromArrival.reset();
            fromBegin.reset();
            arrived = 0;
            inTime = 0;
        }

        /** Returns the time, which is that of the arrival or later. */
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
