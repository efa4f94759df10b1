package org.nr4j;

import java.util.concurrent.CompletableFuture;
import org.nr4j.internal.follow.LogFollower;

/**
 * A reader of the log: its {@link LogConsumer} receives every write of the instance, in order, each once, at its own pace. Change listeners, copies on other machines and durable logs are made of
 * this. It does not apply the writes; one that wants the contents starts from a copy of the structure ({@link NodeReplicated#followSnapshot}) and applies them itself.
 *
 * <p>It goes on until it is closed, its consumer throws, it is dropped, or the instance is closed, whose last writes it still receives. Any thread may call the methods.
 */
public final class Follower implements AutoCloseable {
    private final LogFollower<?> follower;
    private final NodeReplicated<?, ?, ?> structure;

    Follower(LogFollower<?> follower, NodeReplicated<?, ?, ?> structure) {
        this.follower = follower;
        this.structure = structure;
    }

    /** The name given in the options. */
    public String name() {
        return follower.name();
    }

    /** The number of the first write that the consumer has not dealt with. */
    public long index() {
        return follower.index();
    }

    /** How many writes there have been that the consumer has not dealt with. */
    public long lag() {
        long index = index();
        return Math.max(0, structure.index() - index);
    }

    /**
     * Tells how it ended: with the {@link #index} where it did, or with what went wrong, which is what the consumer threw, a {@link FollowerDroppedException}, what the executor threw, or the {@link
     * IllegalStateException} that says why the instance has stopped. Completing it has no effect on the follower.
     */
    public CompletableFuture<Long> ended() {
        return follower.ended().thenApply(indexes -> indexes[0]);
    }

    /** Receives the writes up to now, then ends. Does not wait for that: {@link #ended} tells. */
    public void finish() {
        follower.finish(structure.index());
    }

    /**
     * Ends at {@link #index}: the consumer is not called any more. Waits for a call that is under way, unless called from inside it. Closing twice does nothing.
     */
    @Override
    public void close() {
        structure.close(follower);
    }

    @Override
    public String toString() {
        return "Follower[name=" + name() + ", index=" + index() + "]";
    }
}
