package org.nr4j.kv.replication;

/** Receives the writes of a store as bytes. One thread at a time calls it. */
@FunctionalInterface
public interface EncodedWriteConsumer {
    /**
     * Receives the next writes. May block: while it runs, the writes that come meanwhile wait for the next call, up to
     * the {@link org.nr4j.FollowerOptions#maxLag} of the follower.
     *
     * @throws Exception to end the follower
     */
    void accept(EncodedWrites writes) throws Exception;
}
