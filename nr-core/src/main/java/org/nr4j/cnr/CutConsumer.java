package org.nr4j.cnr;

import org.nr4j.FollowerOptions;

/**
 * What a follower of several logs does with the writes it receives: each once, from one thread at a time. What one call did happens before the next call.
 *
 * @param <W> the operations that write
 */
@FunctionalInterface
public interface CutConsumer<W> {

    /**
     * Receives all writes between the cut before and this one. After the call it has received exactly what has taken effect at some moment: if it has a write, then it has every write that returned before that one began, whatever their logs. Inside a call there is no such promise; who
     * shows to others what it has received does so at the end of one.
     *
     * <p>May read the structure. May write to it, or take a snapshot, only if the follower does not {@linkplain FollowerOptions#slowWriters slow writers down}: it might wait for itself. Writes that threw in {@code dispatchMut} are among those
     * received, as they are in the logs.
     *
     * @param cut the writes, at least one
     * @throws Exception to stop following; the writers do not notice, and {@link CnrFollower#ended} tells
     */
    void accept(Cut<W> cut) throws Exception;
}
