package org.nr4j.kv;

import java.lang.System.Logger;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogIndexes;

/**
 * A listener at a store. It hears until it is closed, throws {@link ChangeListener#MAX_FAILURES} times in a row, is dropped because listeners are too far behind, or the store is closed, whose last changes it still hears. Any
 * thread may call the methods.
 */
public final class ChangeSubscription implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(ChangeSubscription.class.getName());

    private final ChangeFeed feed;
    private final KeyRange range;
    private final ChangeListener listener;

    /** How many writes of each log came before those to hear of. */
    private final LogIndexes start;

    /** Held during a call, so that {@link #close} can wait for its end, and not for itself. */
    private final ReentrantLock calling = new ReentrantLock();

    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    /** Set before the feed is told; read by the feed before each call. */
    private volatile boolean over;

    /** How many writes of each log there are to hear of; null for no end. Volatile, as the feed's {@code heard}: {@link #finish} writes this and then reads that, the feed the other way round, so that one of the two sees the end. */
    private volatile @Nullable LogIndexes end;

    /** Whether a change has been told of since the last call that said that all is told. For the feed's thread. */
    private boolean behind;

    /** Changes in a row at which it threw. For the feed's thread. */
    private int failures;

    ChangeSubscription(ChangeFeed feed, KeyRange range, ChangeListener listener, LogIndexes start) {
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

    /** Hears of the writes up to now, and perhaps of some more, then ends. Does not wait for that: {@link #ended} tells. */
    public void finish() {
        if (end == null) {
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

    boolean wants(int log, long index, byte[] key) {
        return !over && index >= start.of(log) && range.contains(key);
    }

    void tell(Change change) {
        behind = true;
        call(() -> {
            listener.changed(change);
            failures = 0;
        });
    }

    /** All writes up to a moment have been told of. */
    void tellCaughtUp() {
        if (behind) {
            behind = false;
            call(listener::caughtUp);
        }
    }

    @FunctionalInterface
    private interface Call {
        void run() throws Exception;
    }

    private void call(Call call) {
        calling.lock();
        try {
            if (!over) {
                call.run();
            }
        } catch (Throwable e) {
            fail(e);
        } finally {
            calling.unlock();
        }
    }

    private void fail(Throwable failure) {
        failures++;
        boolean detached = failures >= ChangeListener.MAX_FAILURES;
        LOGGER.log(
                Logger.Level.WARNING,
                "a change listener must not throw: listener="
                        + listener.getClass().getName() + " failuresInARow=" + failures
                        + (detached ? "; it was detached, ended() tells" : "; it will hear of the next change"),
                failure);
        if (detached) {
            end(failure);
        }
    }

    /** @param heard how many writes of each log have been told of */
    void endIfAllHeard(LogIndexes heard) {
        LogIndexes end = this.end;
        boolean all = end != null;
        for (int log = 0; end != null && log < end.logs(); log++) {
            all &= heard.of(log) >= end.of(log);
        }
        if (all) {
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
