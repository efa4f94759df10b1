package org.nr4j.internal.combine;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.log.LogEntry;

/** The writes that one combiner collected in one round, with the requests that they came with. */
/*
 * The requests belong to the holder of the origin's lock. When the origin is quarantined, that holder leaves them to
 * the other threads (orphan: release). They then belong to the thread that sees this (isOrphan: acquire) and takes them
 * (takeRequests: getAndSet).
 */
public final class Batch extends LogEntry {
    /** The requests of a batch for whose answers no thread waits. */
    public static final Request[] NO_REQUESTS = {};

    private static final VarHandle REQUESTS = handle("requests", Request[].class);
    private static final VarHandle ORPHANED = handle("orphaned", boolean.class);

    private static VarHandle handle(String field, Class<?> type) {
        return ConstantBootstraps.fieldVarHandle(MethodHandles.lookup(), field, VarHandle.class, Batch.class, type);
    }

    /**
     * The combiner that collected the batch; compared by reference. Only this combiner delivers the answers, unless the
     * batch is an orphan.
     */
    public final Object origin;

    /**
     * For each operation, the request that it came with. If an error ends the application of the batch, the elements of
     * the answered operations become null.
     */
    public @Nullable Request[] requests;

    /** The next batch that the same replica left unanswered when it was quarantined. */
    public @Nullable Batch nextOrphan;

    @SuppressWarnings("UnusedVariable") // accessed through ORPHANED
    private boolean orphaned;

    /** Creates a batch. {@code requests} is as long as {@code ops}. */
    public Batch(Object origin, Object[] ops, @Nullable Request[] requests) {
        super(ops);
        this.origin = origin;
        this.requests = requests;
    }

    /** Leaves the requests to other threads. For the holder of the origin's lock, when it quarantines the origin. */
    public void orphan() {
        ORPHANED.setRelease(this, true);
    }

    /**
     * Whether the origin is quarantined, so that the requests may be taken. Acquire: the caller sees which of them are
     * answered.
     */
    public boolean isOrphan() {
        return (boolean) ORPHANED.getAcquire(this);
    }

    /** Takes the requests of an orphan, which the caller must then answer. Only one thread gets them. */
    public @Nullable Request[] takeRequests() {
        return (@Nullable Request[]) REQUESTS.getAndSet(this, NO_REQUESTS);
    }

    /** Puts back requests that were taken. The elements that are null are answered. */
    public void putBack(@Nullable Request[] requests) {
        REQUESTS.setVolatile(this, requests);
    }

    /**
     * Wakes the threads that sleep until they are answered. Each of them then checks its request and the lock again.
     */
    void wakeWaiters() {
        for (Request request : requests) {
            if (request != null) {
                request.wakeIfParked();
            }
        }
    }

    /** Also drops the requests, which are answered by then. Keeps the requests of an orphan. */
    @Override
    public void clear() {
        super.clear();
        if (!isOrphan()) {
            requests = NO_REQUESTS;
        }
    }
}
