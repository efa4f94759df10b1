package org.nr4j;

import java.util.concurrent.CompletableFuture;
import org.nr4j.internal.follow.LogFollower;

/**
 * A reader of the log. Its {@link LogConsumer} receives every write of the instance, in order, each once, at its own
 * pace.
 *
 * <p>Followers serve change listeners, copies on other machines and durable logs. A follower does not apply the writes.
 * A consumer that wants the contents starts from a copy ({@link NodeReplicated#followSnapshot}) and applies them
 * itself.
 *
 * <p>A follower ends when it is closed or dropped, when its consumer throws, or when the instance is closed. In the
 * last case, it receives the last writes first.
 *
 * <p>Any thread may call the methods.
 */
public final class Follower implements AutoCloseable {
    private final LogFollower<?> follower;
    private final NodeReplicated<?, ?, ?> structure;

    Follower(LogFollower<?> follower, NodeReplicated<?, ?, ?> structure) {
        this.follower = follower;
        this.structure = structure;
    }

    /** Returns the name given in the options. */
    public String name() {
        return follower.name();
    }

    /** Returns the number of the first write that the consumer has not finished. */
    public long index() {
        return follower.index();
    }

    /** Returns how many writes of the instance the consumer has not finished. */
    public long lag() {
        long index = index();
        return Math.max(0, structure.writeCount() - index);
    }

    /**
     * Returns a future that completes when the follower ends. Its value is the {@link #index} at which the follower
     * ended. It completes exceptionally with one of these:
     *
     * <ul>
     *   <li>the exception of the consumer, or of the executor;
     *   <li>a {@link FollowerDroppedException}, if the follower was dropped;
     *   <li>an {@link IllegalStateException} that says why the instance has stopped.
     * </ul>
     *
     * <p>A caller that completes the future does not affect the follower.
     */
    public CompletableFuture<Long> ended() {
        return follower.ended().thenApply(indexes -> indexes[0]);
    }

    /**
     * Ends the follower after the writes that the instance has so far. Does not wait: {@link #ended} completes then.
     */
    public void finish() {
        follower.finish(structure.writeCount());
    }

    /**
     * Ends the follower at {@link #index}. Waits for a call of the consumer that is in progress, unless that call is
     * the caller. Afterwards, the consumer is not called again. A second close does nothing.
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
