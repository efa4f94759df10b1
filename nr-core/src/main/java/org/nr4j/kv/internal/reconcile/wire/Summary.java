package org.nr4j.kv.internal.reconcile.wire;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a side says of the entries of a range: their number, and a hash of their fingerprint and the session. The hash
 * of no entries is empty. Nobody must change the array.
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode compare the contents
public record Summary(long count, byte[] hash) {
    /** How many bytes a hash has. */
    public static final int HASH_BYTES = 12;

    /** The summary of no entries. */
    public static final Summary EMPTY = new Summary(0, new byte[0]);

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Summary that && count == that.count && Arrays.equals(hash, that.hash);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(count) + Arrays.hashCode(hash);
    }

    @Override
    public String toString() {
        return "Summary[count=" + count + "]";
    }
}
