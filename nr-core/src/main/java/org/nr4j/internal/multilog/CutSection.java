package org.nr4j.internal.multilog;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.replica.Replica;

/**
 * Work of one thread inside several logs of a replica, as a reader. The thread enters the logs in order, each inside
 * the one before. So it leaves each of them as {@link ReplicaLock#tryRead} does, whatever error comes.
 */
final class CutSection<T extends @Nullable Object> implements Dispatch<Supplier<? extends T>, Object, T> {
    private final Replica<?, ?, ?>[] lanes;
    private final @Nullable Backoff backoff;
    private final long threadId;
    private int entered;

    /**
     * A section that was not run.
     *
     * @param backoff how to wait for a log that keeps readers out, unless it is retired; null to give up instead
     */
    CutSection(Replica<?, ?, ?>[] lanes, @Nullable Backoff backoff, long threadId) {
        this.lanes = lanes;
        this.backoff = backoff;
        this.threadId = threadId;
    }

    /** Enters the logs that are left and works. {@linkplain ReplicaLock#isRefused Refused} if one keeps readers out. */
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

    /** Whether it is this log that keeps readers out, and none behind it. */
    private boolean isRefusing(int log) {
        return entered == log + 1;
    }

    /** For one who was refused: the log that keeps readers out. */
    Replica<?, ?, ?> refusing() {
        return lanes[entered - 1];
    }

    @Override
    public T dispatchMut(Object op) {
        throw new UnsupportedOperationException("a reader must not write");
    }
}
