package org.nr4j.kv;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When an entry expires: never, after a time, or at an instant. The entry exists before the instant, and is gone from
 * it on. Precise to a millisecond; fractions are rounded up. Immutable.
 *
 * <p>A duration counts from the call that it is given to, by the store's clock. An instant that has passed removes the
 * entry.
 */
public final class Expiry {
    static final long NEVER = Long.MAX_VALUE;

    /** The largest duration. Small enough that sums do not overflow. */
    private static final long LARGEST = Long.MAX_VALUE / 4;

    private static final Expiry NONE = new Expiry(NEVER, /* relative= */ false);

    private final long millis;
    private final boolean relative;

    private Expiry(long millis, boolean relative) {
        this.millis = millis;
        this.relative = relative;
    }

    /** Returns an expiry for an entry that stays until it is removed. */
    public static Expiry never() {
        return NONE;
    }

    /**
     * Returns an expiry for an entry that expires some time after the call.
     *
     * @throws IllegalArgumentException if the duration is not positive, or longer than about 70 million years
     */
    public static Expiry after(Duration duration) {
        if (duration == null) {
            throw new NullPointerException("a duration must not be null: duration=null; use Expiry.never()");
        }
        if (duration.isNegative() || duration.isZero() || duration.compareTo(Duration.ofMillis(LARGEST)) > 0) {
            throw new IllegalArgumentException("a duration must be positive and at most " + LARGEST + " ms: duration="
                    + duration + "; remove the key, or use Expiry.never()");
        }
        return new Expiry(duration.plusNanos(999_999).toMillis(), /* relative= */ true);
    }

    /**
     * Returns an expiry for an entry that expires at an instant.
     *
     * @throws IllegalArgumentException if the instant is more than about 70 million years from 1970
     */
    public static Expiry at(Instant instant) {
        if (instant == null) {
            throw new NullPointerException("an instant must not be null: instant=null; use Expiry.never()");
        }
        if (Math.abs((double) instant.getEpochSecond()) > LARGEST / 1e3) {
            throw new IllegalArgumentException("an instant must be within " + LARGEST + " ms of 1970: instant="
                    + instant + "; use Expiry.never()");
        }
        return new Expiry(instant.plusNanos(999_999).toEpochMilli(), /* relative= */ false);
    }

    static void require(Expiry expiry) {
        if (expiry == null) {
            throw new NullPointerException("an expiry must not be null: expiry=null; use Expiry.never()");
        }
    }

    /** Returns the instant of an entry, null for no entry; empty if there is none, or if it does not expire. */
    static Optional<Instant> instant(@Nullable Long millis) {
        return millis == null || millis == NEVER ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    boolean isNever() {
        return millis == NEVER;
    }

    /** Returns the instant, in milliseconds since 1970. */
    long from(long now) {
        return relative ? now + millis : millis;
    }

    @Override
    public String toString() {
        return isNever() ? "never" : relative ? "after " + millis + " ms" : "at " + Instant.ofEpochMilli(millis);
    }
}
