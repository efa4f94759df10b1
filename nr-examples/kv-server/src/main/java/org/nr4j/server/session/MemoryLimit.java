package org.nr4j.server.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.nr4j.kv.durable.NotDurableException;
import org.nr4j.server.engine.AccessTimes;
import org.nr4j.server.engine.EvictionPolicy;
import org.nr4j.server.engine.Evictor;
import org.nr4j.server.type.KeyEvents.Touch;

/**
 * The limit of memory. What counts is the bytes of keys and values in the store, with what the layout adds to them. All
 * replicas agree on it. For any number of threads.
 */
final class MemoryLimit {
    private static final Logger LOGGER = System.getLogger(MemoryLimit.class.getName());

    /** How many keys one command may have to remove. It bounds the time that the command takes. */
    private static final int MOST_EVICTIONS = 1_000;

    private final ServerState server;
    private final AccessTimes times = new AccessTimes();
    private final Evictor evictor = new Evictor(times);
    private final AtomicLong peak = new AtomicLong();

    /** The most bytes; 0 for no limit. Volatile: each write reads it. */
    private volatile long most;

    /** Whether somebody has to note when keys are used. Volatile: each command reads it. */
    private volatile boolean needsAccessTimes;

    MemoryLimit(ServerState server) {
        this.server = server;
        refresh();
    }

    /** Takes the limit from the settings anew. */
    void refresh() {
        most = server.settings().maxMemory();
        needsAccessTimes = most > 0 && policy().needsAccessTimes();
    }

    /** Returns the bytes that count. */
    long used() {
        long used = server.engine().store().bytes();
        if (used > peak.get()) {
            peak.accumulateAndGet(used, Math::max);
        }
        return used;
    }

    /** Returns the most bytes that anybody has seen so far. */
    long peak() {
        return peak.get();
    }

    private EvictionPolicy policy() {
        return EvictionPolicy.of(server.settings().text("maxmemory-policy"));
    }

    /** Returns when keys were used. */
    AccessTimes times() {
        return times;
    }

    /** Whether somebody has to note when keys are used. */
    boolean needsAccessTimes() {
        return needsAccessTimes;
    }

    /** Removes keys if the limit is exceeded. Returns whether it is kept then. */
    boolean makeRoom() {
        long limit = most;
        if (limit == 0 || used() <= limit) {
            return true;
        }
        EvictionPolicy policy = policy();
        return policy != EvictionPolicy.NOEVICTION
                && evict(policy, server.settings().evictionSamples(), limit);
    }

    private synchronized boolean evict(EvictionPolicy policy, int samples, long limit) {
        try {
            for (int i = 0; i < MOST_EVICTIONS && used() > limit; i++) {
                Evictor.Candidate evicted = server.engine().evict(evictor, policy, samples);
                if (evicted == null) {
                    return false;
                }
                server.stats().evictedKeys.increment();
                server.notifications().evicted(evicted.database(), evicted.key());
                server.tracking().changed(List.of(new Touch(0, evicted.key())));
            }
        } catch (NotDurableException e) {
            LOGGER.log(Level.DEBUG, "no key can be removed while the log takes no writes", e);
        }
        return used() <= limit;
    }
}
