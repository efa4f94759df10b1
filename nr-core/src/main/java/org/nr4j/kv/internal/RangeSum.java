package org.nr4j.kv.internal;

import org.jspecify.annotations.Nullable;

/**
 * Counts the entries of a range and adds up their hashes, on the two paths to the range's ends. At each node it adds up what belongs to the range, or takes what does not from the node's total, whichever is less.
 */
final class RangeSum {
    private static final int SUM = 1;
    private static final int WIDTH = 5;

    private final long[] result = new long[WIDTH];

    /** The count, then the sum in four limbs, the lowest first. */
    long[] result() {
        return result;
    }

    /**
     * Adds those entries below a node that are in a range.
     *
     * @param totals where the node's totals are, from {@code at} on
     */
    void add(Node from, byte @Nullable [] low, byte @Nullable [] end, long[] totals, int at) {
        Node node = from;
        while (node instanceof Inner inner) {
            int first = low == null ? 0 : inner.childOf(low);
            int last = end == null ? inner.childCount - 1 : inner.lastChildBefore(end);
            if (first < last) {
                addChildren(inner, low == null ? 0 : first + 1, end == null ? last + 1 : last, totals, at);
                if (low != null) {
                    add(inner.children[first], low, null, inner.totals, inner.totalsOf(first));
                }
                if (end != null) {
                    add(inner.children[last], null, end, inner.totals, inner.totalsOf(last));
                }
                return;
            }
            node = inner.children[first];
            totals = inner.totals;
            at = inner.totalsOf(first);
        }
        addEntries((Leaf) node, low, end, totals, at);
    }

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

    private void addEntries(Leaf leaf, byte @Nullable [] low, byte @Nullable [] end, long[] totals, int at) {
        int from = low == null ? 0 : leaf.lowerBound(low);
        int to = end == null ? leaf.size : leaf.lowerBound(end);
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
