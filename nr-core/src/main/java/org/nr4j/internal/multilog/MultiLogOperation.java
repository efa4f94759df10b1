package org.nr4j.internal.multilog;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.combine.Failures;
import org.nr4j.internal.combine.Responses;

/**
 * An operation of several logs: a write, an atomic batch of writes, or a read. An entry in each of these logs stands
 * for it. On each replica the logs meet at these entries, and there the operation is applied, once: see
 * {@link LogMeeting#meet}.
 */
/*
 * missing[r]  How many logs have not arrived on replica r; DONE once the operation was applied there. Volatile: an
 *             arrival publishes what that log's operations did to the structure. The last one to arrive sees all of
 *             that, applies the operation, and publishes its effect by DONE to those who wait.
 * origin, missing, positions
 *             Written by the publisher before `state` (volatile), read after it. Whoever comes to an entry reads the
 *             first two as well: the log publishes them to it.
 * answered    Set before DONE, read by the submitter after it. The answer of the origin counts; the answer of another
 *             replica is there in case the origin breaks.
 */
public final class MultiLogOperation {
    private static final int DONE = -1;

    /** Instead of a replica. */
    private static final int NOWHERE = -1;

    private enum State {
        /** Not yet in all of its logs. */
        COMING,
        /** In all of its logs. */
        PUBLISHED,
        /** Not in all of its logs, nor ever to be: nobody applies it. */
        CANCELLED
    }

    private record Answered(Responses answers, Thread by) {}

    /** The operations that write, in order; or what is to be done at the moment of a read. */
    final Object[] ops;

    public final boolean readOnly;

    /** The logs, ascending. */
    final int[] logs;

    private final long[] positions;
    private final AtomicReference<@Nullable Answered> answered = new AtomicReference<>();
    private AtomicIntegerArray missing = new AtomicIntegerArray(0);
    private int origin = NOWHERE;
    private volatile State state = State.COMING;

    MultiLogOperation(Object[] ops, boolean readOnly, int[] logs) {
        this.ops = ops;
        this.readOnly = readOnly;
        this.logs = logs;
        this.positions = new long[logs.length];
    }

    /** Marks a moment in these logs (ascending), for one who follows the logs; once published. */
    static MultiLogOperation mark(int[] logs) {
        return new MultiLogOperation(new Object[0], /* readOnly= */ true, logs);
    }

    /**
     * For the publisher, before the first entry.
     *
     * @param replica the number of the replica that answers; a read is applied nowhere else
     * @param replicas the number of the first replica that there is not
     */
    void begin(int replica, int replicas) {
        origin = replica;
        missing = new AtomicIntegerArray(replicas);
        for (int i = 0; i < replicas; i++) {
            missing.set(i, logs.length);
        }
    }

    /** The number of the replica that answers. */
    int origin() {
        return origin;
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
        state = State.PUBLISHED;
    }

    /** For the publisher, who cannot go on: those who come to its entries are to pass. */
    void cancel() {
        state = State.CANCELLED;
    }

    boolean isPublished() {
        return state == State.PUBLISHED;
    }

    boolean isCancelled() {
        return state == State.CANCELLED;
    }

    /** Whether it does something on that replica. */
    boolean concerns(int replica) {
        return !readOnly || replica == origin;
    }

    /**
     * For the holder of the lock of one of the logs on that replica, whose next entry this is; true if all the others
     * have arrived. Once a log.
     */
    boolean arrive(int replica) {
        return missing.decrementAndGet(replica) == 0;
    }

    boolean isDone(int replica) {
        return missing.get(replica) == DONE;
    }

    /**
     * Applies it on a replica, for one who keeps all others out of its logs there.
     *
     * @param apply what is done with each of the operations
     * @throws VirtualMachineError as it comes from a write: then nobody knows what was done
     */
    void applyTo(Function<Object, @Nullable Object> apply, int replica) {
        Answered mine = new Answered(answersOf(apply), Thread.currentThread());
        if (replica == origin) {
            answered.set(mine);
        } else {
            answered.compareAndSet(null, mine);
        }
        missing.set(replica, DONE);
    }

    /**
     * Applies it and returns the answers, for the same caller; all that is to be done with a single replica, where
     * there is no log.
     */
    Responses answersOf(Function<Object, @Nullable Object> apply) {
        Responses answers = new Responses(ops.length);
        for (Object op : ops) {
            Object answer = null;
            Throwable failure = null;
            try {
                answer = apply.apply(op);
            } catch (Throwable e) {
                if (!readOnly && e instanceof VirtualMachineError error) {
                    throw error;
                }
                failure = e;
            }
            answers.add(answer, failure);
        }
        return answers;
    }

    /** What it was answered, for its submitter; null if no replica has applied it. */
    @Nullable
    Responses answers() {
        Answered answered = this.answered.get();
        if (answered == null) {
            return null;
        }
        if (answered.by != Thread.currentThread()) {
            Failures.attachCaller(answered.answers);
        }
        return answered.answers;
    }
}
