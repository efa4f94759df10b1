package org.nr4j.internal.combine;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.log.LogEntry;

/** The writes that one combiner collected in one round, and the requests they came with. */
/*
 * The requests belong to the holder of the origin's lock. Once the origin is quarantined they are left to the others
 * (release, orphan). Then they belong to whoever sees that (acquire, isOrphan) and takes them (getAndSet,
 * takeRequests).
 */
public final class Batch extends LogEntry {
    /** Where nobody waits for an answer. */
    public static final Request[] NO_REQUESTS = {};

    private static final VarHandle REQUESTS = handle("requests", Request[].class);
    private static final VarHandle ORPHANED = handle("orphaned", boolean.class);

    private static VarHandle handle(String field, Class<?> type) {
        return ConstantBootstraps.fieldVarHandle(MethodHandles.lookup(), field, VarHandle.class, Batch.class, type);
    }

    /** Whose combiner collected it. There, and only there, the answers are delivered; compared by reference. */
    public final Object origin;

    /** For each operation the request it came with, null once that is answered. */
    public @Nullable Request[] requests;

    /** The next batch that the same replica left unanswered when it was quarantined. */
    public @Nullable Batch nextOrphan;

    @SuppressWarnings("UnusedVariable") // accessed through ORPHANED
    private boolean orphaned;

    /** A batch; {@code requests} is as long as {@code ops}. */
    public Batch(Object origin, Object[] ops, @Nullable Request[] requests) {
        super(ops);
        this.origin = origin;
        this.requests = requests;
    }

    /** For the holder of the origin's lock, which is quarantined: leaves the requests to others. */
    public void orphan() {
        ORPHANED.setRelease(this, true);
    }

    /** Whether the origin is quarantined and the requests may be taken. Acquire: which of them are answered. */
    public boolean isOrphan() {
        return (boolean) ORPHANED.getAcquire(this);
    }

    /** Takes the requests of an orphan, which are then the caller's to answer. Nobody gets them twice. */
    public @Nullable Request[] takeRequests() {
        return (@Nullable Request[]) REQUESTS.getAndSet(this, NO_REQUESTS);
    }

    /** Puts back requests that were taken. Those that are null have their answers. */
    public void putBack(@Nullable Request[] requests) {
        REQUESTS.setVolatile(this, requests);
    }

    /** Wakes those who wait for an answer and sleep. They look at everything anew. */
    void wakeWaiters() {
        for (Request request : requests) {
            if (request != null) {
                request.wakeIfParked();
            }
        }
    }

    /** Lets go of the requests too, which are answered unless this is an orphan. */
    @Override
    public void clear() {
        super.clear();
        if (!isOrphan()) {
            requests = NO_REQUESTS;
        }
    }
}
