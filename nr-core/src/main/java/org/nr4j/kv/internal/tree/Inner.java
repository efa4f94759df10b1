package org.nr4j.kv.internal.tree;

import java.util.Arrays;

/**
 * An inner node: children, the keys that separate them, and the totals of each child. Separator {@code i} is greater
 * than all keys below child {@code i}, and not greater than those below child {@code i + 1}. It is the shortest key
 * that meets this condition.
 */
public final class Inner extends Node {
    private final Shape shape;
    private final int width;
    final Node[] children;
    int childCount;

    /** A row of {@link Totals} for each child. */
    final long[] totals;

    Inner(Shape shape, Object owner) {
        super(owner);
        this.shape = shape;
        this.width = shape.totalsWidth();
        this.children = new Node[shape.maxChildren() + 1];
        this.totals = new long[children.length * width];
    }

    private Inner(Inner original, Object owner) {
        super(owner, original);
        this.shape = original.shape;
        this.width = original.width;
        this.children = original.children.clone();
        this.childCount = original.childCount;
        this.totals = original.totals.clone();
    }

    /** Returns a root above two halves. */
    static Inner above(Shape shape, Object owner, Node left, byte[] separator, Node right) {
        Inner root = new Inner(shape, owner);
        root.children[0] = left;
        root.childCount = 1;
        root.refreshTotals(0);
        root.insertChild(1, separator, right);
        return root;
    }

    @Override
    Inner copy(Object owner) {
        return new Inner(this, owner);
    }

    @Override
    boolean isEmpty() {
        return childCount == 0;
    }

    // ---- children ----

    /** Returns the child below which a key is, or would be. */
    int childOf(byte[] key) {
        return upperBound(key);
    }

    /** Returns the last child below which there can be keys less than {@code end}. */
    int lastChildBefore(byte[] end) {
        return lowerBound(end);
    }

    /** Returns a child that {@code owner} may change, copied first if necessary. */
    Node ownChild(int child, Object owner) {
        Node node = children[child];
        if (node.owner != owner) {
            node = node.copy(owner);
            children[child] = node;
        }
        return node;
    }

    /** Inserts a child to the right of another. */
    void insertChild(int child, byte[] separator, Node node) {
        insertRecord(child - 1, separator, null, 0);
        System.arraycopy(children, child, children, child + 1, childCount - child);
        System.arraycopy(totals, child * width, totals, (child + 1) * width, (childCount - child) * width);
        children[child] = node;
        childCount++;
        refreshTotals(child);
    }

    /** Removes the children from {@code from} up to {@code to}, exclusive, with what is below them. */
    void removeChildren(int from, int to) {
        if (from == to) {
            return;
        }
        // Of the separators between the children that stay, the one before the right child is kept: it is greater than
        // all keys that were to its left.
        int firstSeparator = Math.max(0, from - 1);
        removeRecords(firstSeparator, firstSeparator + Math.min(to - from, size));
        System.arraycopy(children, to, children, from, childCount - to);
        System.arraycopy(totals, to * width, totals, from * width, (childCount - to) * width);
        Arrays.fill(children, childCount - (to - from), childCount, null);
        childCount -= to - from;
    }

    // ---- splitting and merging ----

    boolean isOverfull() {
        return childCount > shape.maxChildren();
    }

    boolean isUnderfull() {
        return childCount < shape.maxChildren() / 4;
    }

    boolean shouldMergeWith(Inner right) {
        return (isUnderfull() || right.isUnderfull()) && childCount + right.childCount <= shape.maxChildren() * 3 / 4;
    }

    /**
     * Moves the children from {@code at} on to a new node. The caller must save the separator before them first,
     * {@link #key}{@code (at - 1)}.
     */
    Inner split(int at, Object owner) {
        Inner right = new Inner(shape, owner);
        right.appendChildren(this, at);
        Inner left = new Inner(shape, owner);
        left.appendRecords(this, 0, at - 1);
        takePage(left);
        Arrays.fill(children, at, childCount, null);
        childCount = at;
        return right;
    }

    /** Takes over all children of the right neighbour. */
    void append(byte[] separator, Inner right) {
        insertRecord(size, separator, null, 0);
        appendChildren(right, 0);
    }

    private void appendChildren(Inner other, int from) {
        int count = other.childCount - from;
        appendRecords(other, from, other.size);
        System.arraycopy(other.children, from, children, childCount, count);
        System.arraycopy(other.totals, from * width, totals, childCount * width, count * width);
        childCount += count;
    }

    // ---- totals ----

    @Override
    long minExpiry() {
        long min = Totals.NEVER;
        for (int at = Totals.EXPIRY; at < childCount * width; at += width) {
            min = Math.min(min, totals[at]);
        }
        return min;
    }

    long expiryOf(int child) {
        return totals[child * width + Totals.EXPIRY];
    }

    /** Returns where the totals of a child start. */
    int totalsOf(int child) {
        return child * width;
    }

    /** Returns the number of entries below a child. */
    long countOf(int child) {
        return totals[child * width + Totals.COUNT];
    }

    /** Adds up counts and hashes of the children from {@code from} up to {@code to}, exclusive. */
    void addCountsAndSums(long[] to, int from, int end) {
        long count = 0;
        for (int at = from * width + Totals.COUNT; at < end * width; at += width) {
            count += totals[at];
        }
        to[0] += count;
        Totals.addSums(to, 1, totals, from * width + Totals.SUM, width, end - from);
    }

    /** Returns the number of entries below the children before {@code child}. */
    long countBefore(int child) {
        long count = 0;
        for (int at = Totals.COUNT; at < child * width; at += width) {
            count += totals[at];
        }
        return count;
    }

    /** Adds a change below a child to its totals. */
    void add(int child, long[] delta) {
        Totals.add(totals, child * width, delta, 0, width);
    }

    /** Subtracts removed entries below a child from its totals. Leaves the earliest expiry as it is. */
    void subtract(int child, long[] removed) {
        Totals.subtract(totals, child * width, removed, 0, width);
    }

    /** Adds the totals of the right neighbour to those of a child. */
    void absorbTotals(int child) {
        Totals.add(totals, child * width, totals, (child + 1) * width, width);
    }

    void setExpiry(int child, long expiry) {
        totals[child * width + Totals.EXPIRY] = expiry;
    }

    /** Recomputes the totals of a child. */
    void refreshTotals(int child) {
        int at = child * width;
        Arrays.fill(totals, at, at + width, 0);
        totals[at + Totals.EXPIRY] = Totals.NEVER;
        children[child].addTotals(totals, at);
    }

    @Override
    void addTotals(long[] to, int at) {
        addTotals(to, at, 0, childCount);
    }

    /** Adds up the children from {@code from} up to {@code to}, exclusive. */
    void addTotals(long[] to, int at, int from, int end) {
        for (int child = from; child < end; child++) {
            Totals.add(to, at, totals, child * width, width);
        }
    }

    /**
     * Drops a child that has become empty. Merges a child that has become small with a neighbour, if the result is not
     * too large.
     */
    void repair(int child, Object owner) {
        if (children[child].isEmpty()) {
            removeChildren(child, child + 1);
        } else if (child + 1 < childCount && shouldMerge(child)) {
            merge(child, owner);
        } else if (child > 0 && shouldMerge(child - 1)) {
            merge(child - 1, owner);
        }
    }

    private boolean shouldMerge(int left) {
        Node node = children[left];
        Node right = children[left + 1];
        if (node.isEmpty() || right.isEmpty()) {
            return false; // about to be dropped
        }
        return node instanceof Leaf leaf
                ? leaf.shouldMergeWith((Leaf) right)
                : ((Inner) node).shouldMergeWith((Inner) right);
    }

    private void merge(int left, Object owner) {
        Node node = ownChild(left, owner);
        Node right = children[left + 1];
        if (node instanceof Leaf leaf) {
            leaf.append((Leaf) right, 0, right.size);
        } else {
            ((Inner) node).append(key(left), (Inner) right);
        }
        absorbTotals(left);
        removeChildren(left + 1, left + 2);
    }
}
