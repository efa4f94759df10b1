package org.nr4j.kv.internal.tree;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.value.OutsideValue;

/** The arrays beside a leaf's page, which have an item or several for each slot. They grow with some room to spare. */
final class SlotArrays {
    private SlotArrays() {}

    /** Returns a length slightly above what is needed. */
    static int withRoom(int slots) {
        return slots + Math.max(2, slots >>> 3);
    }

    /**
     * Makes room for one slot.
     *
     * @param size the number of slots, with the new one
     * @param width how many numbers each slot has
     */
    static long @Nullable [] shiftRight(long @Nullable [] array, int slot, int size, int width) {
        if (array == null) {
            return null;
        }
        long[] longer = array;
        if (array.length < size * width) {
            longer = new long[withRoom(size) * width];
            System.arraycopy(array, 0, longer, 0, slot * width);
        }
        System.arraycopy(array, slot * width, longer, (slot + 1) * width, (size - 1 - slot) * width);
        return longer;
    }

    /** As {@link #shiftRight}, and the new slot has null. */
    static @Nullable OutsideValue[] insertNull(@Nullable OutsideValue[] array, int slot, int size) {
        @Nullable OutsideValue[] longer = array;
        if (array.length < size) {
            longer = new OutsideValue[withRoom(size)];
            System.arraycopy(array, 0, longer, 0, slot);
        }
        System.arraycopy(array, slot, longer, slot + 1, size - 1 - slot);
        longer[slot] = null;
        return longer;
    }
}
