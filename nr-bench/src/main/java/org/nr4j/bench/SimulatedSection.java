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
 * Makes one measurement on the simulated machine. All threads begin to count at the same simulated instant and stop at
 * the same one. Before that instant they run without counting for some time, which brings the structure into their
 * caches. Afterwards they go on until all have reached the end. A thread therefore runs beside all others for as long
 * as it counts.
 *
 * <p>With a section of its own for each thread, convoys would let one thread run after the other. Locks would look up
 * to twenty times better than they are.
 */
final class SimulatedSection {
    /** A thread's work: one operation, for a random number. */
    interface Operation {
        Object run(long roll);
    }

    /** The result of a section. */
    record Outcome(long operations, long nanos, Map<String, Double> counts) {
        /** Returns millions of operations a simulated second. */
        double rate() {
            return operations * 1e3 / nanos;
        }

        double perOperation(String count) {
            return counts.getOrDefault(count, Double.NaN) / Math.max(1, operations);
        }
    }

    /** How often a thread reads the clock, in nanoseconds. Reading it costs as much as a cheap operation. */
    private static final long LOOK_NANOS = 500;

    private static final int LARGEST_BATCH = 16;

    private final SimulatedMachine machine;
    private final List<ExecutorService> workers;
    private final long settleNanos;
    private final long nanos;

    private final AtomicInteger entered = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private volatile long start;

    /** Creates a section with a worker for each cpu that takes part, from cpu 0 on. */
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
            Runtime.getRuntime().halt(1); // the other threads would wait for this one forever
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

    /** Waits for all threads. The last thread sets the start. */
    private void awaitAll() {
        if (entered.incrementAndGet() == workers.size()) {
            start = System.nanoTime() + settleNanos;
        }
        while (start == 0) {
            Thread.onSpinWait();
        }
    }

    /** Runs operations until an instant; returns how many. */
    static long repeat(Operation operation, Rolls rolls, long until) {
        long done = 0;
        long batch = 1;
        long before = System.nanoTime();
        for (long now = before; now < until; now = System.nanoTime()) {
            // No branch: a branch that the warm-up never took would send all threads back to the interpreter.
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
