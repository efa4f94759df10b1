package org.nr4j.kv.internal.reconcile.view;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.KeyRange;

/**
 * A range of keys, as the protocol has it: from {@code low} on, below {@code end}. Nobody must change the arrays.
 *
 * @param low the lowest key; empty if there is no bound
 * @param end the lowest key above; null if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // spans are never compared
public record Span(byte[] low, byte @Nullable [] end) {
    /** Returns the span of a range. */
    public static Span of(KeyRange range) {
        return new Span(range.lowerBound(), range.upperBound());
    }

    /** Returns the range of this span. */
    public KeyRange range() {
        KeyRange from = low.length == 0 ? KeyRange.all() : KeyRange.atLeast(low);
        return end == null ? from : from.below(end);
    }

    /** Whether a key is in this span. */
    public boolean contains(byte[] key) {
        return Arrays.compareUnsigned(low, key) <= 0 && (end == null || Arrays.compareUnsigned(key, end) < 0);
    }

    /** Whether all keys of another span are in this one. */
    public boolean containsAll(Span other) {
        byte[] otherEnd = other.end;
        return Arrays.compareUnsigned(low, other.low) <= 0
                && (end == null || (otherEnd != null && Arrays.compareUnsigned(otherEnd, end) <= 0));
    }
}
