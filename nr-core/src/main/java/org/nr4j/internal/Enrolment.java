package org.nr4j.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.LogConsumer;
import org.nr4j.Snapshot;

/** How followers join the log of an instance, and how they leave it. Any thread may call the methods, but not from inside an operation. */
public final class Enrolment<R, W, A extends @Nullable Object> {
    /** Instead of an index: the end of the log, whatever it is. */
    public static final long NOW = -1;

    private final Replicas<R, W, A> group;

    /** What a follower's owner wants; without an executor it gets a thread. */
    public record Terms(
            String name,
            long maxLag,
            boolean slowsWriters,
            @Nullable Executor executor) {}

    /** For the followers of these replicas. */
    public Enrolment(Replicas<R, W, A> group) {
        this.group = group;
    }

    /**
     * A follower that starts at a number of a write, or {@link #NOW}.
     *
     * @throws IllegalArgumentException if the log does not have that write any more, or fewer have been written
     */
    public LogFollower<W> follow(long index, LogConsumer<W> consumer, Terms terms, long threadId) {
        LogFollower<W> follower =
                group.workAsHolder(replica -> join(replica, checkedStart(replica, index), terms), threadId);
        follower.start(consumer);
        return follower;
    }

    /** A follower that starts where a snapshot is taken, from which its consumer is made. */
    public <S extends @Nullable Object> LogFollower<W> follow(
            Function<? super Dispatch<R, W, A>, ? extends S> function,
            Function<? super Snapshot<S>, ? extends @Nullable LogConsumer<W>> consumer,
            Terms terms,
            long threadId) {
        Joined<W, S> joined = group.workAsHolder(
                replica -> {
                    Snapshot<S> snapshot = replica.snapshot(function);
                    return new Joined<>(join(replica, snapshot.index(), terms), snapshot);
                },
                threadId);
        LogConsumer<W> made = null;
        try {
            made = consumer.apply(joined.snapshot);
            if (made == null) {
                throw new NullPointerException(
                        "the consumer made from a snapshot must not be null: follower=" + terms.name);
            }
            joined.follower.start(made);
        } finally {
            if (made == null) {
                joined.follower.cancel();
            }
        }
        return joined.follower;
    }

    private record Joined<W, S extends @Nullable Object>(LogFollower<W> follower, Snapshot<S> snapshot) {}

    /** For the holder of the replica's lock. */
    private long checkedStart(Replica<R, W, A> replica, long index) {
        long end = replica.isDirect() ? replica.writesApplied() : group.log().writes();
        if (index > end) {
            throw new IllegalArgumentException(
                    "a follower must start at a write there has been, or the next one: index=" + index + " next=" + end
                            + "; use the index of a snapshot, or follow from now");
        }
        return index == NOW ? end : index;
    }

    /** For the holder of the replica's lock: its place in the log cannot be reclaimed, so the follower joins there, and looks back for what it wants of earlier. */
    private LogFollower<W> join(Replica<R, W, A> replica, long start, Terms terms) {
        if (replica.isDirect()) {
            replica.startJournal();
        }
        OperationLog log = group.log();
        LogReader<W> reader = new LogReader<>(log, replica.isDirect() ? log.tail() : replica.localTail(), start);
        LogFollower<W> follower = newFollower(reader, start, terms);
        group.followers().add(follower);
        if (start < replica.writesApplied() && !reader.lookBack(replica.writesApplied())) {
            follower.cancel();
            throw new IllegalArgumentException(
                    "a follower must start at a write that the log still holds: index=" + start
                            + " next=" + group.index()
                            + "; follow from a snapshot, which is taken and joined in one step, or use a larger log");
        }
        return follower;
    }

    private LogFollower<W> newFollower(LogReader<W> reader, long start, Terms terms) {
        if (terms.executor != null) {
            return new LogFollower<>(
                    terms.name, terms.maxLag, terms.slowsWriters, reader, start, terms.executor, this::leave);
        }
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread result = new Thread(task, "nr4j-" + terms.name);
            result.setDaemon(true);
            return result;
        });
        Consumer<LogFollower<W>> onEnd = follower -> {
            leave(follower);
            thread.shutdown();
        };
        return new LogFollower<>(terms.name, terms.maxLag, terms.slowsWriters, reader, start, thread, onEnd);
    }

    private void leave(LogFollower<W> follower) {
        group.followers().remove(follower);
        group.reclaim();
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
