package org.nr4j;

import org.jspecify.annotations.Nullable;

/**
 * The contract of a sequential structure that is to be replicated: one method for reads and one for writes.
 *
 * <p>The structure is plain, single-threaded code. The library builds one instance for each replica:
 *
 * <ul>
 *   <li>It calls {@link #dispatchMut} on every replica for every write, in the same order on each, one write at a time.
 *   <li>It calls {@link #dispatch} on one replica for each read. Several threads may read one replica at once.
 *   <li>It never runs a read beside a write, except a read that {@link #isOptimistic} allows.
 * </ul>
 *
 * @param <R> the operations that read
 * @param <W> the operations that write
 * @param <A> the type of the answers; may be nullable
 * @implSpec
 *     <ul>
 *       <li>{@code dispatchMut} is <b>deterministic</b>. The same operations in the same order give the same state and
 *           the same answers on every instance. So it reads no clock, draws no random number and does not depend on
 *           identity hash codes. Such inputs travel in the operation.
 *       <li>A write operation is immutable once it is submitted, with everything it refers to. All replicas share it.
 *       <li>{@code dispatch} changes nothing, not even a cache or an access order.
 *       <li>An answer is not a view of the structure. A later write would change it while the caller reads it.
 *       <li>Neither method calls the instance that it belongs to. Such a call gets an {@link IllegalStateException}.
 *       <li>Neither method should block. Meanwhile, the other threads of the replica wait. Once the log is full, the
 *           writers of all replicas wait.
 *       <li>An exception of {@code dispatchMut} is the answer to that operation: the operation's caller gets it thrown.
 *           The other operations go on. Throw before changing anything, or leave the same partial change on every
 *           replica.
 *     </ul>
 */
public interface Dispatch<R, W, A extends @Nullable Object> {

    /**
     * Answers a read.
     *
     * @param op the operation, never null
     * @return the answer
     */
    A dispatch(R op);

    /**
     * Applies a write and answers it.
     *
     * @param op the operation, never null
     * @return the answer
     */
    A dispatchMut(W op);

    /**
     * Returns whether a read may run <b>optimistically</b>: beside a write, without a mark for which a writer waits. If
     * a write ran meanwhile, the library discards the answer and reads again.
     *
     * <p>An optimistic read saves one or two atomic instructions. No writer waits for a reader that the scheduler has
     * stopped.
     *
     * <p>Such a read may see the structure in the middle of any change. It may see values in another order than they
     * were written. So {@link #dispatch} must keep these rules for it:
     *
     * <ul>
     *   <li>It ends soon. So it follows no links that a write can leave in a circle.
     *   <li>It allocates nothing whose size it reads from the structure.
     *   <li>It only reads, and calls nothing that does more. The library may notice a call to the instance late: only
     *       with several replicas or logs, or when it reads again.
     *   <li><b>It touches no memory that a write, or {@code close()} of the structure, frees.</b>
     * </ul>
     *
     * <p>It may throw anything. The library discards the exception with the answer.
     *
     * @param op the operation, never null
     * @return whether the read may run optimistically; false by default. The result is the same whenever the operation
     *     is the same, and depends on nothing that a write changes
     */
    default boolean isOptimistic(R op) {
        return false;
    }

    /**
     * Applies a run of writes, in order.
     *
     * @param batch the operations; take an operation, apply it and answer it before taking the next
     * @implSpec The default calls {@link #dispatchMut} for each operation. A class can override it with the same loop.
     *     Then the JIT can inline that class's {@code dispatchMut}, also where several {@code Dispatch} classes are in
     *     use. A class can also do work once a batch. If the method throws, the exception is the answer to the
     *     operation taken last. The library then calls the method again for the operations after it.
     */
    default void dispatchMutAll(WriteBatch<W, A> batch) {
        while (batch.hasNext()) {
            batch.answer(dispatchMut(batch.next()));
        }
    }
}
