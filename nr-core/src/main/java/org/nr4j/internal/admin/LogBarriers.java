package org.nr4j.internal.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;

/**
 * What has to be known of the operations of several logs by one who changes the replicas ({@link Reconfiguration});
 * with a single log there are none.
 */
public interface LogBarriers<R, W, A extends @Nullable Object> {

    /** What the replica of that number takes for its structure in each log, by log. */
    List<Dispatch<R, W, A>> lanes(int id, Dispatch<R, W, A> structure);

    /**
     * Begins a time in which no operation of several logs is under way on any replica; nobody waits for one then. An
     * instance that has stopped is left as it is.
     */
    void pause(long threadId);

    /** Ends that time; by the same thread. */
    void resume();

    /** Those of a single log. */
    static <R, W, A extends @Nullable Object> LogBarriers<R, W, A> none() {
        return new LogBarriers<>() {
            @Override
            public List<Dispatch<R, W, A>> lanes(int id, Dispatch<R, W, A> structure) {
                return List.of(structure);
            }

            @Override
            public void pause(long threadId) {}

            @Override
            public void resume() {}
        };
    }
}
