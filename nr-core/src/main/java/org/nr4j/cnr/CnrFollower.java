package org.nr4j.cnr;

import java.util.concurrent.CompletableFuture;
import org.nr4j.FollowerDroppedException;
import org.nr4j.internal.follow.LogFollower;

/**
 * A reader of all logs: its {@link CutConsumer} receives every write of the instance, each once, at its own pace, cut by cut. It does not apply the writes; one that wants the contents starts from a copy of the structure ({@link ConcurrentNodeReplicated#followSnapshot}) and applies
 * them itself.
 *
 * <p>It goes on until it is closed, its consumer throws, it is dropped, or the instance is closed, whose last writes it still receives. Any thread may call the methods.
 */
public final class CnrFollower implements AutoCloseable {
    private final LogFollower<?> follower;
    private final ConcurrentNodeReplicated<?, ?, ?> structure;

    CnrFollower(LogFollower<?> follower, ConcurrentNodeReplicated<?, ?, ?> structure) {
        this.follower = follower;
        this.structure = structure;
    }

    /** The name given in the options. */
    public String name() {
        return follower.name();
    }

    /** How many writes of each log the consumer has dealt with: the end of the last cut, or where it started. */
    public LogIndexes indexes() {
        return new LogIndexes(follower.indexes());
    }

    /** How many writes there have been that the consumer has not dealt with, in all logs together; a write of several logs counts in each. */
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
     * Tells how it ended: with the {@link #indexes} where it did, or with what went wrong, which is what the consumer threw, a {@link FollowerDroppedException}, what the executor threw, or the {@link IllegalStateException} that says why the instance has stopped. Completing it has no
     * effect on the follower.
     */
    public CompletableFuture<LogIndexes> ended() {
        return follower.ended().thenApply(LogIndexes::new);
    }

    /** Receives the writes up to now, and perhaps a few more that are in the same cut, then ends. Does not wait for that: {@link #ended} tells. */
    public void finish() {
        structure.finish(follower);
    }

    /**
     * Ends at {@link #indexes}: the consumer is not called any more. Waits for a call that is under way, unless called from inside it. Closing twice does nothing.
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
