package org.nr4j.kv.internal.contents;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.file.BlockOutput;
import org.nr4j.kv.internal.tree.EntryScan;
import org.nr4j.kv.internal.tree.OrderedTree;
import org.nr4j.kv.internal.tree.RangeScan;
import org.nr4j.kv.internal.tree.RangeSum;
import org.nr4j.kv.internal.tree.Totals;
import org.nr4j.kv.internal.tree.TreeView;
import org.nr4j.kv.internal.value.StoredEntry;
import org.nr4j.kv.internal.value.StoredValue;

/**
 * A read-only view of the entries of a store: one tree for each part. The hash of a key says which tree has it. The
 * methods answer as if the trees were one. Any number of threads may use it while nobody changes the trees. A snapshot
 * never changes.
 *
 * <p>A range has a lowest key, inclusive, and an end, exclusive. Null stands for no bound.
 */
public final class Contents {
    private final TreeView[] trees;

    /**
     * Creates a view of these trees.
     *
     * @param trees one for each part; the caller must not use the array any more
     */
    public Contents(TreeView[] trees) {
        this.trees = trees;
    }

    /** Returns the contents of these trees at the call. Any thread may use them at any time. */
    public static Contents snapshotOf(OrderedTree[] trees) {
        TreeView[] snapshots = new TreeView[trees.length];
        for (int i = 0; i < trees.length; i++) {
            snapshots[i] = trees[i].snapshot();
        }
        return new Contents(snapshots);
    }

    /** Returns the number of entries. */
    public long count() {
        long count = 0;
        for (TreeView tree : trees) {
            count += tree.count();
        }
        return count;
    }

    /** Whether entries have hashes: whether fingerprints are on. */
    public boolean hasHashes() {
        return trees[0].hasHashes();
    }

    /** Returns the number of bytes of all keys and values. */
    public long bytes() {
        long bytes = 0;
        for (TreeView tree : trees) {
            bytes += tree.bytes();
        }
        return bytes;
    }

    /** Returns the earliest instant at which an entry expires. */
    public long minExpiry() {
        long earliest = Totals.NEVER;
        for (TreeView tree : trees) {
            earliest = Math.min(earliest, tree.minExpiry());
        }
        return earliest;
    }

    /** Returns how many keys are less than {@code key}. */
    public long rank(byte[] key) {
        long rank = 0;
        for (TreeView tree : trees) {
            rank += tree.rank(key);
        }
        return rank;
    }

    /** Returns the number of entries in a range. */
    public long count(byte @Nullable [] low, byte @Nullable [] end) {
        long count = 0;
        for (TreeView tree : trees) {
            count += tree.count(low, end);
        }
        return count;
    }

    /**
     * Returns the number of entries of a range, and the sum of their hashes. Only if fingerprints are on.
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

    /** Returns the key that has {@code rank} keys before it; null if there are not that many. */
    public byte @Nullable [] select(long rank) {
        if (rank < 0 || rank >= count()) {
            return null;
        }
        return trees.length == 1 ? trees[0].keyAt(rank) : new RankSearch(trees, rank).run();
    }

    /** Returns the value of a key, or null if there is none. Ignores its expiry. */
    public byte @Nullable [] get(byte[] key) {
        return trees[KeyHash.partOf(key, trees.length)].get(key);
    }

    /** Returns a scan of the entries of a range. */
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

    /**
     * Writes all entries to a stream, due ones too. Flushes the stream, and does not close it.
     *
     * @throws IOException if the stream throws it; the part written by then is unusable
     */
    public void writeTo(OutputStream out) throws IOException {
        BlockOutput blocks = new BlockOutput(out);
        EntryScan scan = scan(null, null, /* descending= */ false);
        while (scan.advance()) {
            blocks.writeEntry(scan.key(), scan.value(), scan.expiry());
        }
        blocks.finish(count(), bytes());
    }

    /**
     * Writes all entries for the log of the store itself: of a value in a file, only its place.
     *
     * @param hasher the id of the hash of the entries
     */
    public void writeForOwnLog(OutputStream out, long hasher) throws IOException {
        BlockOutput blocks = BlockOutput.forOwnLog(out);
        EntryScan scan = scan(null, null, /* descending= */ false);
        long bytes = bytes();
        while (scan.advance()) {
            if (scan.outsideValue() instanceof StoredValue stored) {
                byte[] entry = new StoredEntry(stored, hasher, scan.hash()).encode();
                blocks.writeStored(scan.key(), entry, scan.expiry());
                bytes -= stored.length();
            } else {
                blocks.writeEntry(scan.key(), scan.value(), scan.expiry());
            }
        }
        blocks.finish(count(), bytes);
    }

    /** Returns the number of parts. */
    public int parts() {
        return trees.length;
    }

    /** Returns the entries of one part. */
    public TreeView tree(int part) {
        return trees[part];
    }
}
