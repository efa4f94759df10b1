package org.nr4j;

import org.jspecify.annotations.Nullable;

/**
 * A run of writes that {@link Dispatch#dispatchMutAll} applies. It is valid during that call only, on the thread of
 * that call only.
 *
 * @param <W> the operations that write
 * @param <A> the type of the answers
 */
public interface WriteBatch<W, A extends @Nullable Object> {

    /** Returns whether an operation is left to take. */
    boolean hasNext();

    /**
     * Takes the next operation.
     *
     * @return the operation, which must be answered before the next one is taken
     * @throws IllegalStateException if no operation is left, or if the operation before it is not answered
     */
    W next();

    /**
     * Answers the operation taken last.
     *
     * @throws IllegalStateException if that operation is answered already, or if none was taken
     */
    void answer(A answer);
}
