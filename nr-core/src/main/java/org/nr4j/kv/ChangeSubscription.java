package org.nr4j.kv;

import java.lang.System.Logger;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogIndexes;
import org.nr4j.kv.internal.feed.ChangeFeed;
import org.nr4j.kv.internal.feed.ChangeFeeds;

/**
 * A listener at a store. Any thread may call the methods.
 *
 * <p>The listener hears changes until one of these happens:
 *
 * <ul>
 *   <li>the subscription is closed, or has finished;
 *   <li>the listener throws {@link ChangeListener#MAX_FAILURES} times in a row;
 *   <li>the store drops its listeners, because they are too far behind;
 *   <li>the store is closed; the listener hears of its last changes.
 * </ul>
 */
public final class ChangeSubscription implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(ChangeSubscription.class.getName());

    private final ChangeFeed<Change> feed;
    private final KeyRange range;
    private final ChangeListener listener;
    private final Ear ear = new Ear();

    /** How many writes of each log came before those to hear of. */
    private final LogIndexes start;

    /** Held during a call of the listener, so that {@link #close} can wait for its end, and not for itself. */
    private final ReentrantLock calling = new ReentrantLock();

    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    /** Whether the listener is not to be called. Set before the feed is told; read by the feed before each call. */
    private volatile boolean over;

    /**
     * How many writes of each log the listener is to hear of; null for no end. Volatile: see the feed's {@code heard}.
     */
    private volatile @Nullable LogIndexes end;

    private ChangeSubscription(ChangeFeed<Change> feed, KeyRange range, ChangeListener listener) {
        this.feed = feed;
        this.range = range;
        this.listener = listener;
        this.start = feed.written();
    }

    /** Adds a listener for all writes from now on, at the current feed or at a new one. */
    static ChangeSubscription start(ChangeFeeds<Change> feeds, KeyRange range, ChangeListener listener) {
        if (listener == null) {
            throw new NullPointerException(
                    "a listener must not be null: listener=null; pass what is to hear of changes");
        }
        ChangeFeed<Change> feed = feeds.current();
        ChangeSubscription subscription = add(feed, range, listener);
        while (subscription == null) {
            feed = feeds.next(feed);
            subscription = add(feed, range, listener);
        }
        return subscription;
    }

    /** Adds a listener for all writes from now on; null if the feed is over. */
    static @Nullable ChangeSubscription add(ChangeFeed<Change> feed, KeyRange range, ChangeListener listener) {
        ChangeSubscription subscription = new ChangeSubscription(feed, range, listener);
        return feed.add(subscription.ear) ? subscription : null;
    }

    /**
     * Completes when the subscription ends: normally, or with what the listener threw last, a {@link
     * org.nr4j.FollowerDroppedException}, or what else stopped the store's listeners. Completing it has no effect.
     */
    public CompletableFuture<@Nullable Void> ended() {
        return ended.copy();
    }

    /**
     * Lets the listener hear of the writes up to now, and perhaps of some more, and then ends. Does not wait:
     * {@link #ended} tells.
     */
    public void finish() {
        if (end == null) {
            end = feed.written();
        }
        ear.endIfAllHeard(feed.heard());
    }

    /**
     * Ends at once. No call of the listener begins after this. Waits for a call that is under way, unless called from
     * inside it. Closing twice does nothing.
     */
    @Override
    public void close() {
        over = true;
        calling.lock();
        try {
            ear.end(/* failure= */ null);
        } finally {
            calling.unlock();
        }
    }

    @FunctionalInterface
    private interface Call {
        void run() throws Exception;
    }

    /** What the feed sees of a subscription. */
    private final class Ear implements ChangeFeed.Listener<Change> {
        /** Whether a change has been told since the last call that said that all is told. For the feed's thread. */
        private boolean behind;

        /** How many calls in a row threw. For the feed's thread. */
        private int failures;

        @Override
        public boolean wants(int log, long index, byte[] key) {
            return !over && index >= start.of(log) && range.contains(key);
        }

        @Override
        public void tell(Change change) {
            behind = true;
            call(() -> {
                listener.changed(change);
                failures = 0;
            });
        }

        @Override
        public void tellCaughtUp() {
            if (behind) {
                behind = false;
                call(listener::caughtUp);
            }
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

        @Override
        public void endIfAllHeard(LogIndexes heard) {
            LogIndexes last = end;
            boolean all = last != null;
            for (int log = 0; last != null && log < last.logs(); log++) {
                all &= heard.of(log) >= last.of(log);
            }
            if (all) {
                close();
            }
        }

        @Override
        public void end(@Nullable Throwable failure) {
            over = true;
            if (failure == null) {
                ended.complete(null);
            } else {
                ended.completeExceptionally(failure);
            }
            feed.remove(this);
        }
    }
}
