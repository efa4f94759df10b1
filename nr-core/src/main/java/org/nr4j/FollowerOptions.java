package org.nr4j;

import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** How a follower follows: on which thread, and what happens when it lags. Immutable; each method returns changed options. */
public final class FollowerOptions {
    /** The default of {@link #maxLag}. */
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

    /** A thread of its own, up to {@link #DEFAULT_MAX_LAG} writes behind, then the writers wait. */
    public static FollowerOptions defaults() {
        return DEFAULTS;
    }

    /** A name for statistics, messages and the thread. */
    public FollowerOptions name(String name) {
        return new FollowerOptions(
                Objects.requireNonNull(name, "name must not be null: pass a word or two"),
                maxLag,
                slowsWriters,
                executor);
    }

    /**
     * How many writes the follower may be behind before {@link #slowWriters} or {@link #dropWhenBehind} takes effect. It can be exceeded by the operations of one batch a replica. With several logs it holds for each. Writes that a follower has
     * yet to receive stay in memory.
     *
     * @throws IllegalArgumentException if less than 1
     */
    public FollowerOptions maxLag(long writes) {
        if (writes < 1) {
            throw new IllegalArgumentException("maxLag must be at least 1 write: maxLag=" + writes
                    + "; use a large one for a follower that may fall behind");
        }
        return new FollowerOptions(name, writes, slowsWriters, executor);
    }

    /** A follower that is {@link #maxLag} behind makes writers wait for it: it misses nothing, and one that never comes back stops all writes. The default. */
    public FollowerOptions slowWriters() {
        return new FollowerOptions(name, maxLag, /* slowsWriters= */ true, executor);
    }

    /** A follower that is {@link #maxLag} behind is dropped, with a {@link FollowerDroppedException}: writers never wait for it. */
    public FollowerOptions dropWhenBehind() {
        return new FollowerOptions(name, maxLag, /* slowsWriters= */ false, executor);
    }

    /**
     * Runs the consumer on threads of an executor, one task at a time, which ends when there is nothing to do; by default it has a daemon thread of its own. Where an executor runs a task on the
     * submitting thread, which is a writer's, that task gets a daemon thread.
     */
    public FollowerOptions executor(Executor executor) {
        return new FollowerOptions(
                name,
                maxLag,
                slowsWriters,
                Objects.requireNonNull(executor, "executor must not be null: leave it out for a thread of its own"));
    }

    /** The name. */
    public String name() {
        return name;
    }

    /** How many writes the follower may be behind. */
    public long maxLag() {
        return maxLag;
    }

    /** Whether writers wait for it when it is that far behind; else it is dropped. */
    public boolean slowsWriters() {
        return slowsWriters;
    }

    /** Where the consumer runs; null for a thread of its own. */
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
