package org.nr4j.server.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.engine.StoreEngine;

/**
 * What SAVE, BGSAVE and BGREWRITEAOF do on a store with a log, and what they have done. The log has all writes in any
 * case. A save puts those on the disk that are not there yet. A rewrite replaces the log by a snapshot. For any number
 * of threads.
 */
final class Persistence {
    private static final long MILLIS = 1_000;

    private final StoreEngine engine;
    private final Task saves = new Task();
    private final Task rewrites = new Task();
    private volatile long lastSave = System.currentTimeMillis();
    private volatile long writesAtSave;
    private volatile boolean refused;

    Persistence(StoreEngine engine) {
        this.engine = engine;
        this.writesAtSave = engine.writes();
    }

    /** Something that runs in the background, one at a time. */
    static final class Task {
        private @Nullable CompletableFuture<?> current;
        private long begun;
        private volatile boolean failed;
        private volatile long lastMillis = -MILLIS;
        private final AtomicLong completed = new AtomicLong();

        /** Starts the task if it does not run. Returns null if it runs. */
        private synchronized @Nullable CompletableFuture<?> start(Supplier<CompletableFuture<?>> action) {
            if (isRunning()) {
                return null;
            }
            begun = System.currentTimeMillis();
            CompletableFuture<?> started = action.get().whenComplete(this::ended);
            current = started;
            return started;
        }

        private void ended(@Nullable Object result, @Nullable Throwable failure) {
            failed = failure != null;
            lastMillis = System.currentTimeMillis() - begun;
            if (failure == null) {
                completed.incrementAndGet();
            }
        }

        synchronized boolean isRunning() {
            return current != null && !current.isDone();
        }

        /** Returns how long the task has been running, in seconds; -1 if it does not run. */
        synchronized long runningSeconds() {
            return isRunning() ? (System.currentTimeMillis() - begun) / MILLIS : -1;
        }

        /** Returns how long the last run took, in seconds; -1 if there was none. */
        long lastSeconds() {
            return lastMillis / MILLIS;
        }

        long completed() {
            return completed.get();
        }

        String status() {
            return failed ? "err" : "ok";
        }
    }

    Task saves() {
        return saves;
    }

    Task rewrites() {
        return rewrites;
    }

    /** Puts all writes so far on the disk. Returns null if that is in progress. */
    @Nullable
    CompletableFuture<?> save() {
        long writes = engine.writes();
        return saves.start(() -> engine.persist().thenRun(() -> saved(writes)));
    }

    /** Replaces the log by a snapshot. Returns null if that is in progress. */
    @Nullable
    CompletableFuture<?> rewrite() {
        return rewrites.start(engine::rewriteLog);
    }

    private void saved(long writes) {
        lastSave = System.currentTimeMillis();
        writesAtSave = writes;
    }

    /** Notes whether the log has taken a write. */
    void wrote(boolean taken) {
        if (refused == taken) {
            refused = !taken;
        }
    }

    /** Whether the log takes writes, as far as is known: the last one says so. */
    boolean takesWrites() {
        return !refused && engine.takesWrites();
    }

    long lastSaveSeconds() {
        return lastSave / MILLIS;
    }

    /** Returns the number of writes since the last save. */
    long changes() {
        return Math.max(0, engine.writes() - writesAtSave);
    }
}
