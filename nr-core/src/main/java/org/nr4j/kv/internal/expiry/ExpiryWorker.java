package org.nr4j.kv.internal.expiry;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread of an {@link ExpiryCollector}: runs its rounds and sleeps in between.
 *
 * <p>The worker reaches the collector by a weak reference only, and holds it during a round only. So it ends when a
 * program has dropped the store without closing it. No failure of a round ends it: it pauses and tries again.
 */
public final class ExpiryWorker implements Runnable {
    /** The pause after a failed round, and between two attempts to start the thread. */
    public static final long FAILURE_PAUSE_MILLIS = 100;

    /** What bells refer to. It lives for ever, so that only a ring enqueues a bell. */
    private static final Object ALIVE = new Object();

    /** The worker sleeps in it. It gets a bell that rings, and the reference to a collector that is dropped. */
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
                // All is done in the step.
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

    /** One round and the sleep after it. Returns false when the worker is to end. */
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
     * A method of its own, so that no frame refers to the collector while the worker sleeps.
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
            queue.remove(millis == Long.MAX_VALUE ? 0 : millis); // 0: until there is something
        } catch (InterruptedException e) {
            // Nothing depends on when the worker wakes. The next round decides whether it goes on.
        }
    }

    /** Pauses before it reports. So a failure that comes of the store being closed is not reported. */
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
