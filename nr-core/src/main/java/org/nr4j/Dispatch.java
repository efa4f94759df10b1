package org.nr4j;

import org.jspecify.annotations.Nullable;

/**
 * What a structure implements to be replicated: one method for operations that only read, one for those that change it.
 *
 * <p>The structure itself is plain and single-threaded. The library builds one instance a replica, calls {@link #dispatchMut} on each replica for
 * every write, in the same order, one at a time and never beside a read (but for one that {@linkplain #isOptimistic asks for it}), and {@link #dispatch} on one replica for each read,
 * from several threads at once.
 *
 * @param <R> the operations that read
 * @param <W> the operations that write
 * @param <A> what they answer; may be nullable
 * @implSpec
 *     <ul>
 *       <li>{@code dispatchMut} is <b>deterministic</b>: the same operations in the same order give the same state and the same answers
 *           on every instance. So it reads no clock, draws no random number, and does not depend on identity hash codes; such inputs travel in the operation.
 *       <li>Write operations, and all they reach, are not changed once submitted: all replicas share them.
 *       <li>{@code dispatch} changes nothing, not even a cache or an access order: several threads run it on one instance at once.
 *       <li>An answer must not be a view of the structure's inside, which later writes would change under its reader.
 *       <li>Neither method calls back into the instance it belongs to (that gets an {@link IllegalStateException}), and neither should block: while it does,
 *           the other threads of the replica wait, and when the log is full those of all replicas.
 *       <li>What {@code dispatchMut} throws is the answer to that operation: its caller gets it thrown, the others go on. Throw before changing
 *           anything, or leave the same partial change on every replica.
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
     * Whether a read may be tried <b>optimistically</b>: beside a write, without a trace that a writer would have to wait for; if there was a write, the answer is thrown away and the read done again, after it. That makes a short read
     * cheaper by an atomic instruction or two, and lets no write wait for a reader that the scheduler has stopped.
     *
     * <p>Such a read may find the structure in the middle of any change, and values that were written in another order than the code says. It is for the structure to see to it that {@link #dispatch} then
     *
     * <ul>
     *   <li>comes to an end soon: it follows no links that a write could tie to a circle and leave so, and takes no length for granted that it found and is about to allocate;
     *   <li>does nothing but read, and calls nothing that does more. A call back into the instance, which other operations are refused at once, is noticed here only if there are several replicas or logs, or when the read is done again;
     *   <li>touches no memory that a write gives back to the operating system.
     * </ul>
     *
     * It may throw anything, which is thrown away with the answer.
     *
     * @param op the operation, never null
     * @return whether it may; by default it may not. The same for the same operation, and decided without a look at what writes change
     */
    default boolean isOptimistic(R op) {
        return false;
    }

    /**
     * Applies a run of writes, in order.
     *
     * @param batch the operations; take each, apply it, and answer it before taking the next
     * @implSpec The default calls {@link #dispatchMut} for each. A class can override it with the very same loop, which lets the compiler inline its own
     *     {@code dispatchMut} where several {@code Dispatch} classes are in use, or do work once a batch instead of once an operation. When the method throws, the operation taken
     *     last is answered with what it threw, and the method is called again for those after it.
     */
    default void dispatchMutAll(WriteBatch<W, A> batch) {
        while (batch.hasNext()) {
            batch.answer(dispatchMut(batch.next()));
        }
    }
}
