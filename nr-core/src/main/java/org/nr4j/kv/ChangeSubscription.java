package org.nr4j.kv;

import java.lang.System.Logger;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogIndexes;
import org.nr4j.kv.internal.feed.ChangeFeed;
import org.nr4j.kv.internal.feed.ChangeFeeds;

/**
 * The registration of a listener at a store. Any thread may call the methods.
 *
 * <p>The listener receives changes until one of these happens:
 *
 * <ul>
 *   <li>the subscription is closed, or has finished;
 *   <li>the listener throws {@link ChangeListener#MAX_FAILURES} times in a row;
 *   <li>the store drops its listeners, because they are too far behind;
 *   <li>the store is closed; the listener first receives the last changes.
 * </ul>
 */
public final class ChangeSubscription implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(ChangeSubscription.class.getName());

    private final ChangeFeed<Change> feed;
    private final KeyRange range;
    private final ChangeListener listener;
    private final Ear ear = new Ear();

    /** The number of writes of each log before the first one to receive. */
    private final LogIndexes start;

    /** Held during a call of the listener, so that {@link #close} can wait for the call's end, but not for itself. */
    private final ReentrantLock calling = new ReentrantLock();

    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    /**
     * Whether the listener must not be called any more. It is set before the feed is informed, and the feed reads it
     * before each call.
     */
    private volatile boolean over;

    /**
     * The number of writes of each log up to which the listener receives changes; null for no end. Volatile: see the
     * feed's {@code heard}.
     */
    private volatile @Nullable LogIndexes end;

    private ChangeSubscription(ChangeFeed<Change> feed, KeyRange range, ChangeListener listener) {
        this.feed = feed;
        this.range = range;
        this.listener = listener;
        this.start = feed.written();
    }

    /** Adds a listener for all writes from now on, to the current feed or to a new one. */
    static ChangeSubscription start(ChangeFeeds<Change> feeds, KeyRange range, ChangeListener listener) {
        if (listener == null) {
            throw new NullPointerException("a listener must not be null: listener=null; pass a listener");
        }
        ChangeFeed<Change> feed = feeds.current();
        ChangeSubscription subscription = add(feed, range, listener);
        while (subscription == null) {
            feed = feeds.next(feed);
            subscription = add(feed, range, listener);
        }
        return subscription;
    }

    /** Adds a listener for all writes from now on. Returns null if the feed is over. */
    static @Nullable ChangeSubscription add(ChangeFeed<Change> feed, KeyRange range, ChangeListener listener) {
        ChangeSubscription subscription = new ChangeSubscription(feed, range, listener);
        return feed.add(subscription.ear) ? subscription : null;
    }

    /**
     * Returns a future that completes when the subscription ends. If it ends because of a failure, the future completes
     * exceptionally: with the last exception of the listener, a {@link org.nr4j.FollowerDroppedException}, or another
     * failure that stopped the store's listeners. A caller that completes the future does not affect the subscription.
     */
    public CompletableFuture<@Nullable Void> ended() {
        return ended.copy();
    }

    /**
     * Ends the subscription once the listener has received the changes of all writes so far. It may receive a few more.
     * Does not wait: {@link #ended} completes then.
     */
    public void finish() {
        if (end == null) {
            end = feed.written();
        }
        ear.endIfAllHeard(feed.heard());
    }

    /**
     * Ends at once. No call of the listener begins after this. Waits for a call that is in progress, unless that call
     * is the caller. A second close does nothing.
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

    /** The feed's view of a subscription. */
    private final class Ear implements ChangeFeed.Listener<Change> {
        /**
         * Whether the listener has received a change since the last {@link ChangeListener#caughtUp}. For the feed's
         * thread.
         */
        private boolean behind;

        /** How many consecutive calls threw. For the feed's thread. */
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
                            + (detached ? "; it was detached, see ended()" : "; it will receive the next change"),
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
