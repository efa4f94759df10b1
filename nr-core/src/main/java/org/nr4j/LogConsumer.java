package org.nr4j;

import java.util.List;

/**
 * The function of a follower that receives the writes: in the order of the log, each once, on one thread at a time. One
 * call happens before the next.
 *
 * @param <W> the operations that write
 */
@FunctionalInterface
public interface LogConsumer<W> {

    /**
     * Receives a run of consecutive writes.
     *
     * <ul>
     *   <li>A read that starts inside this call sees the effects of all these writes. Other reads see them at about the
     *       same time.
     *   <li>The run includes writes for which {@code dispatchMut} threw. The log has them too.
     *   <li>The consumer may read the structure.
     *   <li>A follower that {@linkplain FollowerOptions#slowWriters slows writers down} must not write, take a snapshot
     *       or change replicas here: it could wait for itself. Other followers may.
     * </ul>
     *
     * @param index the number of the first write: the number of writes before it
     * @param writes the operations, at least one, unmodifiable; the consumer may keep the list. A call never splits an
     *     atomic batch, and may hold several batches
     * @throws Exception to stop following; writers do not notice, and {@link Follower#ended} completes with it
     */
    void accept(long index, List<W> writes) throws Exception;
}
