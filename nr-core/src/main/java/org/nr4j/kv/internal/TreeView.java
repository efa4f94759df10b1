package org.nr4j.kv.internal;

import org.jspecify.annotations.Nullable;

/**
 * An ordered tree, to be read: entries by key, by rank, and the totals of ranges in O(log n). For any number of threads while nobody changes it, which for a snapshot is always.
 *
 * <p>Ranges are given by their lowest key, inclusive, null for none, and by where they end, exclusive, null for no end.
 */
public class TreeView {
    final Shape shape;
    Node root;

    /** Of all entries. */
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

    /** The leaf in which a key is, or would be. */
    final Leaf leafOf(byte[] key) {
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
     * The hashes of a range, added up.
     *
     * @return their sum in four limbs, the lowest first
     */
    public final long[] sum(byte @Nullable [] low, byte @Nullable [] end) {
        long[] totals = Totals.none(shape.totalsWidth());
        if (low == null && end == null) {
            Totals.add(totals, 0, total, 0, totals.length);
        } else {
            addSum(root, low, end, totals);
        }
        long[] sum = new long[Totals.WITH_SUM - Totals.SUM];
        System.arraycopy(totals, Totals.SUM, sum, 0, sum.length);
        return sum;
    }

    private static void addSum(Node node, byte @Nullable [] low, byte @Nullable [] end, long[] to) {
        if (node instanceof Inner inner) {
            addSum(inner, low, end, to);
        } else {
            Leaf leaf = (Leaf) node;
            int from = low == null ? 0 : leaf.lowerBound(low);
            leaf.addHashes(to, 0, from, end == null ? leaf.size : leaf.lowerBound(end));
        }
    }

    private static void addSum(Inner node, byte @Nullable [] low, byte @Nullable [] end, long[] to) {
        int first = low == null ? 0 : node.childOf(low);
        int last = end == null ? node.childCount - 1 : node.lastChildBefore(end);
        if (first >= last) {
            addSum(node.children[first], low, end, to);
            return;
        }
        if (low != null) {
            addSum(node.children[first], low, null, to);
        }
        node.addTotals(to, 0, low == null ? 0 : first + 1, end == null ? last + 1 : last);
        if (end != null) {
            addSum(node.children[last], null, end, to);
        }
    }

    /** The key that has {@code rank} keys before it; null if there are not that many. */
    public final byte @Nullable [] select(long rank) {
        TreeCursor cursor = new TreeCursor(this);
        return cursor.seekRank(rank) ? cursor.leaf().key(cursor.slot()) : null;
    }

    /** The value of a key, null if there is none. Does not look at its expiry. */
    public final byte @Nullable [] get(byte[] key) {
        Leaf leaf = leafOf(key);
        int slot = leaf.find(key);
        return slot < 0 ? null : leaf.value(slot);
    }
}
