package org.nr4j.internal.multilog;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.replica.Replica;

/**
 * Work of one thread as a reader inside several logs of a replica. The thread enters the logs in order, and each call
 * is nested in the one before. So the thread leaves each log as {@link ReplicaLock#tryRead} does, whatever error comes.
 */
final class CutSection<T extends @Nullable Object> implements Dispatch<Supplier<? extends T>, Object, T> {
    private final Replica<?, ?, ?>[] lanes;
    private final @Nullable Backoff backoff;
    private final long threadId;
    private int entered;

    /**
     * Creates a section, for one run.
     *
     * @param backoff how to wait for a log that keeps readers out, unless it is retired; null to give up instead
     */
    CutSection(Replica<?, ?, ?>[] lanes, @Nullable Backoff backoff, long threadId) {
        this.lanes = lanes;
        this.backoff = backoff;
        this.threadId = threadId;
    }

    /**
     * Enters the remaining logs, then runs the work. {@linkplain ReplicaLock#isRefused Refused} if a log keeps readers
     * out.
     */
    @Override
    public T dispatch(Supplier<? extends T> work) {
        int log = entered;
        if (log == lanes.length) {
            return work.get();
        }
        T result = enter(log, work);
        while (backoff != null && ReplicaLock.isRefused(result) && isRefusing(log) && !lanes[log].isRetired()) {
            lanes[log].awaitReadable(backoff);
            result = enter(log, work);
        }
        return result;
    }

    private T enter(int log, Supplier<? extends T> work) {
        entered = log + 1;
        return lanes[log].tryInside(this, work, threadId);
    }

    /** Whether this log keeps readers out, and not a later one. */
    private boolean isRefusing(int log) {
        return entered == log + 1;
    }

    /** Returns the replica's part for the log that keeps readers out. Call this after a refusal. */
    Replica<?, ?, ?> refusing() {
        return lanes[entered - 1];
    }

    @Override
    public T dispatchMut(Object op) {
        throw new UnsupportedOperationException("a reader must not write");
    }
}
