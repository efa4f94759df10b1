package org.nr4j.internal.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;

/**
 * What {@link Reconfiguration} needs to know of multi-log operations to change the replicas. With a single log there
 * are no such operations.
 */
public interface LogBarriers<R, W, A extends @Nullable Object> {

    /** Returns what each log uses as the structure of replica {@code id}, in the order of the logs. */
    List<Dispatch<R, W, A>> lanes(int id, Dispatch<R, W, A> structure);

    /**
     * Begins a pause: no multi-log operation is in progress on any replica, and no thread waits for one. On an instance
     * that has stopped, this waits for no operation.
     */
    void pause(long threadId);

    /** Ends the pause. The thread that began it must call this. */
    void resume();

    /** Returns the barriers of an instance with a single log. They do nothing. */
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
