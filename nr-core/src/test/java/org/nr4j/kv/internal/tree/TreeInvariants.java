package org.nr4j.kv.internal.tree;

import java.util.Arrays;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.contents.KeyHash;

/** Checks the invariants of a tree between two operations. */
public final class TreeInvariants {
    private final TreeView tree;

    private TreeInvariants(TreeView tree) {
        this.tree = tree;
    }

    /** Fails unless each part is a tree as it should be, of keys that belong there; looks at every entry. */
    public static void assertHold(Contents contents) {
        for (int part = 0; part < contents.parts(); part++) {
            TreeView tree = contents.tree(part);
            assertHold(tree);
            RangeScan scan = new RangeScan(tree, null, null, /* descending= */ false);
            while (scan.advance()) {
                int belongs = KeyHash.partOf(scan.key(), contents.parts());
                require(belongs == part, "keys must be where their hash says: part=" + part + " belongs=" + belongs);
            }
        }
    }

    /** Fails unless the tree is well formed; looks at every entry. */
    public static void assertHold(TreeView tree) {
        TreeInvariants invariants = new TreeInvariants(tree);
        long[] sum = Totals.none(tree.shape.totalsWidth());
        invariants.check(tree.root, null, null, sum);
        require(Arrays.equals(sum, tree.total), "the tree's totals must be those of its entries");
    }

    /** Checks a subtree, adds up its entries, and returns its height. */
    private int check(Node node, byte[] low, byte[] end, long[] sum) {
        checkPage(node);
        for (int slot = 0; slot < node.size; slot++) {
            require(
                    (low == null || node.compareKey(slot, low) >= 0) && (end == null || node.compareKey(slot, end) < 0),
                    "keys must be between the separators above: slot=" + slot);
        }
        if (node instanceof Inner inner) {
            return checkInner(inner, low, end, sum);
        }
        checkLeaf((Leaf) node, sum);
        return 0;
    }

    private static void checkPage(Node node) {
        int bytes = 0;
        for (int slot = 0; slot < node.size; slot++) {
            byte[] key = node.key(slot);
            bytes += node.recordLength(node.record(slot));
            require(slot == 0 || node.compareKey(slot - 1, key) < 0, "keys must ascend: slot=" + slot);
            require(node.head(slot) == Node.head(key, node.skip, key.length), "wrong head: slot=" + slot);
            require(node.find(key) == slot, "a key must be found in its slot: slot=" + slot);
        }
        require(bytes == node.recordBytes - node.garbage, "bytes of records must add up: bytes=" + bytes);
        require(node.size * Node.SLOT + node.recordBytes <= node.page.length, "slots and records must not overlap");
        int common = node.size == 1 ? node.key(0).length : node.commonPrefix();
        require(node.skip <= common, "keys must have their prefix in common: skip=" + node.skip);
    }

    private void checkLeaf(Leaf leaf, long[] sum) {
        require(leaf == tree.root || !leaf.isEmpty(), "only the root may be an empty leaf");
        require(!leaf.isOverfull(), "a leaf must not be overfull: size=" + leaf.size);
        long min = Totals.NEVER;
        for (int slot = 0; slot < leaf.size; slot++) {
            min = Math.min(min, leaf.expiry(slot));
            boolean outside = leaf.valueLength(leaf.record(slot)) == Node.OUTSIDE;
            require(
                    outside == (leaf.outside != null && leaf.outside[slot] != null),
                    "a value must be in one place: slot=" + slot);
        }
        require(min == leaf.minExpiry(), "the earliest expiry must be right: " + leaf.minExpiry());
        leaf.addTotals(sum, 0);
    }

    private int checkInner(Inner inner, byte[] low, byte[] end, long[] sum) {
        require(inner.size == inner.childCount - 1, "there must be a separator between each two children");
        require(!inner.isOverfull(), "a node must not have too many children");
        require(inner.childCount >= (inner == tree.root ? 2 : 1), "a node must have children, and the root two");
        int height = -1;
        for (int child = 0; child < inner.childCount; child++) {
            long[] childSum = Totals.none(sum.length);
            byte[] childLow = child == 0 ? low : inner.key(child - 1);
            byte[] childEnd = child == inner.size ? end : inner.key(child);
            int childHeight = check(inner.children[child], childLow, childEnd, childSum);
            require(height < 0 || childHeight == height, "all leaves must be at the same height");
            height = childHeight;
            for (int i = 0; i < sum.length; i++) {
                require(inner.totals[child * sum.length + i] == childSum[i], "a child's totals must be right: " + i);
            }
            Totals.add(sum, 0, childSum, 0, sum.length);
        }
        return height + 1;
    }

    private static void require(boolean condition, String rule) {
        if (!condition) {
            throw new AssertionError(rule);
        }
    }
}
