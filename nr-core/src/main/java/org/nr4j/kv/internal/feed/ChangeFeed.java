package org.nr4j.kv.internal.feed;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
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
 * Informs listeners of the changes that each write makes. A feed is a follower of the logs. It applies each write to a
 * copy of the contents, and so finds the changes. All listeners of a store share one feed, which exists only while
 * there are listeners.
 *
 * <p>A writer waits for a feed only when the feed is too far behind in the log. The writer does no work for listeners,
 * and is not affected by their exceptions. The price is the memory of the pages that have changed since the feed
 * started.
 *
 * @param <C> a change, as listeners receive it
 */
public final class ChangeFeed<C> {

    /** A listener of a feed. The feed's thread calls all methods but {@link #end}, one at a time. */
    public interface Listener<C> {
        /** Whether the listener wants a change of this key by this write. */
        boolean wants(int log, long index, byte[] key);

        /** Receives a change. */
        void tell(C change);

        /** Declares that the listener has received the changes of all writes up to a moment. */
        void tellCaughtUp();

        /**
         * Ends the listener if it has received all changes that it wants.
         *
         * @param heard how many writes of each log the feed has processed
         */
        void endIfAllHeard(LogIndexes heard);

        /** Declares that the feed has ended, with the failure if there was one. */
        void end(@Nullable Throwable failure);
    }

    /** Creates the changes that listeners receive. */
    @FunctionalInterface
    public interface Form<C> {
        /** Creates a change from the effect of a write on one entry. */
        C of(int log, long index, byte[] key, @Nullable Content before, @Nullable Content after, boolean expired);
    }

    private final ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated;
    /** Waits until listeners may receive these writes. */
    private final Consumer<LogIndexes> gate;

    private final Form<C> form;
    private final List<Listener<C>> listeners = new CopyOnWriteArrayList<>();

    /** Whether there has been a listener. A feed does not end before its first one. Guarded by this. */
    private boolean used;

    /** Whether the feed takes no more listeners. Guarded by this. */
    private boolean over;

    /** The failure for which the feed is over, or null. Guarded by this. */
    private @Nullable Throwable failure;

    /** The follower of the feed. Set before the first listener is added. */
    private @Nullable CnrFollower follower;

    /**
     * How many writes of each log the feed has processed. Set before the first listener is added. Volatile: a listener
     * that finishes writes its end and then reads this; the feed writes this and then reads the end. So one of the two
     * sees that all changes were delivered.
     */
    private volatile @Nullable LogIndexes heard;

    /**
     * The thread inside the follower's call. Volatile suffices: a thread only asks whether it is that thread itself.
     */
    private volatile @Nullable Thread telling;

    /** The write being applied. For the follower's thread. */
    private @Nullable CutWrite<Update> applying;

    /**
     * Keeps the collector of expired entries reachable until the feed ends, so that listeners receive expired entries.
     */
    @SuppressWarnings("UnusedVariable") // never read: it only keeps the object reachable
    private volatile @Nullable Object kept;

    private ChangeFeed(
            ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated,
            Consumer<LogIndexes> gate,
            Object kept,
            Form<C> form) {
        this.replicated = replicated;
        this.gate = gate;
        this.kept = kept;
        this.form = form;
    }

    /**
     * Starts a feed for all writes that begin after this call.
     *
     * @param gate waits until listeners may receive the writes up to a moment
     * @param kept stays reachable until the feed ends
     */
    public static <C> ChangeFeed<C> start(
            ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated,
            FollowerOptions options,
            Consumer<LogIndexes> gate,
            Object kept,
            Form<C> form) {
        ChangeFeed<C> feed = new ChangeFeed<>(replicated, gate, kept, form);
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

    /** Adds a listener for all writes from now on. Returns false if the feed is over. */
    public synchronized boolean add(Listener<C> listener) {
        if (over) {
            return false;
        }
        used = true;
        listeners.add(listener);
        return true;
    }

    /** Returns the failure for which the feed is over, or null. */
    public synchronized @Nullable Throwable failure() {
        return failure;
    }

    /** Removes a listener. The feed ends with its last listener. */
    public void remove(Listener<C> listener) {
        listeners.remove(listener);
        if (telling != Thread.currentThread()) {
            // a listener that leaves may add another one: apply() checks after the call
            endIfUnused();
        }
    }

    private void endIfUnused() {
        synchronized (this) {
            if (over || !used || !listeners.isEmpty()) {
                return;
            }
            over = true;
        }
        finish();
    }

    /** Ends a feed that has never had a listener. */
    public void discard() {
        synchronized (this) {
            over = true;
        }
        finish();
    }

    private void finish() {
        Objects.requireNonNull(follower).finish(); // does not wait, since this may be inside the follower's call
    }

    private void end(@Nullable Throwable failure) {
        synchronized (this) {
            over = true;
            this.failure = failure;
        }
        kept = null;
        listeners.forEach(listener -> listener.end(failure));
    }

    /** Returns how many writes each log has had. */
    public LogIndexes written() {
        return replicated.indexes();
    }

    /** Returns how many writes of each log the feed has processed. */
    public LogIndexes heard() {
        return Objects.requireNonNull(heard);
    }

    // ---- the follower's thread ----

    private void apply(Cut<Update> cut, StoreReplica copy) {
        telling = Thread.currentThread();
        try {
            gate.accept(cut.after());
            for (CutWrite<Update> write : cut) {
                applying = write;
                apply(write.op(), copy);
            }
            listeners.forEach(Listener::tellCaughtUp);
            LogIndexes after = cut.after();
            heard = after;
            listeners.forEach(listener -> listener.endIfAllHeard(after));
        } finally {
            telling = null;
        }
        endIfUnused();
    }

    private static void apply(Update update, StoreReplica copy) {
        try {
            copy.dispatchMut(update);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            // The write threw and changed nothing, here as on each replica. Its caller has the exception.
        }
    }

    private void tell(byte[] key, @Nullable Content before, @Nullable Content after, boolean expired) {
        CutWrite<Update> write = Objects.requireNonNull(applying);
        C change = null;
        for (Listener<C> listener : listeners) {
            if (listener.wants(write.log(), write.index(), key)) {
                if (change == null) {
                    change = form.of(write.log(), write.index(), key, before, after, expired);
                }
                listener.tell(change);
            }
        }
    }
}
