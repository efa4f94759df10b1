package org.nr4j.cnr;

import org.nr4j.FollowerOptions;

/**
 * The action of a follower of several logs on the writes it receives. The follower passes each write once, and calls
 * from one thread at a time. Each call happens before the next one.
 *
 * @param <W> the operations that write
 */
@FunctionalInterface
public interface CutConsumer<W> {

    /**
     * Receives all writes since the previous cut.
     *
     * <p>After the call, the consumer has received exactly the writes that had taken effect at some moment. If it has a
     * write, it has every write that returned before that one began, whatever their logs. Inside the call there is no
     * such promise, so a consumer publishes its state at the end of a call.
     *
     * <p>The consumer may read the structure. It may write to the structure, or take a snapshot, only if its follower
     * does not {@linkplain FollowerOptions#slowWriters slow writers down}: otherwise it could wait for itself. It also
     * receives the writes that threw in {@code dispatchMut}, since these are in the logs.
     *
     * @param cut the writes, at least one
     * @throws Exception to end the follower. {@link CnrFollower#ended} completes with the exception; writers are not
     *     affected
     */
    void accept(Cut<W> cut) throws Exception;
}
