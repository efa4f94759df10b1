package org.nr4j.kv.internal.tree;

import org.jspecify.annotations.Nullable;

/**
 * An ordered tree, to be read: entries by key, by rank, and the totals of ranges in O(log n). For any number of threads
 * while nobody changes the tree; a snapshot never changes.
 *
 * <p>A range has a lowest key, inclusive, null for none, and an end, exclusive, null for none.
 */
public class TreeView {
    final Shape shape;
    Node root;

    /** The totals of all entries. */
    final long[] total;

    TreeView(Shape shape, Node root, long[] total) {
        this.shape = shape;
        this.root = root;
        this.total = total;
    }

    /** How many entries. */
    public final long count() {
        return total[Totals.COUNT];
    }

    /** Bytes of all keys and values. */
    public final long bytes() {
        return total[Totals.BYTES];
    }

    /** The earliest instant at which an entry expires. */
    public final long minExpiry() {
        return total[Totals.EXPIRY];
    }

    /** The leaf that has a key, or would have it. */
    public final Leaf leafOf(byte[] key) {
        Node node = root;
        while (node instanceof Inner inner) {
            node = inner.children[inner.childOf(key)];
        }
        return (Leaf) node;
    }

    /** How many keys are less than {@code key}. */
    public final long rank(byte[] key) {
        long rank = 0;
        Node node = root;
        while (node instanceof Inner inner) {
            int child = inner.childOf(key);
            rank += inner.countBefore(child);
            node = inner.children[child];
        }
        return rank + node.lowerBound(key);
    }

    /** How many entries a range has. */
    public final long count(byte @Nullable [] low, byte @Nullable [] end) {
        long before = low == null ? 0 : rank(low);
        return (end == null ? count() : rank(end)) - before;
    }

    /**
     * The number of entries of a range, and the sum of their hashes. Only where fingerprints are on.
     *
     * @return the count, then the sum in four limbs, the lowest first
     */
    public final long[] countAndSum(byte @Nullable [] low, byte @Nullable [] end) {
        return new RangeSum(low, end).of(this);
    }

    /** The key that has {@code rank} keys before it, from 0 to less than {@link #count}. */
    public final byte[] keyAt(long rank) {
        TreeCursor cursor = new TreeCursor(this);
        cursor.seekRank(rank);
        return cursor.leaf().key(cursor.slot());
    }

    /** The value of a key, null if there is none. Does not look at its expiry. */
    public final byte @Nullable [] get(byte[] key) {
        Leaf leaf = leafOf(key);
        int slot = leaf.find(key);
        return slot < 0 ? null : leaf.value(slot);
    }
}
