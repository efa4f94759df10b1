package org.nr4j.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * One measurement on the simulated machine: all threads begin to count at the same simulated instant and end at the
 * same one. Before it they run for some time that is not counted, which brings the structure into their caches; after
 * it they go on until all have come to its end. So each thread has the company of all others for as long as it counts.
 * (With a section of its own for each thread, convoys let one run after the other, and locks look up to twenty times
 * better than they are.)
 */
final class SimulatedSection {
    /** What a thread does: one operation, for a random number. */
    interface Operation {
        Object run(long roll);
    }

    /** What came of it. */
    record Outcome(long operations, long nanos, Map<String, Double> counts) {
        /** Million operations a (simulated) second. */
        double rate() {
            return operations * 1e3 / nanos;
        }

        double perOperation(String count) {
            return counts.getOrDefault(count, Double.NaN) / Math.max(1, operations);
        }
    }

    /** The clock is looked at about this often, since that costs as much as a cheap operation. */
    private static final long LOOK_NANOS = 500;

    private static final int LARGEST_BATCH = 16;

    private final SimulatedMachine machine;
    private final List<ExecutorService> workers;
    private final long settleNanos;
    private final long nanos;

    private final AtomicInteger entered = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private volatile long start;

    /** With a worker for each cpu that takes part, from cpu 0 on. */
    SimulatedSection(SimulatedMachine machine, List<ExecutorService> workers, long settleNanos, long nanos) {
        this.machine = machine;
        this.workers = workers;
        this.settleNanos = settleNanos;
        this.nanos = nanos;
    }

    /** Measures. */
    Outcome run(IntFunction<Operation> operations) throws InterruptedException, ExecutionException {
        List<Future<Long>> all = new ArrayList<>();
        for (int cpu = 0; cpu < workers.size(); cpu++) {
            int own = cpu;
            all.add(workers.get(cpu).submit(() -> workOrHalt(own, operations.apply(own))));
        }
        long sum = 0;
        for (Future<Long> each : all) {
            sum += each.get();
        }
        return new Outcome(sum, nanos, machine.takeCounts());
    }

    private long workOrHalt(int cpu, Operation operation) {
        try {
            return work(cpu, operation);
        } catch (Throwable e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1); // the others would wait for it for ever
            throw e;
        }
    }

    private long work(int cpu, Operation operation) {
        Rolls rolls = new Rolls(cpu);
        machine.enter(cpu);
        awaitAll();
        repeat(operation, rolls, start);
        machine.begin();
        long done = repeat(operation, rolls, start + nanos);
        machine.end();
        finished.incrementAndGet();
        while (finished.get() < workers.size()) {
            operation.run(rolls.next());
        }
        machine.leave();
        return done;
    }

    /** The last one to come sets the beginning. */
    private void awaitAll() {
        if (entered.incrementAndGet() == workers.size()) {
            start = System.nanoTime() + settleNanos;
        }
        while (start == 0) {
            Thread.onSpinWait();
        }
    }

    /** Runs operations until the clock says so; returns how many. */
    static long repeat(Operation operation, Rolls rolls, long until) {
        long done = 0;
        long batch = 1;
        long before = System.nanoTime();
        for (long now = before; now < until; now = System.nanoTime()) {
            // No branch: one that the warm-up has not taken would send all threads back to the interpreter.
            batch = Math.max(1, Math.min(LARGEST_BATCH, 2 * batch * LOOK_NANOS / (LOOK_NANOS + now - before)));
            before = now;
            for (long i = 0; i < batch; i++) {
                operation.run(rolls.next());
            }
            done += batch;
        }
        return done;
    }
}
