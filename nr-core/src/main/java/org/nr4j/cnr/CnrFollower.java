package org.nr4j.cnr;

import java.util.concurrent.CompletableFuture;
import org.nr4j.FollowerDroppedException;
import org.nr4j.internal.follow.LogFollower;

/**
 * A reader of all logs: its {@link CutConsumer} receives every write of the instance, each once, cut by cut. The
 * follower runs at its own pace.
 *
 * <p>A follower does not apply the writes. A consumer that needs the contents starts from a copy of the structure
 * ({@link ConcurrentNodeReplicated#followSnapshot}) and applies the writes itself.
 *
 * <p>A follower ends when it is closed, when it is dropped, when its consumer throws, or when the instance is closed.
 * After a close of the instance it still receives the last writes. Any thread may call the methods.
 */
public final class CnrFollower implements AutoCloseable {
    private final LogFollower<?> follower;
    private final ConcurrentNodeReplicated<?, ?, ?> structure;

    CnrFollower(LogFollower<?> follower, ConcurrentNodeReplicated<?, ?, ?> structure) {
        this.follower = follower;
        this.structure = structure;
    }

    /** Returns the name given in the options. */
    public String name() {
        return follower.name();
    }

    /**
     * Returns how many writes of each log the consumer has received: the end of the last cut, or the start if there was
     * none.
     */
    public LogIndexes indexes() {
        return new LogIndexes(follower.indexes());
    }

    /**
     * Returns how many writes the consumer has not received yet, summed over all logs. A write of several logs counts
     * in each.
     */
    public long lag() {
        LogIndexes done = indexes();
        LogIndexes all = structure.indexes();
        long lag = 0;
        for (int log = 0; log < all.logs(); log++) {
            lag += Math.max(0, all.of(log) - done.of(log));
        }
        return lag;
    }

    /**
     * Returns a future that completes with the last {@link #indexes} when the follower has ended. It completes
     * exceptionally if the follower failed. Completing the future does not affect the follower.
     *
     * <p>The exception is one of these:
     *
     * <ul>
     *   <li>the exception of the consumer, or of the executor;
     *   <li>a {@link FollowerDroppedException}, if the follower was dropped;
     *   <li>an {@link IllegalStateException} that says why the instance has stopped.
     * </ul>
     */
    public CompletableFuture<LogIndexes> ended() {
        return follower.ended().thenApply(LogIndexes::new);
    }

    /**
     * Asks the follower to end once it has received all writes up to this call. It may receive a few more that are in
     * the same cut. This method does not wait; {@link #ended} completes at the end.
     */
    public void finish() {
        structure.finish(follower);
    }

    /**
     * Ends the follower at its {@link #indexes}. Waits for a running call of the consumer, unless it is called from
     * inside that call. The consumer is not called afterwards. Closing twice does nothing.
     */
    @Override
    public void close() {
        structure.close(follower);
    }

    @Override
    public String toString() {
        return "CnrFollower[name=" + name() + ", indexes=" + indexes() + "]";
    }
}
