package org.nr4j.kv.durable;

import java.time.Duration;
import java.util.Objects;

/** When the writes of a durable store reach the disk. Immutable. */
public final class SyncPolicy {
    /**
     * A write returns once it is on the disk. A read returns only what is on the disk. So nothing that a caller has
     * seen is lost, whatever happens to the process, the operating system or the power. There is one exception: after a
     * failure of the disk itself, reads go on, and may show writes whose callers got a {@link NotDurableException}.
     */
    public static final SyncPolicy ALWAYS = new SyncPolicy("ALWAYS", Duration.ZERO);

    /**
     * The operating system decides when writes reach the disk. A killed process loses the writes of the last moment:
     * those that the store has not passed to the operating system yet. A power failure may lose the writes of half a
     * minute or more.
     */
    public static final SyncPolicy NEVER = new SyncPolicy("NEVER", Duration.ofSeconds(Long.MAX_VALUE));

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    private final String name;
    private final Duration interval;

    private SyncPolicy(String name, Duration interval) {
        this.name = name;
        this.interval = interval;
    }

    /**
     * Writes do not wait for the disk. They reach it after this time, or shortly later. A power failure loses the
     * writes of about that time; a killed process only those of the last moment, as with {@link #NEVER}.
     *
     * @throws IllegalArgumentException if not from 1 ms to 1 hour
     */
    public static SyncPolicy interval(Duration interval) {
        Objects.requireNonNull(interval, "an interval must not be null: interval=null; pass a second");
        if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "an interval must be from 1 ms to 1 hour: interval=" + interval + "; use ALWAYS or NEVER instead");
        }
        return new SyncPolicy("interval(" + interval + ")", interval);
    }

    /** Returns how long a write may wait for its sync; zero for {@link #ALWAYS}. */
    public Duration interval() {
        return interval;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SyncPolicy that && interval.equals(that.interval);
    }

    @Override
    public int hashCode() {
        return interval.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
