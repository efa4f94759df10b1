package org.nr4j.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A request of several operations, which are one step: an atomic batch. */
final class BatchRequest extends Request {
    private final Object[] ops;
    private final Answers answers;

    /** A request of the calling thread. */
    BatchRequest(Object[] ops) {
        super(/* op= */ null);
        this.ops = ops;
        this.answers = new Answers(ops.length);
    }

    @Override
    int size() {
        return ops.length;
    }

    @Override
    void putInto(Object[] ops, @Nullable Request[] requests, int start) {
        System.arraycopy(this.ops, 0, ops, start, size());
        Arrays.fill(requests, start, start + size(), this);
    }

    @Override
    boolean answer(@Nullable Object value, @Nullable Throwable failure) {
        answers.add(value, failure);
        return answers.isComplete();
    }

    /** For the waiter, once it {@link #isDone}: what the operations were answered. */
    Answers answers() {
        return answers;
    }
}
