package org.nr4j.kv;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.kv.internal.Queries.NextExpiry;
import org.nr4j.kv.internal.Query;
import org.nr4j.kv.internal.Update;
import org.nr4j.kv.internal.Updates.CollectDue;
import org.nr4j.kv.internal.Updates.CollectKey;

/**
 * Removes entries whose instant has come: those that a read met, at once, and those that nobody reads, by a thread of its own, which runs while there are entries that expire.
 */
final class ExpiryCollector implements Runnable {
    /** Entries removed by one write: some tenths of a millisecond's work, for which others may have to wait. */
    private static final int CHUNK = 1024;

    private final ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated;
    private final int parts;
    private final InstantSource clock;
    private final long intervalNanos;

    /** Set before the first write that makes an entry expire is submitted; never reset. Volatile: writes that begin later see it and bring the time with them. */
    private volatile boolean used;

    /** Whether the thread sleeps until it is woken. Volatile on both sides, against a missed wake-up: the thread sets it and then looks for entries, a writer has written its entry and then looks here. */
    private volatile boolean asleep;

    private volatile boolean stopped;
    private @Nullable Thread thread;

    ExpiryCollector(
            ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated,
            InstantSource clock,
            Duration interval) {
        this.replicated = replicated;
        this.parts = replicated.logs();
        this.clock = clock;
        this.intervalNanos = interval.toNanos();
    }

    /**
     * The time that a write carries. Before any entry can expire none is due at any time, and the clock need not be read: a write that began before the first such entry was submitted is older than its instant.
     */
    long timeOfWrite() {
        return used ? clock.millis() : Long.MIN_VALUE;
    }

    /** To be called before the submission of a write that makes an entry expire. */
    void use() {
        if (!used) {
            start();
        }
    }

    private synchronized void start() {
        if (thread == null && !stopped) {
            used = true;
            Thread starting = new Thread(this, "nr4j-expiry");
            starting.setDaemon(true);
            starting.start();
            thread = starting;
        }
    }

    boolean isUsed() {
        return used;
    }

    /** To be called after it. */
    void wake() {
        if (asleep) {
            LockSupport.unpark(thread());
        }
    }

    synchronized void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    private synchronized @Nullable Thread thread() {
        return thread;
    }

    /** Removes an entry if it is due. */
    void collect(byte[] key) {
        replicated.executeMut(new CollectKey(key, clock.millis()));
    }

    /** Removes what is due, up to a number in each part: writes of one log each, and none to a log that has nothing to remove. */
    void collect() {
        long now = clock.millis();
        for (int part = 0; part < parts; part++) {
            if (nextExpiry(part) <= now) {
                replicated.executeMut(new CollectDue(part, CHUNK, now));
            }
        }
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                long next = collectAll();
                if (next == Long.MAX_VALUE) {
                    sleepUntilWoken();
                } else {
                    LockSupport.parkNanos(this, intervalNanos);
                }
            }
        } catch (IllegalStateException closed) {
            // The store was closed, or has failed and tells its users so.
            stopped = true;
        }
    }

    private void sleepUntilWoken() {
        asleep = true;
        if (nextExpiry() == Long.MAX_VALUE && !stopped) {
            LockSupport.park(this);
        }
        asleep = false;
    }

    /** Removes all that is due; returns the next instant at which something will be. */
    private long collectAll() {
        long next = nextExpiry();
        while (next != Long.MAX_VALUE && next <= clock.millis() && !stopped) {
            collect();
            next = nextExpiry();
        }
        return next;
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
