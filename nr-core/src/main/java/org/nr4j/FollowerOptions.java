package org.nr4j;

import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The options of a follower: its name, the thread of its consumer, and what happens when it lags. Options are
 * immutable. Each method with an argument returns a changed copy. Any thread may use them.
 */
public final class FollowerOptions {
    /** The default of {@link #maxLag}, in writes. */
    public static final long DEFAULT_MAX_LAG = 1 << 16;

    private static final FollowerOptions DEFAULTS =
            new FollowerOptions("follower", DEFAULT_MAX_LAG, /* slowsWriters= */ true, /* executor= */ null);

    private final String name;
    private final long maxLag;
    private final boolean slowsWriters;
    private final @Nullable Executor executor;

    private FollowerOptions(String name, long maxLag, boolean slowsWriters, @Nullable Executor executor) {
        this.name = name;
        this.maxLag = maxLag;
        this.slowsWriters = slowsWriters;
        this.executor = executor;
    }

    /**
     * Returns the defaults: a thread of its own, and writers wait for a follower {@link #DEFAULT_MAX_LAG} writes
     * behind.
     */
    public static FollowerOptions defaults() {
        return DEFAULTS;
    }

    /** Sets the name for statistics, messages and the thread. */
    public FollowerOptions name(String name) {
        return new FollowerOptions(
                Objects.requireNonNull(name, "name must not be null: pass a word or two"),
                maxLag,
                slowsWriters,
                executor);
    }

    /**
     * Sets how many writes the follower may be behind before {@link #slowWriters} or {@link #dropWhenBehind} takes
     * effect.
     *
     * <p>Each replica can exceed the limit by the operations of one batch. With several logs, the limit holds for each
     * log. Writes that the follower has not received stay in memory.
     *
     * @param writes the limit, in writes
     * @throws IllegalArgumentException if the limit is less than 1
     */
    public FollowerOptions maxLag(long writes) {
        if (writes < 1) {
            throw new IllegalArgumentException("maxLag must be at least 1 write: maxLag=" + writes
                    + "; use a large one for a follower that may fall behind");
        }
        return new FollowerOptions(name, writes, slowsWriters, executor);
    }

    /**
     * Makes writers wait for a follower that is {@link #maxLag} behind. The follower misses no write. A consumer that
     * never returns stops all writes. This is the default.
     */
    public FollowerOptions slowWriters() {
        return new FollowerOptions(name, maxLag, /* slowsWriters= */ true, executor);
    }

    /**
     * Drops a follower that is {@link #maxLag} behind with a {@link FollowerDroppedException}. Writers never wait for
     * it.
     */
    public FollowerOptions dropWhenBehind() {
        return new FollowerOptions(name, maxLag, /* slowsWriters= */ false, executor);
    }

    /**
     * Runs the consumer on threads of an executor. By default, the follower has a daemon thread of its own.
     *
     * <p>The follower runs one task at a time. The task ends when no write is left to receive. The submitting thread is
     * a writer. If the executor runs the task on that thread, the follower moves the task to a daemon thread.
     */
    public FollowerOptions executor(Executor executor) {
        return new FollowerOptions(
                name,
                maxLag,
                slowsWriters,
                Objects.requireNonNull(executor, "executor must not be null: leave it out for a thread of its own"));
    }

    /** Returns the name. */
    public String name() {
        return name;
    }

    /** Returns how many writes the follower may be behind. */
    public long maxLag() {
        return maxLag;
    }

    /** Returns whether writers wait for a follower that is {@link #maxLag} behind. If not, it is dropped. */
    public boolean slowsWriters() {
        return slowsWriters;
    }

    /** Returns the executor of the consumer, or null for a thread of its own. */
    public @Nullable Executor executor() {
        return executor;
    }

    @Override
    public String toString() {
        return "FollowerOptions[name=" + name + ", maxLag=" + maxLag + ", "
                + (slowsWriters ? "slowWriters" : "dropWhenBehind") + ", executor="
                + (executor == null ? "own thread" : executor) + "]";
    }
}
