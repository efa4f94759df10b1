package org.nr4j.kv;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.nr4j.FollowerOptions;
import org.nr4j.cnr.CnrFollower;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.cnr.Cut;
import org.nr4j.cnr.CutWrite;
import org.nr4j.cnr.LogIndexes;
import org.nr4j.kv.internal.replica.ChangeRecorder.Content;
import org.nr4j.kv.internal.replica.Query;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.replica.Update;

/**
 * Tells listeners of changes: a follower of the logs that applies each write to a copy of the contents, and so finds out what it changes. All listeners of a store share one, which is there only while there are any.
 *
 * <p>So a writer never waits for more than a place in its log, does no work for listeners, and does not notice what they throw; the price is the memory of the pages that have changed since the first listener came.
 */
final class ChangeFeed {
    private final ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated;
    private final List<ChangeSubscription> subscriptions = new CopyOnWriteArrayList<>();

    /** Whether there has been a listener: before the first one, a feed is not unused. Guarded by this. */
    private boolean used;

    /** Whether no listener can be added any more. Guarded by this. */
    private boolean over;

    /** Why it is over, if something went wrong. Guarded by this. */
    private @Nullable Throwable failure;

    /** Set before any listener is there. */
    private @Nullable CnrFollower follower;

    /** How many writes of each log have been told of; set before any listener is there. Volatile: see {@link ChangeSubscription#finish}. */
    private volatile @Nullable LogIndexes heard;

    /** The thread inside the follower's call. Volatile: only an answer about the asking thread itself needs to be exact. */
    private volatile @Nullable Thread telling;

    /** The write being applied. For the follower's thread. */
    private @Nullable CutWrite<Update> applying;

    /** Keeps the collector of expired entries reachable until the feed ends, so that listeners hear of expired entries. */
    @SuppressWarnings("UnusedVariable") // never read: the reference is all that counts
    private volatile @Nullable Object kept;

    private ChangeFeed(ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated, Object kept) {
        this.replicated = replicated;
        this.kept = kept;
    }

    /** A feed that tells of all writes from now on. */
    static ChangeFeed start(
            ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated,
            FollowerOptions options,
            Object kept) {
        ChangeFeed feed = new ChangeFeed(replicated, kept);
        feed.follower = replicated.followSnapshot(
                (StoreReplica replica) -> replica.copy(feed::tell),
                snapshot -> {
                    feed.heard = snapshot.indexes();
                    return cut -> feed.apply(cut, snapshot.state());
                },
                options);
        CompletableFuture<LogIndexes> unused =
                feed.follower.ended().whenComplete((indexes, failure) -> feed.end(causeOf(failure)));
        return feed;
    }

    private static @Nullable Throwable causeOf(@Nullable Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    /** Adds a listener for all writes from now on; null if the feed is over. */
    @Nullable
    ChangeSubscription subscribe(KeyRange range, ChangeListener listener) {
        ChangeSubscription subscription = new ChangeSubscription(this, range, listener, written());
        synchronized (this) {
            if (over) {
                return null;
            }
            used = true;
            subscriptions.add(subscription);
            return subscription;
        }
    }

    /** Why the feed is over, if something went wrong. */
    synchronized @Nullable Throwable failure() {
        return failure;
    }

    /** Takes a listener away. */
    void remove(ChangeSubscription subscription) {
        subscriptions.remove(subscription);
        if (telling != Thread.currentThread()) { // a listener that leaves may bring another; looked at after the call
            endIfUnused();
        }
    }

    /** Ends when the last listener has gone. */
    private void endIfUnused() {
        synchronized (this) {
            if (over || !used || !subscriptions.isEmpty()) {
                return;
            }
            over = true;
        }
        finish();
    }

    /** Ends a feed that nobody knows of yet. */
    void discard() {
        synchronized (this) {
            over = true;
        }
        finish();
    }

    private void finish() {
        Objects.requireNonNull(follower).finish(); // does not wait: this may be inside the follower's call
    }

    private void end(@Nullable Throwable failure) {
        synchronized (this) {
            over = true;
            this.failure = failure;
        }
        kept = null;
        subscriptions.forEach(subscription -> subscription.end(failure));
    }

    /** How many writes there have been in each log. */
    LogIndexes written() {
        return replicated.indexes();
    }

    LogIndexes heard() {
        return Objects.requireNonNull(heard);
    }

    // ---- the follower's thread ----

    private void apply(Cut<Update> cut, StoreReplica copy) {
        telling = Thread.currentThread();
        try {
            for (CutWrite<Update> write : cut) {
                applying = write;
                apply(write.op(), copy);
            }
            subscriptions.forEach(ChangeSubscription::tellCaughtUp);
            LogIndexes after = cut.after();
            heard = after;
            subscriptions.forEach(subscription -> subscription.endIfAllHeard(after));
        } finally {
            telling = null;
        }
        endIfUnused();
    }

    private static void apply(Update update, StoreReplica copy) {
        try {
            copy.dispatchMut(update);
        } catch (RuntimeException e) {
            // The write was refused, here as on each replica, before it changed anything. Its caller has this
            // exception.
        }
    }

    private void tell(byte[] key, @Nullable Content before, @Nullable Content after, boolean expired) {
        CutWrite<Update> write = Objects.requireNonNull(applying);
        Change change = null;
        for (ChangeSubscription subscription : subscriptions) {
            if (subscription.wants(write.log(), write.index(), key)) {
                if (change == null) {
                    change =
                            new Change(write.log(), write.index(), key, entry(key, before), entry(key, after), expired);
                }
                subscription.tell(change);
            }
        }
    }

    private static @Nullable Entry entry(byte[] key, @Nullable Content content) {
        return content == null ? null : new Entry(key, content.value(), content.expiry());
    }
}
