package org.nr4j.kv.internal.table;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * The keys between two bounds.
 *
 * @param low null if there is no lower bound
 * @param lowIncluded whether {@code low} itself is in the range
 * @param high null if there is no upper bound
 * @param highIncluded whether {@code high} itself is in the range
 */
public record MapRange<K>(
        @Nullable K low, boolean lowIncluded, @Nullable K high, boolean highIncluded) {

    public static <K> MapRange<K> all() {
        return new MapRange<>(null, false, null, false);
    }

    public boolean isAll() {
        return low == null && high == null;
    }

    public boolean contains(K key, Comparator<? super K> order) {
        return !isBelow(key, order) && !isAbove(key, order);
    }

    /** Whether a key is too low for the range. */
    private boolean isBelow(K key, Comparator<? super K> order) {
        if (low == null) {
            return false;
        }
        int side = order.compare(key, low);
        return side < 0 || (side == 0 && !lowIncluded);
    }

    private boolean isAbove(K key, Comparator<? super K> order) {
        if (high == null) {
            return false;
        }
        int side = order.compare(key, high);
        return side > 0 || (side == 0 && !highIncluded);
    }

    /** Returns the part of the range above a key, or at it. */
    public MapRange<K> from(K key, boolean included, Comparator<? super K> order) {
        if (low != null) {
            int side = order.compare(key, low);
            if (side < 0 || (side == 0 && included)) {
                return this;
            }
        }
        return new MapRange<>(key, included, high, highIncluded);
    }

    /** Returns the part of the range below a key, or at it. */
    public MapRange<K> to(K key, boolean included, Comparator<? super K> order) {
        if (high != null) {
            int side = order.compare(key, high);
            if (side > 0 || (side == 0 && included)) {
                return this;
            }
        }
        return new MapRange<>(low, lowIncluded, key, included);
    }

    /**
     * Whether a key can bound a part of this range. It can if it is inside, or if it is a bound that this range
     * includes or the part excludes.
     */
    public boolean canBound(K key, boolean included, Comparator<? super K> order) {
        return (low == null || isNotPast(order.compare(low, key), lowIncluded, included))
                && (high == null || isNotPast(order.compare(key, high), highIncluded, included));
    }

    private static boolean isNotPast(int side, boolean boundIncluded, boolean included) {
        return side < 0 || (side == 0 && (boundIncluded || !included));
    }

    @Override
    public String toString() {
        return (lowIncluded ? "[" : "(") + (low == null ? "" : low) + ".." + (high == null ? "" : high)
                + (highIncluded ? "]" : ")");
    }
}
