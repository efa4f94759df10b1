package org.nr4j.internal.combine;

import java.lang.System.Logger;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.WriteBatch;
import org.nr4j.internal.padding.LeftPad;

/**
 * Leads a {@link Dispatch} through a run of operations, and delivers each answer to the request of its operation. Each
 * replica has one cursor. Only the holder of the replica's lock uses it.
 */
public final class BatchCursor<W, A extends @Nullable Object> extends BatchCursorValues implements WriteBatch<W, A> {
    byte r000, r001, r002, r003, r004, r005, r006, r007, r008, r009, r010, r011, r012, r013, r014, r015;
    byte r016, r017, r018, r019, r020, r021, r022, r023, r024, r025, r026, r027, r028, r029, r030, r031;
    byte r032, r033, r034, r035, r036, r037, r038, r039, r040, r041, r042, r043, r044, r045, r046, r047;
    byte r048, r049, r050, r051, r052, r053, r054, r055, r056, r057, r058, r059, r060, r061, r062, r063;
    byte r064, r065, r066, r067, r068, r069, r070, r071, r072, r073, r074, r075, r076, r077, r078, r079;
    byte r080, r081, r082, r083, r084, r085, r086, r087, r088, r089, r090, r091, r092, r093, r094, r095;
    byte r096, r097, r098, r099, r100, r101, r102, r103, r104, r105, r106, r107, r108, r109, r110, r111;
    byte r112, r113, r114, r115, r116, r117, r118, r119, r120, r121, r122, r123, r124, r125, r126, r127;

    private static final Logger LOGGER = System.getLogger(BatchCursor.class.getName());

    /**
     * Applies all operations. If user code throws, the exception becomes the answer of the operation in progress.
     *
     * @param requests the request of each operation, null where no thread waits for the answer; or an empty array
     * @param atOnce whether to complete each request as soon as it is answered. Otherwise {@link #completeAnswered}
     *     completes the requests
     * @throws VirtualMachineError as it comes. The state of the structure is then unknown, and the elements of {@code
     *     requests} that are answered are null
     */
    public void apply(Dispatch<?, W, A> dispatch, Object[] ops, @Nullable Request[] requests, boolean atOnce) {
        this.ops = ops;
        this.atOnce = atOnce;
        this.requests = requests;
        this.next = 0;
        this.taken = false;
        try {
            while (hasNext()) {
                applyUntilThrown(dispatch);
            }
        } catch (VirtualMachineError e) {
            int answered = taken ? next - 1 : next;
            for (int i = 0; i < answered && i < requests.length; i++) { // no call: the stack may be exhausted
                requests[i] = null;
            }
            throw e;
        }
        this.ops = NONE;
        this.requests = Batch.NO_REQUESTS;
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

    /**
     * Completes the requests that are answered and not completed. Idempotent, so that it can run again after an error.
     */
    public void completeAnswered() {
        if (!uncompleted) {
            return; // does not touch completed requests: their threads use them now
        }
        for (Request request = answered; request != null; request = request.next) {
            request.complete();
        }
        uncompleted = false;
    }

    /**
     * Returns the requests that were answered since the last call, linked by {@link Request#next}. Call {@link
     * #completeAnswered} first. The caller wakes the sleeping threads of these requests after it has written the lock's
     * word.
     */
    public @Nullable Request takeAnswered() {
        Request requests = answered;
        answered = null;
        return requests;
    }

    /** Wakes the threads that sleep until they get an answer from a run that {@link #apply} did not complete. */
    public void wakeUnanswered() {
        for (Request request : requests) {
            if (request != null) {
                request.wakeIfParked();
            }
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
     * Answers the current operation with a failure. If no operation is taken, takes the next one first, so that a batch
     * always comes to its end. A failure after the last answer belongs to no operation. It is logged, once.
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
        Request complete = null;
        if (requests.length > 0) {
            Request request = requests[next - 1];
            if (request != null && request.answer(answer, failure)) {
                complete = request;
                request.next = answered;
                answered = request;
            }
        }
        taken = false; // only here: after an error before this line, the operation counts as unanswered
        if (complete != null) {
            boolean before = uncompleted;
            uncompleted = true; // first: after an error in complete, completeAnswered completes the request
            if (atOnce) {
                complete.complete();
                uncompleted = before;
            }
        }
    }
}

/** The fields between the pads: they change with each operation. */
class BatchCursorValues extends LeftPad {
    static final Object[] NONE = {};

    Object[] ops = NONE;

    @Nullable
    Request[] requests = Batch.NO_REQUESTS;

    int next;
    boolean taken;
    boolean atOnce;
    boolean warned;

    /** Whether a request in {@link #answered} is not completed. */
    boolean uncompleted;

    /** The requests that {@link BatchCursor#takeAnswered} will return, linked. */
    @Nullable
    Request answered;
}
