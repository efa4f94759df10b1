package org.nr4j.kv.internal;

import org.jspecify.annotations.Nullable;

/** Goes through the entries of a range of a tree that is not being changed. For one thread. */
public final class RangeScan {
    private final TreeCursor cursor;
    private final byte @Nullable [] low;
    private final byte @Nullable [] end;
    private final boolean descending;

    private Leaf leaf;
    private int slot;

    /** The slots of the leaf that are in the range: from {@code slot} up to here, exclusive, or down to here, inclusive. */
    private int bound;

    private boolean started;

    /** Before the first entry of a range, or after the last if descending. */
    public RangeScan(TreeView tree, byte @Nullable [] low, byte @Nullable [] end, boolean descending) {
        this.cursor = new TreeCursor(tree);
        this.leaf = cursor.leaf();
        this.low = low;
        this.end = end;
        this.descending = descending;
    }

    /** Goes to the next entry. Returns whether there is one. */
    public boolean advance() {
        if (!started) {
            return start();
        }
        if (descending) {
            return --slot >= bound || (bound == 0 && cursor.previousLeaf() && enterFromBehind());
        }
        return ++slot < bound || (bound == leaf.size && cursor.nextLeaf() && enter());
    }

    private boolean start() {
        started = true;
        return descending ? cursor.seekBelow(end) && enterFromBehind() : cursor.seekAtLeast(low) && enter();
    }

    private boolean enter() {
        leaf = cursor.leaf();
        slot = cursor.slot();
        bound = end == null || leaf.compareKey(leaf.size - 1, end) < 0 ? leaf.size : leaf.lowerBound(end);
        return slot < bound;
    }

    private boolean enterFromBehind() {
        leaf = cursor.leaf();
        slot = cursor.slot();
        bound = low == null || leaf.compareKey(0, low) >= 0 ? 0 : leaf.lowerBound(low);
        return slot >= bound;
    }

    /** A copy of the key of the entry. */
    public byte[] key() {
        return leaf.key(slot);
    }

    /** A copy of its value. */
    public byte[] value() {
        return leaf.value(slot);
    }

    /** When it expires. */
    public long expiry() {
        return leaf.expiry(slot);
    }
}
