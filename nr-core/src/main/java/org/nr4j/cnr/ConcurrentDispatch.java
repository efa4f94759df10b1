package org.nr4j.cnr;

import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;

/**
 * The contract of a structure that is replicated over several logs. Its methods are those of {@link Dispatch}, but
 * operations of <em>different</em> logs may run on one instance at the same time.
 *
 * <p>The {@link LogMapper} says which logs an operation belongs to. On each instance, the library runs a write alone
 * among all operations that share a log with it. All instances apply the writes of one log in the same order.
 * Operations that share no log run in any order, and in parallel.
 *
 * @param <R> the operations that read
 * @param <W> the operations that write
 * @param <A> what the operations answer; may be nullable
 * @implSpec As for {@link Dispatch}, and:
 *     <ul>
 *       <li>Operations that share no log <b>commute</b>: in any order they give the same answers and leave the same
 *           state. So the state that an operation reads or changes belongs to one of its logs.
 *       <li>Operations that share no log may run <b>in parallel</b>: the state they share inside the structure must be
 *           thread-safe. A structure with one part for each log shares nothing. A structure that is concurrent by
 *           itself, such as a {@code ConcurrentHashMap}, is thread-safe already.
 *       <li>{@link #dispatchMutAll} is not called.
 *     </ul>
 */
public interface ConcurrentDispatch<R, W, A extends @Nullable Object> extends Dispatch<R, W, A> {}
