package org.nr4j;

import java.util.List;

/**
 * What a follower does with the writes it receives: in the order of the log, each once, from one thread at a time. What one call did happens before the next call.
 *
 * @param <W> the operations that write
 */
@FunctionalInterface
public interface LogConsumer<W> {

    /**
     * Receives a run of consecutive writes. Their effects may be seen by reads at the time of the call, or soon after: a read that starts inside sees them all.
     *
     * <p>May read the structure. May write to it, take a snapshot or change replicas only if the follower does not {@linkplain FollowerOptions#slowWriters slow writers down}: it might wait for itself. Writes that threw in
     * {@code dispatchMut} are among those received, as they are in the log.
     *
     * @param index the number of the first one: how many writes came before it
     * @param writes the operations, at least one; an atomic batch is never split over two calls, though a call may hold several. Unmodifiable, and may be kept
     * @throws Exception to stop following; the writers do not notice, and {@link Follower#ended} tells
     */
    void accept(long index, List<W> writes) throws Exception;
}
