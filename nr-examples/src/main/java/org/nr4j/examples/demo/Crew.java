package org.nr4j.examples.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.nr4j.topology.NumaTopology;

/** The threads, placed on the nodes of a topology in turn. They are the same from beginning to end. */
final class Crew implements AutoCloseable {
    private static final long SEED = 42;

    private final ExecutorService executor;
    private final int size;
    private final Dice seeds = new Dice(SEED);

    Crew(int size, NumaTopology topology) {
        this.size = size;
        this.executor = Executors.newFixedThreadPool(size, topology.threadFactory());
    }

    int size() {
        return size;
    }

    /** The caller's part while the threads work. It returns when they have worked long enough. */
    interface Meanwhile {
        void run() throws InterruptedException;
    }

    /** Lets all threads work on a slice until the caller's part is over. */
    List<Tally> work(Slice<?, ?> slice, Meanwhile meanwhile) throws InterruptedException, ExecutionException {
        List<Future<Tally>> futures = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            long seed = seeds.next();
            futures.add(executor.submit(() -> slice.work(seed)));
        }
        try {
            slice.awaitStart();
            meanwhile.run();
        } finally {
            slice.stop();
        }
        List<Tally> tallies = new ArrayList<>();
        for (Future<Tally> future : futures) {
            tallies.add(future.get());
        }
        return tallies;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
