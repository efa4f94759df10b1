package org.nr4j.internal.follow;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.nr4j.FollowerDroppedException;
import org.nr4j.internal.log.LogCursor;
import org.nr4j.internal.log.OperationLog;

/**
 * The followers of one log, each with its cursor in that log. They limit how far writers may go. Any thread may call
 * any method.
 */
/*
 * `current` is replaced as a whole. A follower is added while a replica stays where it is, with its local tail at the
 * follower's place. The holder of the replica's lock keeps it there, or a reader inside. So reclaiming cannot pass that
 * place before it sees the follower (LogReclaimer.minPosition).
 *
 * Waking. A writer publishes first (log tail: CAS; open entry: release, then the volatile store that leaves the lock).
 * Then it looks whether the follower is idle (volatile). A follower first declares that it is idle (volatile), then
 * looks at the log once more. So one of the two sees the other.
 */
public final class Followers {
    private final AtomicReference<Current> current = new AtomicReference<>(new Current(List.of(), List.of()));
    private volatile boolean released;

    /**
     * A set of followers, with the number of the first write that they do not allow yet. An old limit is too low at
     * worst, because followers only advance. So the limit is computed again only when it is reached.
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

    /** An action on a follower and its cursor in this log. */
    public interface Action {
        void accept(LogFollower<?> follower, LogCursor<?> reader);
    }

    /** Calls the action for each follower that has not ended. */
    public void forEach(Action action) {
        Current current = current();
        for (int i = 0; i < current.followers.length; i++) {
            action.accept(current.followers[i], current.readers[i]);
        }
    }

    public boolean isEmpty() {
        return current().followers.length == 0;
    }

    /** Adds a follower. The caller keeps a replica where it is whose local tail is the cursor's place in the log. */
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

    /** Returns the present set of followers. A caller can compare it later, to see whether the set has changed. */
    @SuppressWarnings("NullAway") // never null
    public Current current() {
        return current.get();
    }

    /**
     * Returns how many writes the followers allow at present. Drops a follower that is too far behind, if its owner
     * prefers that to slowing the writers down.
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

    /** Returns the smallest place of a follower in the log, or {@code bound} if that is smaller. */
    public static long minPosition(Current current, long bound) {
        long min = bound;
        for (LogCursor<?> reader : current.readers) {
            if (!reader.isAbandoned()) {
                min = Math.min(min, reader.position());
            }
        }
        return min;
    }

    /**
     * Makes room in the log, for a thread that needs it: takes the log's entries for each follower, and wakes the
     * sleeping followers.
     */
    public void makeRoom() {
        forEach((follower, reader) -> {
            reader.tryTake();
            follower.wake();
        });
    }

    /** Wakes the sleeping followers. A writer calls this after leaving the lock. */
    public void wake() {
        for (LogFollower<?> follower : current().followers) {
            follower.wake();
        }
    }

    /**
     * Throws if the thread runs the consumer of a follower that writers wait for. An operation that needs a replica's
     * lock for more than a read might wait for such a writer, and so for its own thread.
     *
     * @throws IllegalStateException if the thread runs such a consumer
     */
    public void refuseConsumer(long threadId) {
        if (isAwaitedConsumer(threadId)) {
            throw new IllegalStateException(
                    "a consumer must only read the structure it follows, unless its follower is dropped when behind: thread="
                            + Thread.currentThread().getName()
                            + "; write, take snapshots and change replicas on another thread, or use dropWhenBehind()");
        }
    }

    /** Whether there are followers and the thread may write, because it runs no consumer that writers wait for. */
    public boolean admit(long threadId) {
        return !isEmpty() && !isAwaitedConsumer(threadId);
    }

    /**
     * Whether the thread runs the consumer of a follower that writers wait for. Such a thread must not wait for room in
     * the log.
     */
    public boolean isAwaitedConsumer(long threadId) {
        for (LogFollower<?> follower : current().followers) {
            if (follower.slowsWriters() && follower.isDelivering(threadId)) {
                return true;
            }
        }
        return false;
    }

    /** Releases the writers because the instance is closing: none waits for a follower from then on. */
    public void release() {
        released = true;
    }

    /**
     * Declares that number {@code end - 1} is the last write of this log. Each follower still receives the writes that
     * it has not seen. It ends once the end of all its logs is declared, with {@code failure} unless that is null.
     */
    public void finish(long end, @Nullable Throwable failure) {
        forEach((follower, reader) -> follower.finish(reader, end, failure));
    }
}
