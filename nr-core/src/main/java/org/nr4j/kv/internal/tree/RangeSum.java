package org.nr4j.kv.internal.tree;

import org.jspecify.annotations.Nullable;

/**
 * Counts the entries of a range and adds up their hashes, on the two paths to the range's ends. At each node, it either
 * adds up the part that belongs to the range, or subtracts the rest from the node's total. It chooses the smaller part.
 *
 * <p>It descends both paths side by side. Most of the time goes into waiting for memory, and the processor can wait for
 * both paths at once.
 */
public final class RangeSum {
    private static final int SUM = 1;
    private static final int WIDTH = 5;

    private final byte @Nullable [] low;
    private final byte @Nullable [] end;
    private final long[] result = new long[WIDTH];

    /** Creates a sum of one range. */
    RangeSum(byte @Nullable [] low, byte @Nullable [] end) {
        this.low = low;
        this.end = end;
    }

    /** Returns the count, then the sum in four limbs, the lowest first. */
    long[] of(TreeView tree) {
        Node left = tree.root;
        Node right = left;
        long[] leftTotals = tree.total;
        long[] rightTotals = leftTotals;
        int leftAt = 0;
        int rightAt = 0;
        while (left instanceof Inner leftInner) {
            Inner rightInner = (Inner) right; // all leaves are at the same height
            int first = low == null ? 0 : leftInner.childOf(low);
            int last = end == null ? rightInner.childCount - 1 : rightInner.lastChildBefore(end);
            if (left == right) {
                last = Math.max(first, last); // in a range without keys, the end may lie before the start
                addChildren(leftInner, first + 1, last, leftTotals, leftAt);
            } else {
                addChildren(leftInner, first + 1, leftInner.childCount, leftTotals, leftAt);
                addChildren(rightInner, 0, last, rightTotals, rightAt);
            }
            left = leftInner.children[first];
            leftTotals = leftInner.totals;
            leftAt = leftInner.totalsOf(first);
            right = rightInner.children[last];
            rightTotals = rightInner.totals;
            rightAt = rightInner.totalsOf(last);
        }
        addEntries((Leaf) left, leftTotals, leftAt, (Leaf) right, rightTotals, rightAt);
        return result;
    }

    /** Adds one result to another. */
    public static void add(long[] to, long[] from) {
        to[0] += from[0];
        Totals.addSum(to, SUM, from, SUM);
    }

    private void addEntries(Leaf left, long[] leftTotals, int leftAt, Leaf right, long[] rightTotals, int rightAt) {
        int from = low == null ? 0 : left.lowerBound(low);
        int to = end == null ? right.size : right.lowerBound(end);
        if (left == right) {
            addEntries(left, from, to, leftTotals, leftAt);
        } else {
            addEntries(left, from, left.size, leftTotals, leftAt);
            addEntries(right, 0, to, rightTotals, rightAt);
        }
    }

    /**
     * Adds up children of a node.
     *
     * @param totals has the totals of the node, from {@code at} on
     */
    private void addChildren(Inner node, int from, int to, long[] totals, int at) {
        if (2 * (to - from) <= node.childCount) {
            node.addCountsAndSums(result, from, to);
        } else {
            long[] others = new long[WIDTH];
            node.addCountsAndSums(others, 0, from);
            node.addCountsAndSums(others, to, node.childCount);
            addTotalWithout(totals, at, others);
        }
    }

    private void addEntries(Leaf leaf, int from, int to, long[] totals, int at) {
        if (2 * (to - from) <= leaf.size) {
            result[0] += to - from;
            leaf.addHashes(result, SUM, from, to);
        } else {
            long[] others = new long[WIDTH];
            others[0] = (long) leaf.size - (to - from);
            leaf.addHashes(others, SUM, 0, from);
            leaf.addHashes(others, SUM, to, leaf.size);
            addTotalWithout(totals, at, others);
        }
    }

    private void addTotalWithout(long[] totals, int at, long[] others) {
        result[0] += totals[at + Totals.COUNT] - others[0];
        Totals.addSum(result, SUM, totals, at + Totals.SUM);
        Totals.subtractSum(result, SUM, others, SUM);
    }
}
