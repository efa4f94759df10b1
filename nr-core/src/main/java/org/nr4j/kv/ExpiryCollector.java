package org.nr4j.kv;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.nr4j.NodeReplicated;
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

    private final NodeReplicated<Query, Update, @Nullable Object> replicated;
    private final InstantSource clock;
    private final long intervalNanos;

    /** Set before the first write that makes an entry expire is submitted; never reset. Volatile: writes that begin later see it and bring the time with them. */
    private volatile boolean used;

    /** Whether the thread sleeps until it is woken. Volatile on both sides, against a missed wake-up: the thread sets it and then looks for entries, a writer has written its entry and then looks here. */
    private volatile boolean asleep;

    private volatile boolean stopped;
    private @Nullable Thread thread;

    ExpiryCollector(
            NodeReplicated<Query, Update, @Nullable Object> replicated, InstantSource clock, Duration interval) {
        this.replicated = replicated;
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

    /** Removes one entry if it is due, and others too. */
    void collect(byte @Nullable [] key) {
        long now = clock.millis();
        if (key != null) {
            replicated.executeMut(new CollectKey(key, now));
        } else {
            replicated.executeMut(new CollectDue(CHUNK, now));
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
            collect(null);
            next = nextExpiry();
        }
        return next;
    }

    private long nextExpiry() {
        Long expiry = (Long) replicated.execute(replica -> replica.tree().minExpiry());
        return expiry == null ? Long.MAX_VALUE : expiry;
    }
}
