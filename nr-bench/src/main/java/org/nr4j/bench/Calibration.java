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
 * Measures what two real cores do with a counter that they share, to set the simulated machine.
 * {@code nr-bench/numa/simulate calibrate} runs it on two cpus and compares.
 *
 * <p>It prints one line of medians:
 *
 * <ul>
 *   <li>how long an increment takes one core alone, and both cores together;
 *   <li>for how many increments the counter stays with a core before the other core gets it;
 *   <li>how long a stay takes, with the way there;
 *   <li>{@code hold}, for the machine, in nanoseconds: the time of those increments, where the last one is half done on
 * the average;
 *   <li>{@code c2c}, for the machine, in nanoseconds: the rest of the stay.
 * </ul>
 */
public final class Calibration {
    private static final int RUNS = 15;
    private static final int RUN_MILLIS = 100;

    /** Increments between looks at whether to stop. */
    private static final int UNLOOKED = 64;

    /** In the middle of so many words, alone on its lines. */
    private static final int COUNTER = 64;

    private static final int WORDS = 2 * COUNTER;

    private volatile boolean stop;

    /** One on each cpu. */
    private final List<ExecutorService> threads;

    private Calibration(NumaTopology cpus) {
        threads = List.of(
                Executors.newSingleThreadExecutor(cpus.threadFactory(0)),
                Executors.newSingleThreadExecutor(cpus.threadFactory(1)));
    }

    /** Measures and prints; the arguments are the numbers of two cpus. */
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

    /** A topology in which each cpu is a node, since threads can be bound to nodes. */
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
        measure(1); // the compiler's
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

    /** Of an increment, and of a stay. */
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

    /** Increments, and sees when the other has done so, until told to stop. */
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
