package org.nr4j.internal.multilog;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.combine.Failures;
import org.nr4j.internal.combine.Responses;

/**
 * A multi-log operation: a write, an atomic batch of writes, or a read that belongs to several logs. It has an entry in
 * each of its logs. On each replica the logs meet at these entries, and the operation is applied once there: see
 * {@link LogMeeting#meet}.
 */
/*
 * missing[r]  How many logs have not arrived on replica r; DONE once the operation is applied there. Volatile: an
 *             arrival publishes what that log's operations did to the structure. The last log to arrive sees all of
 *             that, applies the operation, and by DONE publishes its effect to the waiting threads.
 * origin, missing, positions
 *             The publisher writes them before `state` (volatile), and other threads read them after `state`. A thread
 *             that comes to an entry reads the first two without `state`: the log publishes them to it.
 * answered    Set before DONE; the submitter reads it after DONE. The answer of the origin counts. The answer of
 *             another replica is there in case the origin breaks.
 */
public final class MultiLogOperation {
    private static final int DONE = -1;

    /** Stands for no replica. */
    private static final int NOWHERE = -1;

    private enum State {
        /** Not yet in all of its logs. */
        COMING,
        /** In all of its logs. */
        PUBLISHED,
        /** Not in all of its logs, and never will be. No replica applies it. */
        CANCELLED
    }

    private record Answered(Responses answers, Thread by) {}

    /** The writes, in order; for a read, the function to call at its moment. */
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

    /** Creates a mark. Once published, it marks a moment in these logs (ascending) for a follower. */
    static MultiLogOperation mark(int[] logs) {
        return new MultiLogOperation(new Object[0], /* readOnly= */ true, logs);
    }

    /**
     * Prepares the operation. The publisher calls this before it appends the first entry.
     *
     * @param replica the number of the replica that answers; no other replica applies a read
     * @param replicas one more than the highest number of a replica
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

    /** Sets the index of the entry in the {@code i}th log. For the publisher. */
    void setPosition(int i, long index) {
        positions[i] = index;
    }

    /** Returns the index of the entry in the {@code i}th log. Valid once the operation {@link #isPublished}. */
    long position(int i) {
        return positions[i];
    }

    /** Declares that the operation is in all of its logs. For the publisher. */
    void setPublished() {
        state = State.PUBLISHED;
    }

    /** Cancels the operation: logs pass its entries. For a publisher that cannot append them all. */
    void cancel() {
        state = State.CANCELLED;
    }

    boolean isPublished() {
        return state == State.PUBLISHED;
    }

    boolean isCancelled() {
        return state == State.CANCELLED;
    }

    /** Whether that replica applies the operation. */
    boolean concerns(int replica) {
        return !readOnly || replica == origin;
    }

    /**
     * Arrives with one log on a replica. Returns true if all the other logs have arrived. For the holder of that log's
     * lock, when this operation is the log's next entry. Called once for each log.
     */
    boolean arrive(int replica) {
        return missing.decrementAndGet(replica) == 0;
    }

    boolean isDone(int replica) {
        return missing.get(replica) == DONE;
    }

    /**
     * Applies the operation on a replica. The caller keeps all other threads out of the operation's logs on that
     * replica.
     *
     * @param apply applies one of the operations
     * @throws VirtualMachineError if a write throws it. The state of the structure is then unknown
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
     * Applies the operation and returns the answers. The conditions are those of {@link #applyTo}. A single replica has
     * no log, and needs only this method.
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

    /** Returns the answers, for the submitter. Returns null if no replica has applied the operation. */
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
