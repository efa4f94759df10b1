package org.nr4j.internal.combine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A request with several operations, which are applied as one step: an atomic batch. */
public final class BatchRequest extends Request {
    private final Object[] ops;
    private final Responses answers;

    /** Creates a request of the calling thread. */
    public BatchRequest(Object[] ops) {
        super(/* op= */ null);
        this.ops = ops;
        this.answers = new Responses(ops.length);
    }

    @Override
    public int size() {
        return ops.length;
    }

    @Override
    public void putInto(Object[] ops, @Nullable Request[] requests, int start) {
        System.arraycopy(this.ops, 0, ops, start, size());
        Arrays.fill(requests, start, start + size(), this);
    }

    @Override
    public boolean answer(@Nullable Object value, @Nullable Throwable failure) {
        return answers.addNext(value, failure);
    }

    /** Returns the answers of the operations. For the waiter, once the request {@link #isDone}. */
    public Responses answers() {
        return answers;
    }
}
