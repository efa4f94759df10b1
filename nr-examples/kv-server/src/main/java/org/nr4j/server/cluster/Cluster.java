package org.nr4j.server.cluster;

import java.util.concurrent.CompletableFuture;

/** Decides the order of writes for the members of a cluster. For any number of threads. */
public interface Cluster extends AutoCloseable {
    /**
     * Has each member apply a call, once and in the same order. Never blocks.
     *
     * @param call what {@link LocalState#apply} understands
     * @param commands the number of commands that the call has, for the figures
     * @return what completes with the answer of {@link LocalState#apply}, or with a {@link ClusterException}
     */
    CompletableFuture<byte[]> submit(byte[] call, int commands);

    /**
     * Makes reads of the local state linearizable. Never blocks.
     *
     * @return what completes when the local state has every write that completed on any member before this call, or
     *     with a {@link ClusterException}
     */
    CompletableFuture<?> awaitCurrent();

    /** Makes this member the leader. Never blocks. Completes when it is, or with a {@link ClusterException}. */
    CompletableFuture<?> lead();

    /** Whether this member is the leader, as far as it knows. */
    boolean isLeader();

    /** Returns what this member knows of the cluster. */
    ClusterStatus status();

    /** Leaves the cluster until the next start. Calls in progress end with a {@link ClusterException}. */
    @Override
    void close();
}
