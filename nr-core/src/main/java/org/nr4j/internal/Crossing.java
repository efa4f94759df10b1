package org.nr4j.internal;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;

/**
 * An operation of several logs: a write, an atomic batch of writes, or a read. An entry in each of these logs stands for it. On each replica the logs meet at these entries, and there the operation is applied, once ({@link ManyLogs#meet}).
 */
/*
 * missing[r]  how many logs have not arrived on replica r; DONE once the operation was applied there. Volatile: an arrival publishes what that log's operations did to the structure; the last one to arrive sees all of
 *             that, applies, and publishes it by DONE to those who wait.
 * positions   written by the publisher before `published` (volatile), read after it.
 * answers     written on the origin's replica before DONE, read by the submitter after it.
 */
final class Crossing {
    private static final int DONE = -1;

    /** The operations, in order. */
    final Object[] ops;

    final boolean readOnly;

    /** The logs, ascending. */
    final int[] logs;

    /** The number of the replica that answers; a read is applied nowhere else. */
    final int origin;

    private final Answers answers;
    private final long[] positions;
    private final AtomicIntegerArray missing;
    private volatile boolean published;
    private volatile @Nullable Thread answeredBy;

    Crossing(Object[] ops, boolean readOnly, int[] logs, int origin, int replicas) {
        this.ops = ops;
        this.readOnly = readOnly;
        this.logs = logs;
        this.origin = origin;
        this.answers = new Answers(ops.length);
        this.positions = new long[logs.length];
        this.missing = new AtomicIntegerArray(replicas);
        for (int replica = 0; replica < replicas; replica++) {
            missing.set(replica, logs.length);
        }
    }

    /** For the publisher: it is in its {@code i}th log, there. */
    void setPosition(int i, long index) {
        positions[i] = index;
    }

    /** Its place in its {@code i}th log; once it {@link #isPublished}. */
    long position(int i) {
        return positions[i];
    }

    /** For the publisher: it is in all of its logs. */
    void setPublished() {
        published = true;
    }

    boolean isPublished() {
        return published;
    }

    /** Whether it does something on that replica. */
    boolean concerns(int replica) {
        return !readOnly || replica == origin;
    }

    /** For the holder of the lock of one of the logs on that replica, whose next entry this is; true if all the others have arrived. Once a log. */
    boolean arrive(int replica) {
        return missing.decrementAndGet(replica) == 0;
    }

    boolean isDone(int replica) {
        return missing.get(replica) == DONE;
    }

    /**
     * Applies it, for one who keeps all others out of its logs on that replica.
     *
     * @throws VirtualMachineError as it comes from a write: then nobody knows what was done
     */
    @SuppressWarnings("unchecked")
    <R, W> void applyTo(Dispatch<R, W, ?> structure, int replica) {
        for (Object op : ops) {
            Object answer = null;
            Throwable failure = null;
            try {
                answer = readOnly ? structure.dispatch((R) op) : structure.dispatchMut((W) op);
            } catch (Throwable e) {
                if (!readOnly && e instanceof VirtualMachineError error) {
                    throw error;
                }
                failure = e;
            }
            if (replica == origin) {
                answers.add(answer, failure);
            }
        }
        if (replica == origin) {
            answeredBy = Thread.currentThread();
        }
        missing.set(replica, DONE);
    }

    /** What it was answered, for its submitter; once it {@link #isDone} at its origin. */
    Answers answers() {
        if (answeredBy != Thread.currentThread()) {
            Failures.attachCaller(answers);
        }
        return answers;
    }
}
