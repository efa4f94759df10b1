package org.nr4j.kv.internal.contents;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.tree.EntryScan;
import org.nr4j.kv.internal.tree.OrderedTree;
import org.nr4j.kv.internal.tree.RangeScan;
import org.nr4j.kv.internal.tree.RangeSum;
import org.nr4j.kv.internal.tree.Totals;
import org.nr4j.kv.internal.tree.TreeView;

/**
 * The entries of a store, to be read: a tree for each part, and each key in the tree that its hash says. Answers as if they were one tree. For any number of threads while nobody changes them, which for a snapshot is always.
 *
 * <p>Ranges are given by their lowest key, inclusive, null for none, and by where they end, exclusive, null for no end.
 */
public final class Contents {
    private final TreeView[] trees;

    /** @param trees one a part; the array is this object's own from now on */
    public Contents(TreeView[] trees) {
        this.trees = trees;
    }

    /** What these trees have now, for any thread and for ever. */
    public static Contents snapshotOf(OrderedTree[] trees) {
        TreeView[] snapshots = new TreeView[trees.length];
        for (int i = 0; i < trees.length; i++) {
            snapshots[i] = trees[i].snapshot();
        }
        return new Contents(snapshots);
    }

    /** How many entries. */
    public long count() {
        long count = 0;
        for (TreeView tree : trees) {
            count += tree.count();
        }
        return count;
    }

    /** Bytes of all keys and values. */
    public long bytes() {
        long bytes = 0;
        for (TreeView tree : trees) {
            bytes += tree.bytes();
        }
        return bytes;
    }

    /** The earliest instant at which an entry expires. */
    public long minExpiry() {
        long earliest = Totals.NEVER;
        for (TreeView tree : trees) {
            earliest = Math.min(earliest, tree.minExpiry());
        }
        return earliest;
    }

    /** How many keys are less than {@code key}. */
    public long rank(byte[] key) {
        long rank = 0;
        for (TreeView tree : trees) {
            rank += tree.rank(key);
        }
        return rank;
    }

    /** How many entries a range has. */
    public long count(byte @Nullable [] low, byte @Nullable [] end) {
        long count = 0;
        for (TreeView tree : trees) {
            count += tree.count(low, end);
        }
        return count;
    }

    /**
     * The entries of a range, counted, and their hashes, added up. Only where fingerprints are on.
     *
     * @return the count, then the sum in four limbs, the lowest first
     */
    public long[] countAndSum(byte @Nullable [] low, byte @Nullable [] end) {
        long[] result = trees[0].countAndSum(low, end);
        for (int i = 1; i < trees.length; i++) {
            RangeSum.add(result, trees[i].countAndSum(low, end));
        }
        return result;
    }

    /** The key that has {@code rank} keys before it; null if there are not that many. */
    public byte @Nullable [] select(long rank) {
        if (rank < 0 || rank >= count()) {
            return null;
        }
        return trees.length == 1 ? trees[0].keyAt(rank) : new RankSearch(trees, rank).run();
    }

    /** The value of a key, null if there is none. Does not look at its expiry. */
    public byte @Nullable [] get(byte[] key) {
        return trees[KeyHash.partOf(key, trees.length)].get(key);
    }

    /** Goes through the entries of a range. */
    public EntryScan scan(byte @Nullable [] low, byte @Nullable [] end, boolean descending) {
        if (trees.length == 1) {
            return new RangeScan(trees[0], low, end, descending);
        }
        RangeScan[] scans = new RangeScan[trees.length];
        for (int i = 0; i < scans.length; i++) {
            scans[i] = new RangeScan(trees[i], low, end, descending);
        }
        return new MergedScan(scans, descending);
    }

    /** How many parts there are. */
    public int parts() {
        return trees.length;
    }

    /** The entries of one part. */
    public TreeView tree(int part) {
        return trees[part];
    }
}
