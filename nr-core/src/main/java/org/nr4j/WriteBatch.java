package org.nr4j;

import org.jspecify.annotations.Nullable;

/**
 * A run of writes that {@link Dispatch#dispatchMutAll} applies. Valid during that call and on its thread only.
 *
 * @param <W> the operations that write
 * @param <A> what they answer
 */
public interface WriteBatch<W, A extends @Nullable Object> {

    /** Whether an operation is left to take. */
    boolean hasNext();

    /**
     * Takes the next operation.
     *
     * @throws IllegalStateException if there is none, or the one before is not answered
     */
    W next();

    /**
     * Answers the operation taken last.
     *
     * @throws IllegalStateException if it has been answered, or none was taken
     */
    void answer(A answer);
}
