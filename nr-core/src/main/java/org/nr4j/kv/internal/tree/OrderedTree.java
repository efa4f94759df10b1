package org.nr4j.kv.internal.tree;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.value.HeapValue;
import org.nr4j.kv.internal.value.OutsideValue;

/**
 * A B+-tree of byte strings, ordered as unsigned bytes: the entries of one part of a replica. Either one writer or
 * several readers may use it at a time.
 *
 * <p>To change an entry, {@link #locate} it. Then call one of the methods that change "the entry located".
 * {@link #snapshot} takes O(1): the snapshot shares the nodes, and the tree copies a node before it first changes it.
 */
public final class OrderedTree extends TreeView {
    private static final int USUAL_HEIGHT = 6;

    /** The mark of the nodes that only this tree uses; null until the first change after a snapshot. */
    private @Nullable Object owner;

    // The path of the last `locate`: the nodes above the leaf, and in each the child taken.
    private Inner[] path = new Inner[USUAL_HEIGHT];
    private int[] branches = new int[USUAL_HEIGHT];
    private int depth;
    private Leaf leaf;
    private int slot;

    /** Whether the path still leads to the leaf: no node was added or removed since. */
    private boolean pathHolds;

    private final long[] delta;

    /** Creates an empty tree. */
    public OrderedTree(Shape shape) {
        this(shape, new Leaf(shape, new Object()), Totals.none(shape.totalsWidth()));
    }

    /** Creates a tree that starts with the contents of a snapshot. The two share nodes until the tree changes them. */
    public OrderedTree(TreeView snapshot) {
        this(snapshot.shape, snapshot.root, snapshot.total.clone());
    }

    /** Creates empty trees. */
    public static OrderedTree[] empty(int trees, Shape shape) {
        return IntStream.range(0, trees)
                .mapToObj(tree -> new OrderedTree(shape))
                .toArray(OrderedTree[]::new);
    }

    private OrderedTree(Shape shape, Node root, long[] total) {
        super(shape, root, total);
        this.delta = Totals.none(total.length);
        this.leaf = leafOf(new byte[0]);
    }

    /**
     * Returns the contents at the call. Any thread may use them at any time. Several readers may take a snapshot at
     * once: each writes the same null, and the next writer runs after them.
     */
    public TreeView snapshot() {
        owner = null;
        return new TreeView(shape, root, total.clone());
    }

    /** Takes over the contents of a tree that never changes. Shares its nodes until it changes them. */
    public void become(TreeView contents) {
        owner = null;
        pathHolds = false;
        root = contents.root;
        System.arraycopy(contents.total, 0, total, 0, total.length);
    }

    // ---- the entry located ----

    /** Finds the place of a key. Returns whether there is an entry. */
    public boolean locate(byte[] key) {
        if (!pathHolds || !leaf.surrounds(key)) {
            descend(key);
        }
        int found = leaf.find(key);
        slot = found < 0 ? -1 - found : found;
        return found >= 0;
    }

    private void descend(byte[] key) {
        Node node = root;
        int level = 0;
        while (node instanceof Inner inner) {
            if (level == path.length) {
                path = Arrays.copyOf(path, 2 * level);
                branches = Arrays.copyOf(branches, 2 * level);
            }
            int child = inner.childOf(key);
            path[level] = inner;
            branches[level++] = child;
            node = inner.children[child];
        }
        depth = level;
        leaf = (Leaf) node;
        pathHolds = true;
    }

    /** Returns a copy of the entry's value. */
    public byte[] value() {
        return leaf.value(slot);
    }

    /** Returns a copy of the entry's value, or a value that is in a file as it is. */
    public Object valueOrStored() {
        return leaf.valueOrStored(slot);
    }

    /** Returns the entry's value, to keep elsewhere. */
    public OutsideValue valueToShare() {
        return leaf.valueToShare(slot);
    }

    /** Whether the entry has this value. */
    public boolean hasValue(byte[] value) {
        return leaf.hasValue(slot, value);
    }

    /** Returns when the entry expires. */
    public long expiry() {
        return leaf.expiry(slot);
    }

    /** Inserts an entry in the place located, where there is none. */
    public void insert(byte[] key, byte[] value, long expiry, long @Nullable [] hash) {
        boolean inside = value.length <= shape.largeValue();
        insert(key, inside ? value : null, inside ? null : new HeapValue(value), expiry, hash);
    }

    /** Inserts an entry whose value is outside of the page. */
    public void insert(byte[] key, OutsideValue value, long expiry, long @Nullable [] hash) {
        insert(key, null, value, expiry, hash);
    }

    private void insert(
            byte[] key, byte @Nullable [] inside, @Nullable OutsideValue value, long expiry, long @Nullable [] hash) {
        Object owner = ownPath();
        leaf.insert(slot, key, inside, value, expiry, hash);
        Totals.clear(delta);
        leaf.addEntry(slot, delta);
        applyDelta();
        splitIfOverfull(owner);
    }

    private void splitIfOverfull(Object owner) {
        if (leaf.isOverfull()) {
            pathHolds = false;
            Leaf right = leaf.split(slot, owner);
            addSibling(separator(leaf, right), right, owner);
        }
    }

    /** Replaces the value of the entry located. */
    public void replace(byte[] value, long expiry, long @Nullable [] hash) {
        boolean inside = value.length <= shape.largeValue();
        replace(inside ? value : null, inside ? null : new HeapValue(value), expiry, hash);
    }

    /** Replaces the value by one that is outside of the page. A null hash leaves the hash as it is. */
    public void replace(OutsideValue value, long expiry, long @Nullable [] hash) {
        replace(null, value, expiry, hash);
    }

    private void replace(byte @Nullable [] inside, @Nullable OutsideValue value, long expiry, long @Nullable [] hash) {
        Object owner = ownPath();
        Totals.clear(delta);
        leaf.subtractEntry(slot, delta);
        long expiryBefore = leaf.minExpiry();
        leaf.replace(slot, inside, value, expiry, hash);
        leaf.addEntry(slot, delta);
        // Mostly a new value has the length of the old one, so that there is nothing to add.
        if (!Totals.areZero(delta) || leaf.minExpiry() != expiryBefore) {
            applyDelta();
        }
        splitIfOverfull(owner);
    }

    /** Changes when the entry located expires. */
    public void setExpiry(long expiry, long @Nullable [] hash) {
        ownPath();
        Totals.clear(delta);
        leaf.subtractEntry(slot, delta);
        leaf.setExpiry(slot, expiry, hash);
        leaf.addEntry(slot, delta);
        applyDelta();
    }

    /** Removes the entry located. */
    public void remove() {
        Object owner = ownPath();
        Totals.clear(delta);
        leaf.subtractEntry(slot, delta);
        leaf.remove(slot, slot + 1);
        applyDelta();
        boolean small = leaf.isEmpty() || leaf.isUnderfull();
        pathHolds = !small;
        for (int level = depth - 1; level >= 0 && small; level--) {
            path[level].repair(branches[level], owner);
            small = path[level].isEmpty() || path[level].isUnderfull();
        }
        shrinkRoot(owner);
    }

    // ---- ranges ----

    /** Removes all entries of a range, whole subtrees at once. Returns how many there were. */
    public long removeRange(byte @Nullable [] low, byte @Nullable [] end) {
        long count = count(low, end);
        if (count == count()) {
            clear();
        } else if (count > 0) {
            pathHolds = false;
            Object owner = ownRoot();
            long[] removed = Totals.none(total.length);
            removeBelow(root, low, end, removed, owner);
            finishRemoval(removed, owner);
        }
        return count;
    }

    private void clear() {
        pathHolds = false;
        owner = new Object();
        root = new Leaf(shape, owner);
        Totals.clear(total);
    }

    /**
     * Removes entries that expire at {@code now} or before.
     *
     * @param visitor visits each entry before it is removed
     * @return how many were removed
     */
    public int removeDue(long now, Leaf.@Nullable Visitor visitor) {
        if (minExpiry() > now) {
            return 0;
        }
        pathHolds = false;
        Object owner = ownRoot();
        long[] removed = Totals.none(total.length);
        int count = removeDueBelow(root, new Due(now, visitor), removed, owner);
        finishRemoval(removed, owner);
        return count;
    }

    private record Due(long now, Leaf.@Nullable Visitor visitor) {}

    private void finishRemoval(long[] removed, Object owner) {
        Totals.subtract(total, 0, removed, 0, total.length);
        total[Totals.EXPIRY] = root.minExpiry();
        shrinkRoot(owner);
    }

    private void removeBelow(Node node, byte @Nullable [] low, byte @Nullable [] end, long[] removed, Object owner) {
        if (node instanceof Inner inner) {
            removeBelow(inner, low, end, removed, owner);
        } else {
            Leaf leaf = (Leaf) node;
            int from = low == null ? 0 : leaf.lowerBound(low);
            int to = end == null ? leaf.size : leaf.lowerBound(end);
            leaf.addTotals(removed, 0, from, to);
            leaf.remove(from, to);
        }
    }

    private void removeBelow(Inner node, byte @Nullable [] low, byte @Nullable [] end, long[] removed, Object owner) {
        int first = low == null ? 0 : node.childOf(low);
        int last = end == null ? node.childCount - 1 : node.lastChildBefore(end);
        if (first == last) {
            trim(node, first, low, end, removed, owner);
            node.repair(first, owner);
            return;
        }
        if (low != null) {
            trim(node, first++, low, null, removed, owner);
        }
        if (end != null) {
            trim(node, last--, null, end, removed, owner);
        }
        node.addTotals(removed, 0, first, last + 1);
        node.removeChildren(first, last + 1);
        if (end != null) {
            node.repair(first, owner);
        }
        if (low != null) {
            node.repair(first - 1, owner);
        }
    }

    /** Removes entries below a child. */
    private void trim(
            Inner node, int child, byte @Nullable [] low, byte @Nullable [] end, long[] removed, Object owner) {
        Node below = node.ownChild(child, owner);
        long[] part = Totals.none(total.length);
        removeBelow(below, low, end, part, owner);
        noteRemoval(node, child, part, removed);
    }

    private static void noteRemoval(Inner node, int child, long[] part, long[] removed) {
        node.subtract(child, part);
        node.setExpiry(child, node.children[child].minExpiry());
        Totals.add(removed, 0, part, 0, part.length);
    }

    private int removeDueBelow(Node node, Due due, long[] removed, Object owner) {
        if (!(node instanceof Inner inner)) {
            return ((Leaf) node).removeDue(due.now, removed, due.visitor);
        }
        int count = 0;
        for (int child = inner.childCount - 1; child >= 0; child--) {
            if (inner.expiryOf(child) <= due.now) {
                long[] part = Totals.none(total.length);
                count += removeDueBelow(inner.ownChild(child, owner), due, part, owner);
                noteRemoval(inner, child, part, removed);
                inner.repair(child, owner);
            }
        }
        return count;
    }

    // ---- ownership, totals, shape ----

    private Object ownRoot() {
        Object mine = owner;
        if (mine == null) {
            mine = new Object();
            owner = mine;
        }
        if (root.owner != mine) {
            root = root.copy(mine);
        }
        return mine;
    }

    /** Copies the nodes of the path and the leaf where they are not this tree's own. */
    private Object ownPath() {
        Object owner = ownRoot();
        Node node = root;
        for (int level = 0; level < depth; level++) {
            Inner inner = (Inner) node;
            path[level] = inner;
            node = inner.ownChild(branches[level], owner);
        }
        leaf = (Leaf) node;
        return owner;
    }

    /** Updates the totals above the leaf. */
    private void applyDelta() {
        for (int level = 0; level < depth; level++) {
            path[level].add(branches[level], delta);
        }
        Totals.add(total, 0, delta, 0, delta.length);
        long expiry = leaf.minExpiry();
        for (int level = depth - 1; level >= 0; level--) {
            if (path[level].expiryOf(branches[level]) == expiry) {
                return;
            }
            path[level].setExpiry(branches[level], expiry);
            expiry = path[level].minExpiry();
        }
        total[Totals.EXPIRY] = expiry;
    }

    /** Adds the right half of a node that was split. Splits the nodes above that become too large. */
    private void addSibling(byte[] separator, Node right, Object owner) {
        for (int level = depth - 1; level >= 0; level--) {
            Inner parent = path[level];
            int child = branches[level];
            parent.refreshTotals(child);
            parent.insertChild(child + 1, separator, right);
            if (!parent.isOverfull()) {
                return;
            }
            // As in Leaf.split: the node stays full if keys ascend.
            int at = child + 2 == parent.childCount ? child + 1 : parent.childCount / 2;
            separator = parent.key(at - 1);
            right = parent.split(at, owner);
        }
        root = Inner.above(shape, owner, root, separator, right);
    }

    /** Returns the shortest key that is greater than the keys on the left, and not greater than those on the right. */
    private static byte[] separator(Leaf left, Leaf right) {
        byte[] low = left.key(left.size - 1);
        byte[] high = right.key(0);
        return Arrays.copyOf(high, Arrays.mismatch(low, high) + 1);
    }

    private void shrinkRoot(Object owner) {
        while (root instanceof Inner inner && inner.childCount < 2) {
            root = inner.isEmpty() ? new Leaf(shape, owner) : inner.children[0];
        }
    }
}
