package org.nr4j.kv.internal.contents;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.tree.EntryScan;
import org.nr4j.kv.internal.tree.OrderedTree;
import org.nr4j.kv.internal.tree.RangeScan;
import org.nr4j.kv.internal.tree.RangeSum;
import org.nr4j.kv.internal.tree.Totals;
import org.nr4j.kv.internal.tree.TreeView;

/**
 * The entries of a store, to be read: one tree for each part. The hash of a key says which tree has it. Answers as if
 * they were one tree. For any number of threads while nobody changes the trees; a snapshot never changes.
 *
 * <p>A range has a lowest key, inclusive, null for none, and an end, exclusive, null for none.
 */
public final class Contents {
    private final TreeView[] trees;

    /**
     * Reads these trees.
     *
     * @param trees one for each part; the caller gives the array away
     */
    public Contents(TreeView[] trees) {
        this.trees = trees;
    }

    /** What these trees have at the call, for any thread and for ever. */
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
     * The number of entries of a range, and the sum of their hashes. Only where fingerprints are on.
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
