package org.nr4j.kv.internal.expiry;

import java.lang.System.Logger;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.kv.internal.op.Queries.DueKeys;
import org.nr4j.kv.internal.op.Queries.NextExpiry;
import org.nr4j.kv.internal.op.Updates.CollectDue;
import org.nr4j.kv.internal.replica.Query;
import org.nr4j.kv.internal.replica.Update;

/**
 * Removes entries whose instant has come. If a read finds an entry due, it is removed at once. An {@link ExpiryWorker}
 * removes due entries that nobody reads.
 *
 * <p>The first write that makes an entry expire starts the worker. The worker ends when the store is closed, or when
 * the collector is unreachable. If the worker's thread cannot start, the write still succeeds. Later writes try again,
 * at most once in {@link ExpiryWorker#FAILURE_PAUSE_MILLIS}.
 */
public final class ExpiryCollector {
    private static final Logger LOGGER = System.getLogger(ExpiryCollector.class.getName());

    /**
     * How many entries one write removes. This takes some tenths of a millisecond, for which other operations may have
     * to wait.
     */
    private static final int CHUNK = 512;

    private final ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated;
    private final int parts;
    private final InstantSource clock;
    private final long intervalMillis;
    private final ThreadFactory threads;

    /**
     * Whether writes carry the time. Set before the first write that may make an entry expire is submitted; never
     * reset. Volatile: later writes see it.
     */
    private volatile boolean timed;

    /** Whether a write has made an entry expire, so that there is a worker; never reset. */
    private volatile boolean used;

    /**
     * Whether the worker sleeps until it is woken. Volatile on both sides, so that no wake-up is missed. The worker
     * sets this and then looks for entries. A writer writes its entry and then looks at this.
     */
    private volatile boolean asleep;

    /**
     * Wakes the worker when it is enqueued. Set before the worker looks at {@link #stopped} for the last time before it
     * sleeps.
     */
    private volatile @Nullable WeakReference<?> bell;

    private volatile boolean stopped;

    private final LongAdder collected = new LongAdder();

    /** Whether there is a worker. Written under the monitor, except by a worker that ends. */
    private volatile boolean running;

    /**
     * The earliest time to start the thread again, by {@link System#nanoTime}; only valid after a failed start. Guarded
     * by this.
     */
    private long nextStart;

    /** Whether the last start failed. Guarded by this. */
    private boolean startFailed;

    /**
     * Creates a collector that has not started.
     *
     * @param interval the time between two rounds
     * @param threads creates the worker's thread
     */
    public ExpiryCollector(
            ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated,
            InstantSource clock,
            Duration interval,
            ThreadFactory threads) {
        this.replicated = replicated;
        this.parts = replicated.logs();
        this.clock = clock;
        this.intervalMillis = interval.toMillis();
        this.threads = threads;
    }

    /** Creates the worker's thread: a daemon that does not inherit the thread locals of the thread that starts it. */
    public static Thread newThread(Runnable worker) {
        Thread thread = new Thread(null, worker, "nr4j-expiry", 0, false);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Returns the time that a write carries. While no entry can expire, none is due at any time, so the clock is not
     * read. A write that began before the first such entry was submitted is older than that entry's instant.
     */
    public long timeOfWrite() {
        return timed ? clock.millis() : Long.MIN_VALUE;
    }

    /**
     * Returns the time that a procedure carries. From now on all writes carry the time, since the procedure may make an
     * entry expire. Call {@link #use} once it has.
     */
    public long timeOfProcedure() {
        timed = true;
        return clock.millis();
    }

    /** Enables expiry. Must be called before a write that makes an entry expire is submitted. */
    public void use() {
        timed = true;
        used = true;
        if (!running) {
            start();
        }
    }

    /** Enables expiry if the store has entries that expire. */
    public void useIfAnyExpires() {
        if (nextExpiry() != Long.MAX_VALUE) {
            use();
        }
    }

    /** Wakes the worker if it sleeps. Must be called after each write. */
    public void wake() {
        if (used) {
            if (!running) {
                start();
            }
            if (asleep) {
                ring();
            }
        }
    }

    private void ring() {
        WeakReference<?> current = bell;
        if (current != null) {
            current.enqueue();
        }
    }

    private synchronized void start() {
        if (running || stopped || (startFailed && System.nanoTime() - nextStart < 0)) {
            return;
        }
        running = true; // set first, since a worker that ends at once resets it
        try {
            threads.newThread(new ExpiryWorker(this)).start();
            startFailed = false;
        } catch (Throwable failure) {
            running = false;
            boolean reported = startFailed;
            startFailed = true;
            nextStart = System.nanoTime()
                    + Duration.ofMillis(ExpiryWorker.FAILURE_PAUSE_MILLIS).toNanos();
            if (!reported) {
                report(
                        "the thread that collects expired entries must be able to start: a later write tries again",
                        failure);
            }
        }
    }

    /** Logs a failure. Does not throw, even if the heap is exhausted. */
    static void report(String message, Throwable failure) {
        try {
            LOGGER.log(Logger.Level.WARNING, message, failure);
        } catch (Throwable unreported) {
            // The failure is not reported. The caller goes on either way.
        }
    }

    /** Ends the worker for good. */
    public synchronized void stop() {
        stopped = true;
        ring();
    }

    /** Returns how many due entries were removed. An entry that several threads find at once may count twice. */
    public long collected() {
        return collected.sum();
    }

    private void collect(List<byte[]> keys, long now) {
        replicated.executeMut(new CollectDue(keys, now));
        collected.add(keys.size());
    }

    /** Removes an entry if it is due. */
    public void collect(byte[] key) {
        collect(List.of(key), clock.millis());
    }

    /**
     * Removes due entries, up to {@link #CHUNK} of each part. Each part needs a write of its own log; a part without
     * due entries needs none.
     */
    public void collect() {
        long now = clock.millis();
        for (int part = 0; part < parts; part++) {
            List<byte[]> keys = dueKeys(part, now);
            if (!keys.isEmpty()) {
                collect(keys, now);
            }
        }
    }

    @SuppressWarnings("unchecked") // the answer of DueKeys
    private List<byte[]> dueKeys(int part, long now) {
        return (List<byte[]>) Objects.requireNonNull(replicated.execute(new DueKeys(part, CHUNK, now)));
    }

    // ---- for the worker ----

    boolean isStopped() {
        return stopped;
    }

    /** Declares that the worker has ended. */
    void ended() {
        running = false;
    }

    /**
     * Removes a chunk of due entries, if there are any.
     *
     * @param nextBell wakes the worker when it is enqueued
     * @return the milliseconds to sleep: 0 if more entries are due, {@link Long#MAX_VALUE} if none expires
     */
    long round(WeakReference<?> nextBell) {
        asleep = false;
        bell = nextBell;
        long next = nextExpiry();
        if (next == Long.MAX_VALUE) {
            asleep = true;
            next = nextExpiry();
            asleep = next == Long.MAX_VALUE;
        }
        if (next != Long.MAX_VALUE && next <= clock.millis()) {
            collect();
            return 0;
        }
        if (stopped) {
            return 0;
        }
        return next == Long.MAX_VALUE ? Long.MAX_VALUE : intervalMillis;
    }

    private long nextExpiry() {
        long next = Long.MAX_VALUE;
        for (int part = 0; part < parts; part++) {
            next = Math.min(next, nextExpiry(part));
        }
        return next;
    }

    private long nextExpiry(int part) {
        return (long) Objects.requireNonNull(replicated.execute(new NextExpiry(part)));
    }
}
