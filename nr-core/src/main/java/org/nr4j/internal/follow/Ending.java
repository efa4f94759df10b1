package org.nr4j.internal.follow;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.log.LogCursor;

/**
 * Where and why a follower ends: in each log before the write with a number. Immutable.
 *
 * <p>A follower that ends at once delivers no further write. A follower of several logs may have an end in some of them
 * only. It goes on until it has an end in each log, and has reached them all.
 */
final class Ending {
    private static final long AT_ONCE = -1;
    private static final long NOT_YET = Long.MAX_VALUE;

    private final long[] ends;

    /** Why the follower ends; null if it ends without a failure. */
    final @Nullable Throwable failure;

    private Ending(long[] ends, @Nullable Throwable failure) {
        this.ends = ends;
        this.failure = failure;
    }

    /** Returns an end at once, in that many logs. */
    static Ending atOnce(int logs, @Nullable Throwable failure) {
        long[] ends = new long[logs];
        Arrays.fill(ends, AT_ONCE);
        return new Ending(ends, failure);
    }

    /** Returns the ends of {@code logs} logs of which only the one at {@code log} has an end yet. */
    static long[] endsOfOne(int logs, int log, long end) {
        long[] ends = new long[logs];
        Arrays.fill(ends, NOT_YET);
        ends[log] = end;
        return ends;
    }

    /**
     * Returns an ending that takes the end of each log from {@code before}, or from {@code ends} if {@code before} has
     * none for it.
     */
    static Ending joined(@Nullable Ending before, long[] ends, @Nullable Throwable failure) {
        if (before == null) {
            return new Ending(ends, failure);
        }
        long[] joined = before.ends.clone();
        for (int log = 0; log < joined.length; log++) {
            joined[log] = joined[log] == NOT_YET ? ends[log] : joined[log];
        }
        return new Ending(joined, before.failure);
    }

    /** Whether the follower takes no further write. */
    boolean isAtOnce() {
        return ends[0] == AT_ONCE;
    }

    /** Whether the follower has passed on all writes before its ends. {@code readers} has the cursor of each log. */
    boolean isReachedBy(List<? extends LogCursor<?>> readers) {
        for (int log = 0; log < ends.length; log++) {
            if (readers.get(log).index() < ends[log]) {
                return false;
            }
        }
        return true;
    }
}
