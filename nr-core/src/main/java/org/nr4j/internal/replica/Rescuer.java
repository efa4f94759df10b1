package org.nr4j.internal.replica;

import org.jspecify.annotations.Nullable;

/** Looks after quarantined replicas. */
@FunctionalInterface
public interface Rescuer<R, W, A extends @Nullable Object> {
    /** Looks after what a quarantined replica of these left, and rebuilds it if that can be; once. Never throws. */
    void rescue(ReplicaSet<R, W, A> replicas, Replica<R, W, A> quarantined);
}
