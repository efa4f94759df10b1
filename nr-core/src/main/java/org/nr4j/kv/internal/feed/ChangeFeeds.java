package org.nr4j.kv.internal.feed;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nr4j.FollowerOptions;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.cnr.LogIndexes;
import org.nr4j.kv.internal.replica.Query;
import org.nr4j.kv.internal.replica.Update;

/**
 * The current feed of a store, and its successors. Any number of threads may use it.
 *
 * @param <C> a change, as listeners receive it
 */
public final class ChangeFeeds<C> {
    private final ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated;
    private final FollowerOptions options;
    private final Consumer<LogIndexes> gate;
    private final Object kept;
    private final ChangeFeed.Form<C> form;

    /** The feed that was started last. */
    private final AtomicReference<@Nullable ChangeFeed<C>> current = new AtomicReference<>();

    /**
     * Creates feeds, of which none has started.
     *
     * @param gate waits until listeners may receive the writes up to a moment
     * @param kept stays reachable while there is a feed
     */
    public ChangeFeeds(
            ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated,
            FollowerOptions options,
            Consumer<LogIndexes> gate,
            Object kept,
            ChangeFeed.Form<C> form) {
        this.replicated = replicated;
        this.options = options;
        this.gate = gate;
        this.kept = kept;
        this.form = form;
    }

    /** Returns the feed that was started last. Starts the first one. */
    public ChangeFeed<C> current() {
        ChangeFeed<C> feed = current.get();
        return feed == null ? next(null) : feed;
    }

    /**
     * Returns the feed after one that is over. Takes no lock: starting a feed may wait for writers, and the writers may
     * wait for a listener that calls this method too.
     *
     * @throws IllegalStateException if a feed cannot start
     */
    public ChangeFeed<C> next(@Nullable ChangeFeed<C> over) {
        ChangeFeed<C> started = ChangeFeed.start(replicated, options, gate, kept, form);
        Throwable failure = started.failure();
        if (failure != null) {
            throw new IllegalStateException(
                    "listeners must be able to start: listenerOptions=" + options + "; see the cause", failure);
        }
        if (current.compareAndSet(over, started)) {
            return started;
        }
        started.discard(); // another thread was faster
        ChangeFeed<C> faster = current.get();
        return faster == null ? started : faster;
    }
}
