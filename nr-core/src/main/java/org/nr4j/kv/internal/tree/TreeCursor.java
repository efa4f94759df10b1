package org.nr4j.kv.internal.tree;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A place in a tree that nobody changes meanwhile. Moves from entry to entry in either direction. For one thread. */
public final class TreeCursor {
    private static final int USUAL_HEIGHT = 6;

    private final TreeView tree;
    private Inner[] path = new Inner[USUAL_HEIGHT];
    private int[] branches = new int[USUAL_HEIGHT];
    private int depth;
    private Leaf leaf;
    private int slot;

    TreeCursor(TreeView tree) {
        this.tree = tree;
        this.leaf = descend(tree.root, /* last= */ false);
    }

    /** Returns the leaf of the current entry. */
    Leaf leaf() {
        return leaf;
    }

    int slot() {
        return slot;
    }

    /** Moves to another slot of the leaf, for a caller that reads the entries of a leaf itself. */
    void setSlot(int newSlot) {
        slot = newSlot;
    }

    // Each of these returns whether there is such an entry.

    /** Moves to the first entry whose key is not less than {@code key}; null for the first of all. */
    boolean seekAtLeast(byte @Nullable [] key) {
        depth = 0;
        if (key == null) {
            leaf = descend(tree.root, /* last= */ false);
            slot = 0;
        } else {
            slot = descendTo(key);
        }
        return slot < leaf.size || nextLeaf();
    }

    /** Moves to the last entry whose key is less than {@code key}; null for the last of all. */
    boolean seekBelow(byte @Nullable [] key) {
        depth = 0;
        if (key == null) {
            leaf = descend(tree.root, /* last= */ true);
            slot = leaf.size - 1;
        } else {
            slot = descendTo(key) - 1;
        }
        return slot >= 0 || previousLeaf();
    }

    /** Moves to the entry that has {@code rank} keys before it. */
    boolean seekRank(long rank) {
        if (rank < 0 || rank >= tree.count()) {
            return false;
        }
        depth = 0;
        long rest = rank;
        Node node = tree.root;
        while (node instanceof Inner inner) {
            int child = 0;
            while (rest >= inner.countOf(child)) {
                rest -= inner.countOf(child++);
            }
            node = push(inner, child);
        }
        leaf = (Leaf) node;
        slot = (int) rest;
        return true;
    }

    boolean next() {
        return ++slot < leaf.size || nextLeaf();
    }

    boolean previous() {
        return --slot >= 0 || previousLeaf();
    }

    /** Moves to the first entry of the next leaf. */
    boolean nextLeaf() {
        while (depth > 0) {
            Inner parent = path[--depth];
            int child = branches[depth] + 1;
            if (child < parent.childCount) {
                leaf = descend(push(parent, child), /* last= */ false);
                slot = 0;
                return true;
            }
        }
        return false;
    }

    /** Moves to the last entry of the previous leaf. */
    boolean previousLeaf() {
        while (depth > 0) {
            Inner parent = path[--depth];
            int child = branches[depth] - 1;
            if (child >= 0) {
                leaf = descend(push(parent, child), /* last= */ true);
                slot = leaf.size - 1;
                return true;
            }
        }
        return false;
    }

    /** Moves to the leaf of a key. Returns the first slot whose key is not less. */
    private int descendTo(byte[] key) {
        Node node = tree.root;
        while (node instanceof Inner inner) {
            node = push(inner, inner.childOf(key));
        }
        leaf = (Leaf) node;
        return leaf.lowerBound(key);
    }

    private Leaf descend(Node from, boolean last) {
        Node node = from;
        while (node instanceof Inner inner) {
            node = push(inner, last ? inner.childCount - 1 : 0);
        }
        return (Leaf) node;
    }

    private Node push(Inner inner, int child) {
        if (depth == path.length) {
            path = Arrays.copyOf(path, 2 * depth);
            branches = Arrays.copyOf(branches, 2 * depth);
        }
        path[depth] = inner;
        branches[depth++] = child;
        return inner.children[child];
    }
}
