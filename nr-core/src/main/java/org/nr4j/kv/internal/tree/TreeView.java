package org.nr4j.kv.internal.tree;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A read-only view of an ordered tree: entries by key, by rank, and the totals of ranges in O(log n). Any number of
 * threads may use it while nobody changes the tree. A snapshot never changes.
 *
 * <p>A range has a lowest key, inclusive, and an end, exclusive. Null stands for no bound.
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

    /** Returns the number of entries. */
    public final long count() {
        return total[Totals.COUNT];
    }

    /** Returns the number of bytes of all keys and values. */
    public final long bytes() {
        return total[Totals.BYTES];
    }

    /** Returns the earliest instant at which an entry expires. */
    public final long minExpiry() {
        return total[Totals.EXPIRY];
    }

    /** Whether entries have hashes. */
    public final boolean hasHashes() {
        return shape.fingerprints();
    }

    /** Returns the leaf that has a key, or would have it. */
    public final Leaf leafOf(byte[] key) {
        Node node = root;
        while (node instanceof Inner inner) {
            node = inner.children[inner.childOf(key)];
        }
        return (Leaf) node;
    }

    /** Returns how many keys are less than {@code key}. */
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

    /** Returns the number of entries in a range. */
    public final long count(byte @Nullable [] low, byte @Nullable [] end) {
        long before = low == null ? 0 : rank(low);
        return (end == null ? count() : rank(end)) - before;
    }

    /**
     * Returns the number of entries of a range, and the sum of their hashes. Only if fingerprints are on.
     *
     * @return the count, then the sum in four limbs, the lowest first
     */
    public final long[] countAndSum(byte @Nullable [] low, byte @Nullable [] end) {
        return new RangeSum(low, end).of(this);
    }

    /** Returns the key that has {@code rank} keys before it, from 0 to less than {@link #count}. */
    public final byte[] keyAt(long rank) {
        TreeCursor cursor = new TreeCursor(this);
        cursor.seekRank(rank);
        return cursor.leaf().key(cursor.slot());
    }

    /** Returns the value of a key, or null if there is none. Ignores its expiry. */
    public final byte @Nullable [] get(byte[] key) {
        Leaf leaf = leafOf(key);
        int slot = leaf.find(key);
        return slot < 0 ? null : leaf.value(slot);
    }

    /** Returns keys of entries that expire at {@code now} or before, up to {@code limit}. */
    public final List<byte[]> dueKeys(long now, int limit) {
        if (minExpiry() > now) {
            return List.of();
        }
        List<byte[]> keys = new ArrayList<>();
        addDueKeys(root, now, limit, keys);
        return keys;
    }

    private static void addDueKeys(Node node, long now, int limit, List<byte[]> keys) {
        if (node instanceof Inner inner) {
            for (int child = 0; child < inner.childCount && keys.size() < limit; child++) {
                if (inner.expiryOf(child) <= now) {
                    addDueKeys(inner.children[child], now, limit, keys);
                }
            }
            return;
        }
        Leaf leaf = (Leaf) node;
        for (int slot = 0; slot < leaf.size && keys.size() < limit; slot++) {
            if (leaf.expiry(slot) <= now) {
                keys.add(leaf.key(slot));
            }
        }
    }
}
