package org.nr4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLongArray;
import org.nr4j.bench.report.Statistics;
import org.nr4j.topology.NumaTopology;
import org.nr4j.topology.Placement;

/**
 * Measures a counter that two real cores share, to set the parameters of the simulated machine. {@code
 * nr-bench/numa/simulate calibrate} runs it on two cpus and compares.
 *
 * <p>It prints one line of medians:
 *
 * <ul>
 *   <li>how long an increment takes one core alone, and both cores together;
 *   <li>how many increments a core makes before the other core gets the counter (a stay);
 *   <li>how long a stay takes, including the transfer of the counter to the core;
 *   <li>{@code hold}, a parameter of the machine in nanoseconds: the time of the increments of a stay, of which the
 *       last is half done on average;
 *   <li>{@code c2c}, a parameter of the machine in nanoseconds: the rest of the stay.
 * </ul>
 */
public final class Calibration {
    private static final int RUNS = 15;
    private static final int RUN_MILLIS = 100;

    /** Increments between two looks at the flag {@code stop}. */
    private static final int UNLOOKED = 64;

    /** The counter's place in the array: in the middle, alone on its cache lines. */
    private static final int COUNTER = 64;

    private static final int WORDS = 2 * COUNTER;

    private volatile boolean stop;

    /** One thread on each cpu. */
    private final List<ExecutorService> threads;

    private Calibration(NumaTopology cpus) {
        threads = List.of(
                Executors.newSingleThreadExecutor(cpus.threadFactory(0)),
                Executors.newSingleThreadExecutor(cpus.threadFactory(1)));
    }

    /** Measures and prints. The arguments are the numbers of two cpus. */
    public static void main(String[] args) throws InterruptedException, ExecutionException, IOException {
        if (args.length != 2) {
            throw new IllegalArgumentException(
                    "there must be two cpus: arguments=" + Arrays.toString(args) + "; pass their numbers, such as 0 1");
        }
        NumaTopology cpus = nodeForEach(args[0], args[1]);
        new Calibration(cpus).run();
        if (cpus.placement().outcome() != Placement.Outcome.PINNED) {
            throw new IllegalStateException("each thread must stay on its cpu: placement=" + cpus.placement()
                    + "; pass two cpus that this process may use");
        }
    }

    /** Returns a topology in which each cpu is a node, since threads can be bound to nodes. */
    private static NumaTopology nodeForEach(String first, String second) throws IOException {
        Path root = Files.createTempDirectory("calibration");
        List<String> cpus = List.of(first, second);
        for (int node = 0; node < cpus.size(); node++) {
            Path directory = Files.createDirectories(root.resolve("node/node" + node));
            Files.writeString(directory.resolve("cpulist"), cpus.get(node));
        }
        return NumaTopology.parse(root, String.join(",", cpus));
    }

    private void run() throws InterruptedException, ExecutionException {
        double[] alone = new double[RUNS];
        double[] shared = new double[RUNS];
        double[] stays = new double[RUNS];
        measure(1); // for the JIT compiler
        measure(2);
        for (int run = 0; run < RUNS; run++) {
            alone[run] = measure(1).nanos;
            Measured both = measure(2);
            shared[run] = both.nanos;
            stays[run] = both.stay;
        }
        threads.forEach(ExecutorService::shutdown);
        print(Statistics.median(alone), Statistics.median(shared), Statistics.median(stays));
    }

    private static void print(double alone, double shared, double stay) {
        double increments = stay / shared;
        double hold = (increments - 0.5) * alone;
        System.out.printf(
                "alone_ns=%.1f shared_ns=%.1f ratio=%.3f increments_a_stay=%.2f stay_ns=%.1f hold=%.0f c2c=%.0f%n",
                alone, shared, alone / shared, increments, stay, hold, stay - hold);
    }

    /** The time of an increment, and of a stay, in nanoseconds. */
    private record Measured(double nanos, double stay) {}

    private record Counts(long increments, long stays) {}

    private Measured measure(int count) throws InterruptedException, ExecutionException {
        AtomicLongArray counters = new AtomicLongArray(WORDS);
        CountDownLatch ready = new CountDownLatch(count);
        stop = false;
        List<Future<Counts>> all = new ArrayList<>();
        for (ExecutorService thread : threads.subList(0, count)) {
            all.add(thread.submit(() -> {
                ready.countDown();
                ready.await();
                return increment(counters);
            }));
        }
        ready.await();
        long start = System.nanoTime();
        Thread.sleep(RUN_MILLIS);
        stop = true;
        long nanos = System.nanoTime() - start;
        long increments = 0;
        long stays = 0;
        for (Future<Counts> each : all) {
            increments += each.get().increments;
            stays += each.get().stays;
        }
        return new Measured((double) nanos / increments, (double) nanos / stays);
    }

    /** Increments until it has to stop, and counts how often the other core incremented in between. */
    private Counts increment(AtomicLongArray counters) {
        long increments = 0;
        long stays = 0;
        long next = -1;
        while (!stop) {
            for (int i = 0; i < UNLOOKED; i++) {
                long before = counters.getAndIncrement(COUNTER);
                if (before != next) {
                    stays++;
                }
                next = before + 1;
            }
            increments += UNLOOKED;
        }
        return new Counts(increments, stays);
    }
}
