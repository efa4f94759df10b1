package org.nr4j.internal;

import java.lang.System.Logger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.WriteBatch;

/**
 * Walks a {@link Dispatch} through a run of operations and hands each answer to the request it belongs to. One a replica, used under the replica's lock.
 */
final class BatchCursor<W, A extends @Nullable Object> implements WriteBatch<W, A> {
    private static final Logger LOGGER = System.getLogger(BatchCursor.class.getName());
    private static final Object[] NONE = {};

    private Object[] ops = NONE;
    private @Nullable Request[] requests = LogEntry.NOBODY;
    private int next;
    private boolean taken;
    private boolean warned;
    private @Nullable Request answered;

    /**
     * Applies all operations. What user code throws becomes the answer of the operation it was working on.
     *
     * @param requests who asked for each operation, null where nobody waits for the answer; or of length 0
     * @throws VirtualMachineError as it comes: then nobody knows what was done; the requests answered before are null now
     */
    void apply(Dispatch<?, W, A> dispatch, Object[] ops, @Nullable Request[] requests) {
        this.ops = ops;
        this.requests = requests;
        this.next = 0;
        this.taken = false;
        try {
            while (hasNext()) {
                applyUntilThrown(dispatch);
            }
        } catch (VirtualMachineError e) {
            forgetAnswered();
            throw e;
        }
        this.ops = NONE;
        this.requests = LogEntry.NOBODY;
    }

    private void applyUntilThrown(Dispatch<?, W, A> dispatch) {
        int before = next;
        try {
            dispatch.dispatchMutAll(this);
            if (taken || next == before) {
                fail(new IllegalStateException(
                        "dispatchMutAll must take and answer every operation of its batch: answered="
                                + (taken ? next - 1 : next) + " of=" + ops.length
                                + "; call answer after each next until hasNext is false"));
            }
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            fail(e);
        }
    }

    /** The requests, linked, that were answered since the last call: those whose threads sleep are to be woken once the lock is left. */
    @Nullable
    Request takeAnswered() {
        Request requests = answered;
        answered = null;
        return requests;
    }

    /** Wakes those who wait for an answer of a run that {@link #apply} did not get through. */
    void wakeUnanswered() {
        for (Request request : requests) {
            if (request != null) {
                request.wakeIfParked();
            }
        }
    }

    private void forgetAnswered() {
        if (requests.length > 0) {
            Arrays.fill(requests, 0, taken ? next - 1 : next, null);
        }
    }

    @Override
    public boolean hasNext() {
        return next < ops.length || taken;
    }

    @Override
    @SuppressWarnings("unchecked")
    public W next() {
        if (taken || next == ops.length) {
            throw new IllegalStateException(
                    "next must be called once for each operation, after the one before was answered: taken=" + next
                            + " of=" + ops.length + " lastAnswered=" + !taken);
        }
        taken = true;
        return (W) ops[next++];
    }

    @Override
    public void answer(A answer) {
        if (!taken) {
            throw new IllegalStateException(
                    "answer must be called once after each next: taken=" + next + " of=" + ops.length);
        }
        deliver(answer, null);
    }

    /**
     * Answers the operation in hand, or the next one if none is, so that a batch always comes to its end. What is thrown after the last answer has nobody to go to and is logged, once.
     */
    private void fail(Throwable failure) {
        if (!hasNext()) {
            warnOnce(failure);
            return;
        }
        if (!taken) {
            next();
        }
        deliver(null, failure);
    }

    private void warnOnce(Throwable failure) {
        if (!warned) {
            warned = true;
            LOGGER.log(
                    Logger.Level.WARNING,
                    "dispatchMutAll must not throw after its last answer; all answers stand, and this is not logged again for this replica",
                    failure);
        }
    }

    private void deliver(@Nullable Object answer, @Nullable Throwable failure) {
        if (requests.length > 0) {
            Request request = requests[next - 1];
            if (request != null && request.answer(answer, failure)) {
                request.next = answered;
                answered = request;
            }
        }
        taken = false; // last: an error on the way leaves the operation unanswered
    }
}
