package org.nr4j.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.nr4j.FollowerDroppedException;

/** The followers of one log: how far they let the writers go, and waking them. Any thread may call any method. */
/*
 * `current` is replaced as a whole. A follower is added while the lock of a replica is held whose local tail is the follower's place, so that reclaiming cannot pass
 * it before it sees the follower (Replicas.minPosition).
 *
 * Waking: a writer publishes (log tail: CAS; open entry: release, then the volatile store that leaves the lock), then looks whether the follower is idle (volatile). A
 * follower says that it is idle (volatile), then looks at the log once more.
 */
public final class Followers<W> {
    private final AtomicReference<Current<W>> current = new AtomicReference<>(new Current<>(List.of()));
    private volatile boolean released;

    /** A set of followers, and the first write that they do not allow yet. A limit out of date is too low, since followers only go on: it is looked up anew when reached. */
    static final class Current<W> {
        final LogFollower<W>[] followers;
        volatile long limit;

        @SuppressWarnings({"unchecked", "rawtypes"})
        Current(List<LogFollower<W>> followers) {
            this.followers = followers.toArray(new LogFollower[0]);
        }
    }

    /** All that have not ended. */
    public List<LogFollower<W>> all() {
        return List.of(current().followers);
    }

    boolean isEmpty() {
        return current().followers.length == 0;
    }

    /** For the holder of the lock of the replica that pins the follower's place in the log. */
    void add(LogFollower<W> follower) {
        current.updateAndGet(before -> {
            List<LogFollower<W>> followers = new ArrayList<>(List.of(before.followers));
            followers.add(follower);
            return new Current<>(followers);
        });
    }

    void remove(LogFollower<W> follower) {
        current.updateAndGet(before -> {
            List<LogFollower<W>> followers = new ArrayList<>(List.of(before.followers));
            followers.remove(follower);
            return new Current<>(followers);
        });
    }

    /** The set as it is now, to see later whether it still is. */
    @SuppressWarnings("NullAway") // never null
    Current<W> current() {
        return current.get();
    }

    /** How many writes may be appended now as far as the followers are concerned; drops those that their owners want dropped rather than waited for. */
    long room(OperationLog log) {
        Current<W> current = current();
        if (current.followers.length == 0) {
            return Long.MAX_VALUE;
        }
        long next = log.writes();
        long room = current.limit - next;
        return room > 0 ? room : roomSlowPath(current, next);
    }

    private long roomSlowPath(Current<W> current, long next) {
        long limit = Long.MAX_VALUE;
        for (LogFollower<W> follower : current.followers) {
            if (follower.isStopping()) {
                continue;
            }
            if (next >= follower.limit() && !follower.slowsWriters()) {
                follower.stop(new FollowerDroppedException(
                        follower.name(), follower.index(), next - follower.index(), follower.maxLag()));
            } else if (!follower.slowsWriters() || !released) {
                limit = Math.min(limit, follower.limit());
            }
        }
        current.limit = limit;
        return limit - next;
    }

    /** The smallest place in the log of a follower, at most {@code bound}. */
    static long minPosition(Current<?> current, long bound) {
        long min = bound;
        for (LogFollower<?> follower : current.followers) {
            if (!follower.reader().isAbandoned()) {
                min = Math.min(min, follower.reader().position());
            }
        }
        return min;
    }

    /** For one who needs room in the log: makes the followers take what there is, and wakes those that sleep. */
    void makeRoom() {
        for (LogFollower<W> follower : current().followers) {
            follower.reader().tryTake();
            follower.wake();
        }
    }

    /** Wakes the followers that sleep; to be called after leaving the lock. */
    void wake() {
        for (LogFollower<W> follower : current().followers) {
            follower.wake();
        }
    }

    /**
     * Throws if that thread runs the consumer of a follower that writers wait for: what needs a replica's lock for more than a read might wait for one of them, and so for itself.
     *
     * @throws IllegalStateException then
     */
    public void refuseConsumer(long threadId) {
        if (isAwaitedConsumer(threadId)) {
            throw new IllegalStateException(
                    "a consumer must only read the structure it follows, unless its follower is dropped when behind: thread="
                            + Thread.currentThread().getName()
                            + "; write, take snapshots, and change replicas on another thread, or use dropWhenBehind()");
        }
    }

    /** Whether there are followers at all, and that thread may write. */
    boolean admit(long threadId) {
        return !isEmpty() && !isAwaitedConsumer(threadId);
    }

    /** Whether that thread runs the consumer of a follower that writers wait for. It must not wait for room in the log itself. */
    boolean isAwaitedConsumer(long threadId) {
        for (LogFollower<W> follower : current().followers) {
            if (follower.slowsWriters() && follower.isDelivering(threadId)) {
                return true;
            }
        }
        return false;
    }

    /** The instance is closing: no writer waits for a follower any more. */
    void release() {
        released = true;
    }

    /** No write comes after number {@code end - 1}: each follower gets what it has not seen, then ends, with {@code failure} if there is one. */
    void finish(long end, @Nullable Throwable failure) {
        for (LogFollower<W> follower : current().followers) {
            follower.finish(end, failure);
        }
    }
}
