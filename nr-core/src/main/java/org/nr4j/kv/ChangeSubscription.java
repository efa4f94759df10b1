package org.nr4j.kv;

import java.lang.System.Logger;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A listener at a store. It hears until it is closed, throws {@link ChangeListener#MAX_FAILURES} times in a row, is dropped because listeners are too far behind, or the store is closed, whose last changes it still hears. Any
 * thread may call the methods.
 */
public final class ChangeSubscription implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(ChangeSubscription.class.getName());

    private final ChangeFeed feed;
    private final KeyRange range;
    private final ChangeListener listener;

    /** The first write to hear of. */
    private final long start;

    /** Held during a call, so that {@link #close} can wait for its end, and not for itself. */
    private final ReentrantLock calling = new ReentrantLock();

    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    /** Set before the feed is told; read by the feed before each call. */
    private volatile boolean over;

    /** The first write not to hear of. Volatile, as the feed's {@code heard}: {@link #finish} writes this and then reads that, the feed the other way round, so that one of the two sees the end. */
    private volatile long end = Long.MAX_VALUE;

    /** Calls in a row that threw. For the feed's thread. */
    private int failures;

    ChangeSubscription(ChangeFeed feed, KeyRange range, ChangeListener listener, long start) {
        this.feed = feed;
        this.range = range;
        this.listener = listener;
        this.start = start;
    }

    /**
     * Tells how it ended: normally, or with what the listener threw last, a {@link org.nr4j.FollowerDroppedException}, or what else stopped the store's listeners. Completing it has no effect.
     */
    public CompletableFuture<@Nullable Void> ended() {
        return ended.copy();
    }

    /** Hears of the writes up to now, then ends. Does not wait for that: {@link #ended} tells. */
    public void finish() {
        if (end == Long.MAX_VALUE) {
            end = feed.written();
        }
        endIfAllHeard(feed.heard());
    }

    /** Ends at once: the listener is not called any more. Waits for a call that is under way, unless called from inside it. Closing twice does nothing. */
    @Override
    public void close() {
        over = true;
        calling.lock();
        try {
            end(/* failure= */ null);
        } finally {
            calling.unlock();
        }
    }

    // ---- for the feed ----

    boolean wants(long index, byte[] key) {
        return !over && index >= start && index < end && range.contains(key);
    }

    void tell(Change change) {
        calling.lock();
        try {
            if (!over) {
                listener.changed(change);
                failures = 0;
            }
        } catch (Throwable e) {
            fail(change, e);
        } finally {
            calling.unlock();
        }
    }

    private void fail(Change change, Throwable failure) {
        failures++;
        boolean detached = failures == ChangeListener.MAX_FAILURES;
        LOGGER.log(
                Logger.Level.WARNING,
                "a change listener must not throw: listener="
                        + listener.getClass().getName() + " index="
                        + change.index() + " failuresInARow=" + failures
                        + (detached ? "; it was detached, ended() tells" : "; it will hear of the next change"),
                failure);
        if (detached) {
            end(failure);
        }
    }

    /** @param heard the number of the first write that has not been told of */
    void endIfAllHeard(long heard) {
        if (heard >= end) {
            close();
        }
    }

    void end(@Nullable Throwable failure) {
        over = true;
        if (failure == null) {
            ended.complete(null);
        } else {
            ended.completeExceptionally(failure);
        }
        feed.remove(this);
    }
}
