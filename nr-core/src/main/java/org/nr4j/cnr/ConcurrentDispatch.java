package org.nr4j.cnr;

import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;

/**
 * What a structure implements to be replicated over several logs. The methods are those of {@link Dispatch}; what is different is that operations of <em>different</em> logs may run on one instance at the same time.
 *
 * <p>Which logs an operation belongs to, the {@link LogMapper} says. The library sees to it that a write runs alone among all operations that share a log with it, on each instance, and that all instances see the writes of one log in the same order.
 * Operations that share no log run in any order and at once.
 *
 * @param <R> the operations that read
 * @param <W> the operations that write
 * @param <A> what they answer; may be nullable
 * @implSpec As for {@link Dispatch}, and:
 *     <ul>
 *       <li>Operations that have no log in common <b>commute</b>: in whatever order they run, they answer the same and leave the same state. So what a write changes, and what an operation looks at, belongs to a log of the operation.
 *       <li>Operations that have no log in common may run <b>at the same time</b>: what they share inside the structure is safe for that. A structure made of parts, one a log, shares nothing and needs no care; one that is concurrent by itself, such as a
 *           {@code ConcurrentHashMap}, takes care already.
 *       <li>{@link #dispatchMutAll} is not called.
 *     </ul>
 */
public interface ConcurrentDispatch<R, W, A extends @Nullable Object> extends Dispatch<R, W, A> {}
