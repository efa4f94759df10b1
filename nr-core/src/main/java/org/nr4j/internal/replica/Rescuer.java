package org.nr4j.internal.replica;

import org.jspecify.annotations.Nullable;

/** Rescues quarantined replicas. */
@FunctionalInterface
public interface Rescuer<R, W, A extends @Nullable Object> {
    /**
     * Completes the requests that a quarantined replica left, and rebuilds the replica if possible. Does so only once
     * for a replica. Never throws.
     */
    void rescue(ReplicaSet<R, W, A> replicas, Replica<R, W, A> quarantined);
}
