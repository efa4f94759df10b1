package org.nr4j.kv.internal.expiry;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The task of the thread of an {@link ExpiryCollector}: runs its rounds and sleeps in between.
 *
 * <p>The worker has only a weak reference to the collector, and a strong one only during a round. So it ends when a
 * program has dropped the store without closing it. A failed round does not end the worker: it pauses and tries again.
 */
public final class ExpiryWorker implements Runnable {
    /** The pause after a failed round, and between two attempts to start the thread. */
    public static final long FAILURE_PAUSE_MILLIS = 100;

    /** The referent of all bells. It is never unreachable, so that only a ring enqueues a bell. */
    private static final Object ALIVE = new Object();

    /**
     * The worker sleeps on this queue. It receives a bell that rings, and the reference to a collector that was
     * dropped.
     */
    private final ReferenceQueue<Object> queue = new ReferenceQueue<>();

    private final WeakReference<ExpiryCollector> collector;
    private boolean failed;

    ExpiryWorker(ExpiryCollector collector) {
        this.collector = new WeakReference<>(collector, queue);
    }

    @Override
    public void run() {
        try {
            while (step()) {
                // The step does everything.
            }
        } finally {
            reportEnd();
        }
    }

    private void reportEnd() {
        ExpiryCollector ending = collector.get();
        if (ending != null) {
            ending.ended();
        }
    }

    /** Runs one round and sleeps after it. Returns false if the worker must end. */
    private boolean step() {
        try {
            WeakReference<?> bell = new WeakReference<>(ALIVE, queue);
            long sleepMillis = round(bell);
            if (sleepMillis > 0) {
                sleep(sleepMillis);
            }
            return sleepMillis >= 0;
        } catch (Throwable failure) {
            pauseAfter(failure);
            return true;
        }
    }

    /**
     * Runs a round. This is a method of its own, so that no frame refers to the collector while the worker sleeps.
     *
     * @return the milliseconds to sleep; negative if the collector is stopped or dropped
     */
    private long round(WeakReference<?> bell) {
        ExpiryCollector running = collector.get();
        if (running == null || running.isStopped()) {
            return -1;
        }
        long sleepMillis = running.round(bell);
        failed = false;
        return sleepMillis;
    }

    private void sleep(long millis) {
        try {
            queue.remove(millis == Long.MAX_VALUE ? 0 : millis); // 0: until a reference is enqueued
        } catch (InterruptedException e) {
            // It does not matter when the worker wakes. The next round decides whether it continues.
        }
    }

    /**
     * Pauses, then reports the failure. After the pause, it does not report a failure that the closing of the store
     * caused.
     */
    private void pauseAfter(Throwable failure) {
        boolean unused = Thread.interrupted(); // an interrupt would make the pause too short
        LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(FAILURE_PAUSE_MILLIS));
        if (!failed && isWanted()) {
            failed = true;
            ExpiryCollector.report("a round that collects expired entries must not fail: it is tried again", failure);
        }
    }

    private boolean isWanted() {
        ExpiryCollector current = collector.get();
        return current != null && !current.isStopped();
    }
}
