package org.nr4j.internal.lock;

import org.jspecify.annotations.Nullable;

/**
 * What a thread does as the holder of a {@link ReplicaLock}.
 *
 * <p>The section leaves the lock itself. If it cannot, because of an error, the lock is abandoned. Another thread then
 * takes the lock over and leaves it in its own way. So a section must be written so that another section can go on
 * where it stopped.
 */
@FunctionalInterface
public interface HolderSection<T extends @Nullable Object, S extends @Nullable Object> {
    /** Runs the section and leaves the lock. */
    S asHolder(T argument, long threadId);
}
