package org.nr4j.internal.follow;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.nr4j.FollowerDroppedException;
import org.nr4j.internal.log.LogCursor;
import org.nr4j.internal.log.OperationLog;

/**
 * The followers of one log, each with its reader of that log: how far they let the writers go, and waking them. Any
 * thread may call any method.
 */
/*
 * `current` is replaced as a whole. A follower is added while a replica whose local tail is the follower's place is
 * kept there (by the holder of its lock, or by a reader inside), so that reclaiming cannot pass it before it sees the
 * follower (ReplicaSet.minPosition).
 *
 * Waking: a writer publishes (log tail: CAS; open entry: release, then the volatile store that leaves the lock), then
 * looks whether the follower is idle (volatile). A follower says that it is idle (volatile), then looks at the log once
 * more.
 */
public final class Followers {
    private final AtomicReference<Current> current = new AtomicReference<>(new Current(List.of(), List.of()));
    private volatile boolean released;

    /**
     * A set of followers, and the first write that they do not allow yet. A limit out of date is too low, since
     * followers only go on: it is looked up anew when reached.
     */
    public static final class Current {
        final LogFollower<?>[] followers;
        final LogCursor<?>[] readers;
        volatile long limit;

        Current(List<LogFollower<?>> followers, List<LogCursor<?>> readers) {
            this.followers = followers.toArray(new LogFollower<?>[0]);
            this.readers = readers.toArray(new LogCursor<?>[0]);
        }
    }

    /** What is done with a follower and its reader of this log. */
    public interface Action {
        void accept(LogFollower<?> follower, LogCursor<?> reader);
    }

    /** All that have not ended. */
    public void forEach(Action action) {
        Current current = current();
        for (int i = 0; i < current.followers.length; i++) {
            action.accept(current.followers[i], current.readers[i]);
        }
    }

    public boolean isEmpty() {
        return current().followers.length == 0;
    }

    /** For one who keeps the replica that pins the reader's place in the log where it is. */
    public void add(LogFollower<?> follower, LogCursor<?> reader) {
        current.updateAndGet(before -> {
            List<LogFollower<?>> followers = new ArrayList<>(List.of(before.followers));
            List<LogCursor<?>> readers = new ArrayList<>(List.of(before.readers));
            followers.add(follower);
            readers.add(reader);
            return new Current(followers, readers);
        });
    }

    public void remove(LogFollower<?> follower) {
        current.updateAndGet(before -> {
            List<LogFollower<?>> followers = new ArrayList<>(List.of(before.followers));
            List<LogCursor<?>> readers = new ArrayList<>(List.of(before.readers));
            int i = followers.indexOf(follower);
            if (i >= 0) {
                followers.remove(i);
                readers.remove(i);
            }
            return new Current(followers, readers);
        });
    }

    /** The set as it is now, to see later whether it still is. */
    @SuppressWarnings("NullAway") // never null
    public Current current() {
        return current.get();
    }

    /**
     * How many writes may be appended now as far as the followers are concerned; drops those that their owners want
     * dropped rather than waited for.
     */
    public long room(OperationLog log) {
        Current current = current();
        if (current.followers.length == 0) {
            return Long.MAX_VALUE;
        }
        long next = log.writes();
        long room = current.limit - next;
        return room > 0 ? room : roomSlowPath(current, next);
    }

    private long roomSlowPath(Current current, long next) {
        long limit = Long.MAX_VALUE;
        for (int i = 0; i < current.followers.length; i++) {
            LogFollower<?> follower = current.followers[i];
            long own = current.readers[i].limit(follower.maxLag());
            if (follower.isStopping()) {
                continue;
            }
            if (next >= own && !follower.slowsWriters()) {
                long index = current.readers[i].index();
                follower.stop(new FollowerDroppedException(follower.name(), index, next - index, follower.maxLag()));
            } else if (!follower.slowsWriters() || !released) {
                limit = Math.min(limit, own);
            }
        }
        current.limit = limit;
        return limit - next;
    }

    /** The smallest place in the log of a follower, at most {@code bound}. */
    public static long minPosition(Current current, long bound) {
        long min = bound;
        for (LogCursor<?> reader : current.readers) {
            if (!reader.isAbandoned()) {
                min = Math.min(min, reader.position());
            }
        }
        return min;
    }

    /** For one who needs room in the log: makes the followers take what there is, and wakes those that sleep. */
    public void makeRoom() {
        forEach((follower, reader) -> {
            reader.tryTake();
            follower.wake();
        });
    }

    /** Wakes the followers that sleep; to be called after leaving the lock. */
    public void wake() {
        for (LogFollower<?> follower : current().followers) {
            follower.wake();
        }
    }

    /**
     * Throws if that thread runs the consumer of a follower that writers wait for: what needs a replica's lock for more
     * than a read might wait for one of them, and so for itself.
     *
     * @throws IllegalStateException then
     */
    public void refuseConsumer(long threadId) {
        if (isAwaitedConsumer(threadId)) {
            throw new IllegalStateException(
                    "a consumer must only read the structure it follows, unless its follower is dropped when behind: thread="
                            + Thread.currentThread().getName()
                            + "; write, take snapshots and change replicas on another thread, or use dropWhenBehind()");
        }
    }

    /** Whether there are followers at all, and that thread may write. */
    public boolean admit(long threadId) {
        return !isEmpty() && !isAwaitedConsumer(threadId);
    }

    /**
     * Whether that thread runs the consumer of a follower that writers wait for. It must not wait for room in the log
     * itself.
     */
    public boolean isAwaitedConsumer(long threadId) {
        for (LogFollower<?> follower : current().followers) {
            if (follower.slowsWriters() && follower.isDelivering(threadId)) {
                return true;
            }
        }
        return false;
    }

    /** The instance is closing: no writer waits for a follower any more. */
    public void release() {
        released = true;
    }

    /**
     * No write of this log comes after number {@code end - 1}: each follower gets what it has not seen, and once that
     * is so for all its logs ends, with {@code failure} if there is one.
     */
    public void finish(long end, @Nullable Throwable failure) {
        forEach((follower, reader) -> follower.finish(reader, end, failure));
    }
}
