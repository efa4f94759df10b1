package org.nr4j.kv.internal.contents;

import java.util.Arrays;
import org.nr4j.kv.internal.tree.TreeView;

/**
 * Finds the key that has a given number of keys before it in several trees together. The trees have no key in common.
 *
 * <p>In each tree, the key sought lies in a stretch of keys. A step chooses a key of the longest stretch. Each tree
 * then says how many of its keys are lower. The sum says on which side of the chosen key the key sought lies, and each
 * stretch is cut there.
 *
 * <p>Every other step guesses by proportion, as if the trees were equally dense. That is nearly so, since keys are
 * spread by their hashes. The other steps choose the middle, so that they halve the longest stretch. A search takes
 * about ten steps. In the worst case, the number of steps grows with the logarithm of the keys and with the number of
 * trees.
 */
public final class RankSearch {
    private final TreeView[] trees;
    private final long rank;

    /**
     * The stretch in each tree. All keys before {@code from} are less than the key sought; all keys from {@code to} on
     * are greater.
     */
    private final long[] from;

    private final long[] to;

    /** How many keys of each tree are less than the key of this step. */
    private final long[] below;

    private int looks;

    /**
     * Creates a search.
     *
     * @param rank at least 0, and less than the number of keys
     */
    RankSearch(TreeView[] trees, long rank) {
        this.trees = trees;
        this.rank = rank;
        this.from = new long[trees.length];
        this.to = Arrays.stream(trees).mapToLong(TreeView::count).toArray();
        this.below = new long[trees.length];
    }

    /** Runs the search and returns the key. */
    byte[] run() {
        while (true) {
            int tree = longest();
            byte[] key = trees[tree].keyAt(pivot(tree));
            long rankOfKey = countBelow(key);
            if (rankOfKey == rank) {
                return key;
            }
            if (rankOfKey < rank) {
                below[tree]++; // the key of this step is lower, too
                for (int i = 0; i < trees.length; i++) {
                    from[i] = Math.max(from[i], below[i]);
                }
            } else {
                for (int i = 0; i < trees.length; i++) {
                    to[i] = Math.min(to[i], below[i]);
                }
            }
        }
    }

    /** Returns how many steps the search took. */
    int looks() {
        return looks;
    }

    private int longest() {
        int longest = 0;
        for (int i = 1; i < trees.length; i++) {
            if (to[i] - from[i] > to[longest] - from[longest]) {
                longest = i;
            }
        }
        return longest;
    }

    private long pivot(int tree) {
        long length = to[tree] - from[tree];
        if (looks++ % 2 == 1) {
            return from[tree] + length / 2;
        }
        long before = rank - Arrays.stream(from).sum();
        long all = Arrays.stream(to).sum() - Arrays.stream(from).sum();
        return from[tree] + Math.min(length - 1, (long) ((double) before / all * length));
    }

    private long countBelow(byte[] key) {
        long sum = 0;
        for (int i = 0; i < trees.length; i++) {
            below[i] = trees[i].rank(key);
            sum += below[i];
        }
        return sum;
    }
}
