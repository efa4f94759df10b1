package org.nr4j.examples.ycsb;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.nr4j.examples.command.Progress;

/** A store, the records inserted into it, and the threads that work on it. One thread at a time may use it. */
final class Database implements AutoCloseable {
    private static final long SEED = 42;
    private static final long LOOK_MILLIS = 100;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Store store;
    private final int threads;
    private final ExecutorService executor;
    private final Inserted inserted = new Inserted();
    private final SplittableRandom seeds = new SplittableRandom(SEED);

    /** Creates a database over an empty store. */
    Database(Store store, int threads, ThreadFactory factory) {
        this.store = store;
        this.threads = threads;
        this.executor = Executors.newFixedThreadPool(threads, factory);
    }

    /**
     * Runs this many operations of a workload, shared evenly between the threads.
     *
     * @throws ExecutionException if a thread failed; {@link #close} stops the others
     */
    Outcome run(Workload workload, long operations, Progress progress) throws InterruptedException, ExecutionException {
        long mostRecords = workload.mostRecords(inserted.count(), operations);
        LongAdder done = new LongAdder();
        List<Client> clients = new ArrayList<>();
        CompletionService<Void> working = new ExecutorCompletionService<>(executor);
        long start = System.nanoTime();
        for (int i = 0; i < threads; i++) {
            Client client = new Client(store, inserted, workload, mostRecords, seeds.split());
            long share = operations * (i + 1) / threads - operations * i / threads;
            clients.add(client);
            working.submit(() -> operate(client, share, done), null);
        }
        int left = threads;
        while (left > 0) {
            Future<Void> ended = working.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            if (ended == null) {
                show(progress, done.sum(), operations, System.nanoTime() - start);
            } else {
                ended.get();
                left--;
            }
        }
        long nanos = System.nanoTime() - start;
        progress.done();
        return Outcome.of(nanos, clients);
    }

    private static void operate(Client client, long operations, LongAdder done) {
        for (long i = 0; i < operations && !Thread.currentThread().isInterrupted(); i++) {
            client.operate();
            done.increment();
        }
    }

    private static void show(Progress progress, long done, long operations, long nanos) {
        double perSecond = done * NANOS_PER_SECOND / nanos;
        double secondsLeft = (operations - done) / Math.max(1, perSecond);
        progress.show(
                (double) done / operations,
                String.format(Locale.ROOT, "%,.0f operations/s, %.0f s left", perSecond, secondsLeft));
    }

    /** Returns how many records have been inserted. */
    long records() {
        return inserted.count();
    }

    /** Returns how many records the store has. */
    long size() {
        return store.size();
    }

    /** Returns how many of the inserted records are missing, or have the wrong length. */
    long spoilt() {
        return LongStream.range(0, inserted.count())
                .parallel()
                .mapToObj(number -> store.read(Records.key(number)))
                .filter(record -> record == null || record.length != Records.BYTES)
                .count();
    }

    @Override
    public void close() {
        executor.shutdownNow();
        store.close();
    }
}
