package org.nr4j.internal.admin;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.FollowerOptions;
import org.nr4j.LogConsumer;
import org.nr4j.Snapshot;
import org.nr4j.internal.follow.LogFollower;
import org.nr4j.internal.lock.StackReserve;
import org.nr4j.internal.log.Intake;
import org.nr4j.internal.log.JoinedRuns;
import org.nr4j.internal.log.LogCursor;
import org.nr4j.internal.log.WriteRun;
import org.nr4j.internal.replica.Replica;
import org.nr4j.internal.replica.ReplicaSet;
import org.nr4j.internal.stats.Events;

/**
 * Lets followers join the log of an instance, and leave it. Any thread may call the methods, but not from inside an
 * operation.
 */
public final class FollowerRegistry<R, W, A extends @Nullable Object> {
    /** Stands for the index at the end of the log, whatever that is. */
    public static final long NOW = -1;

    private final ReplicaSet<R, W, A> group;
    private final boolean joinsEntries;

    private FollowerRegistry(ReplicaSet<R, W, A> group, boolean joinsEntries) {
        this.group = group;
        this.joinsEntries = joinsEntries;
    }

    /** Creates a registry for the followers of these replicas. A call of a consumer has the writes of one entry. */
    public FollowerRegistry(ReplicaSet<R, W, A> group) {
        this(group, /* joinsEntries= */ false);
    }

    /** Creates a registry as the constructor does, but a call of a consumer has the writes of all waiting entries. */
    public static <R, W, A extends @Nullable Object> FollowerRegistry<R, W, A> joiningEntries(
            ReplicaSet<R, W, A> group) {
        return new FollowerRegistry<>(group, /* joinsEntries= */ true);
    }

    /**
     * Starts a follower at the write with number {@code index}, or at {@link #NOW}.
     *
     * @throws IllegalArgumentException if the log has let go of that write, or if there have been fewer writes than
     *     {@code index}
     */
    public LogFollower<WriteRun<W>> follow(
            long index, LogConsumer<W> consumer, FollowerOptions options, long threadId) {
        StackReserve.require(); // a follower that has joined and does not start would hold up the writers
        LogFollower<WriteRun<W>> follower =
                ExclusiveAccess.toOne(group, replica -> join(replica, checkedStart(replica, index), options), threadId);
        follower.start(handingTo(consumer));
        return follower;
    }

    /** Takes a snapshot and starts a follower there. The consumer is made from the snapshot. */
    public <S extends @Nullable Object> LogFollower<WriteRun<W>> follow(
            Function<? super Dispatch<R, W, A>, ? extends S> function,
            Function<? super Snapshot<S>, ? extends @Nullable LogConsumer<W>> consumer,
            FollowerOptions options,
            long threadId) {
        StackReserve.require(); // as above
        Joined<W, S> joined = ExclusiveAccess.toOne(
                group,
                replica -> {
                    Snapshot<S> snapshot = replica.holder().snapshot(function);
                    return new Joined<>(join(replica, snapshot.index(), options), snapshot);
                },
                threadId);
        LogConsumer<W> made = null;
        try {
            made = consumer.apply(joined.snapshot);
            if (made == null) {
                throw new NullPointerException(
                        "the consumer made from a snapshot must not be null: follower=" + options.name());
            }
            joined.follower.start(handingTo(made));
        } finally {
            if (made == null) {
                joined.follower.cancel();
            }
        }
        return joined.follower;
    }

    private record Joined<W, S extends @Nullable Object>(LogFollower<WriteRun<W>> follower, Snapshot<S> snapshot) {}

    private static <W> LogFollower.Consumer<WriteRun<W>> handingTo(LogConsumer<W> consumer) {
        return run -> consumer.accept(run.index(), run);
    }

    /** Returns the number of the first write to follow. For the holder of the replica's lock. */
    private long checkedStart(Replica<R, W, A> replica, long index) {
        long end = replica.isSole() ? replica.writesApplied() : group.log().completeWrites();
        if (index > end) {
            throw new IllegalArgumentException(
                    "a follower must start at a write there has been, or the next one: index=" + index + " next=" + end
                            + "; use the index of a snapshot, or follow from now");
        }
        return index == NOW ? end : index;
    }

    /**
     * Lets a follower join at the replica's index. For the holder of the replica's lock, so the log cannot be reclaimed
     * past that index. The follower then looks back for the earlier writes it wants.
     */
    private LogFollower<WriteRun<W>> join(Replica<R, W, A> replica, long start, FollowerOptions options) {
        LogCursor<W> reader = replica.newCursor(start);
        Intake<WriteRun<W>> intake = joinsEntries ? new JoinedRuns<>(reader) : reader;
        LogFollower<WriteRun<W>> follower = enlist(options, List.of(group), List.of(reader), intake);
        if (start < replica.writesApplied() && !reader.lookBack(replica.writesApplied())) {
            follower.cancel();
            throw new IllegalArgumentException(
                    "a follower must start at a write that the log still holds: index=" + start
                            + " next=" + group.index()
                            + "; follow from a snapshot, which is taken and joined in one step, or use a larger log");
        }
        return follower;
    }

    /**
     * Creates a follower and registers it with these logs. The follower leaves them when it ends. For a caller that
     * keeps a replica where it is, because the follower joins each log at that replica's index.
     *
     * @param readers a cursor for each log
     * @param intake what the follower takes from them
     */
    public static <B> LogFollower<B> enlist(
            FollowerOptions options,
            List<? extends ReplicaSet<?, ?, ?>> groups,
            List<? extends LogCursor<?>> readers,
            Intake<B> intake) {
        Executor given = options.executor();
        if (given != null) {
            return enlist(
                    new LogFollower<>(options, readers, intake, given, ending -> leave(ending, groups)),
                    groups,
                    readers);
        }
        ExecutorService own = newThread(options.name());
        LogFollower.OnEnd onEnd = ending -> {
            leave(ending, groups);
            own.shutdown();
        };
        return enlist(new LogFollower<>(options, readers, intake, own, onEnd), groups, readers);
    }

    private static <B> LogFollower<B> enlist(
            LogFollower<B> follower, List<? extends ReplicaSet<?, ?, ?>> groups, List<? extends LogCursor<?>> readers) {
        try {
            for (int log = 0; log < groups.size(); log++) {
                groups.get(log).followers().add(follower, readers.get(log));
            }
        } catch (Throwable e) { // out of memory: without this, the logs it has joined would keep their entries for it
            follower.cancel();
            throw e;
        }
        return follower;
    }

    private static ExecutorService newThread(String name) {
        return Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "nr4j-" + name);
            thread.setDaemon(true);
            return thread;
        });
    }

    private static void leave(LogFollower<?> follower, List<? extends ReplicaSet<?, ?, ?>> groups) {
        groups.forEach(group -> group.followers().remove(follower));
        groups.forEach(group -> group.reclaimer().reclaim());
        Throwable failure = follower.failure();
        if (failure != null) {
            Events.FollowerDropped event = new Events.FollowerDropped();
            event.follower = follower.name();
            event.index = follower.index();
            event.reason = failure.toString();
            event.commit();
        }
    }
}
