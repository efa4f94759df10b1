package org.nr4j.kv.internal.contents;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.tree.OrderedTree;
import org.nr4j.kv.internal.tree.Shape;

/** Builds contents from entries that come one by one. For one thread. */
public final class ContentsBuilder {
    private final OrderedTree[] trees;

    /** Creates a builder without entries. */
    public ContentsBuilder(int parts, Shape shape) {
        this.trees = OrderedTree.empty(parts, shape);
    }

    /** Adds an entry whose key has not been added. */
    public void add(byte[] key, byte[] value, long expiry, long @Nullable [] hash) {
        OrderedTree tree = trees[KeyHash.partOf(key, trees.length)];
        tree.locate(key);
        tree.insert(key, value, expiry, hash);
    }

    /** Returns the entries added. */
    public Contents build() {
        return Contents.snapshotOf(trees);
    }
}
