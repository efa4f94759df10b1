package org.nr4j.kv.internal.durable;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogIndexes;
import org.nr4j.kv.durable.NotDurableException;

/**
 * How far the log on disk has come, and whether it takes writes. The log's thread changes it; any thread reads it and
 * may wait for it.
 */
final class CommitState {
    /** A waiting thread looks again after this time, in case nobody wakes it: the log's thread may have ended. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final String NEXT_STEP = "; close the store, mend the disk, and open the store again";

    /** The writes that are on the disk. Volatile: a thread that sees it may tell others of these writes. */
    private volatile LogIndexes durable;

    /** The failure that ended the log, or null. Set once. */
    private volatile @Nullable Throwable failure;

    /** Whether the disk has less room than the options ask for. */
    private volatile boolean full;

    /** Readers that wait. A reader adds itself and then looks; the log's thread advances and then looks here. */
    private final Queue<Thread> readers = new ConcurrentLinkedQueue<>();

    /** Those that wait without a thread. One is added and then looks; the log's thread advances and then looks here. */
    private final Queue<Promise> promises = new ConcurrentLinkedQueue<>();

    private final long lookNanos;

    /** A future that completes once some writes are on the disk. */
    private record Promise(LogIndexes writes, CompletableFuture<@Nullable Void> future) {}

    CommitState(LogIndexes durable) {
        this(durable, LOOK_NANOS);
    }

    /** Creates a state whose waiting threads look again after another time, in nanoseconds. */
    CommitState(LogIndexes durable, long lookNanos) {
        this.durable = durable;
        this.lookNanos = lookNanos;
    }

    // ---- for the log's thread ----

    void advance(LogIndexes to) {
        durable = to;
        for (Thread reader = readers.poll(); reader != null; reader = readers.poll()) {
            LockSupport.unpark(reader);
        }
        completePromises();
    }

    void fail(Throwable thrown) {
        Throwable cause = thrown.getCause();
        if (failure == null) {
            failure = thrown instanceof CompletionException && cause != null ? cause : thrown;
        }
        completePromises();
    }

    void setFull(boolean full) {
        this.full = full;
    }

    boolean isFull() {
        return full;
    }

    LogIndexes durable() {
        return durable;
    }

    @Nullable
    Throwable failure() {
        return failure;
    }

    // ---- for writers and readers ----

    /** Throws unless the log takes writes. */
    void requireWritable() {
        if (failure != null || full) {
            throw notWritable();
        }
    }

    /** Throws if the log has failed. */
    void requireIntact() {
        if (failure != null) {
            throw notDurable();
        }
    }

    /** Returns the exception for a write that the log does not take. */
    NotDurableException notWritable() {
        Throwable cause = failure;
        if (cause != null) {
            return new NotDurableException(
                    "a durable store must have a log that works to be written: failed=true; see the cause; nothing "
                            + "was changed" + NEXT_STEP,
                    /* applied= */ false,
                    /* forGood= */ true,
                    cause);
        }
        return new NotDurableException(
                "a durable store must have room on its disk to be written: full=true; nothing was changed; free some "
                        + "space, and try again",
                /* applied= */ false,
                /* forGood= */ false,
                null);
    }

    /** Waits until a write of the calling thread is on the disk. */
    void await(AwaitedWrite write) {
        await(write::isDurable);
        if (!write.isDurable()) {
            throw notDurable();
        }
    }

    /** Throws unless the disk has these writes. */
    void requireDurable(LogIndexes written) {
        if (!isDurable(written)) {
            throw notDurable();
        }
    }

    private NotDurableException notDurable() {
        return new NotDurableException(
                "a write must be on the disk before it returns: applied=true; the log failed, see the cause; the write "
                        + "may be lost" + NEXT_STEP,
                /* applied= */ true,
                /* forGood= */ true,
                failure);
    }

    /**
     * Waits until some writes are on the disk, which the calling thread has read. Returns if the log has failed: reads
     * go on.
     */
    void await(LogIndexes seen) {
        if (!isDurable(seen)) {
            await(() -> {
                readers.add(Thread.currentThread());
                return isDurable(seen);
            });
        }
    }

    /**
     * Returns a future that completes once some writes are on the disk, or with a {@link NotDurableException} if the
     * log failed before it had them.
     */
    CompletableFuture<@Nullable Void> whenDurable(LogIndexes writes) {
        CompletableFuture<@Nullable Void> future = new CompletableFuture<>();
        promises.add(new Promise(writes, future));
        completePromises();
        return future;
    }

    private void completePromises() {
        promises.removeIf(this::complete);
    }

    /** Completes a future if its writes are on the disk, or never will be. Returns whether it is complete. */
    private boolean complete(Promise promise) {
        Throwable cause = failure; // read first: what was on the disk before the failure is
        if (isDurable(promise.writes)) {
            promise.future.complete(null);
        } else if (cause != null) {
            promise.future.completeExceptionally(notDurable());
        }
        return promise.future.isDone();
    }

    boolean isDurable(LogIndexes seen) {
        LogIndexes durable = this.durable;
        for (int log = 0; log < seen.logs(); log++) {
            if (durable.of(log) < seen.of(log)) {
                return false;
            }
        }
        return true;
    }

    /** Waits for a condition or a failure. Keeps the thread's interrupt for its owner. */
    private void await(BooleanSupplier condition) {
        boolean interrupted = false;
        while (!condition.getAsBoolean() && failure == null) {
            LockSupport.parkNanos(this, lookNanos);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
