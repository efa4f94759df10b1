package org.nr4j.kv.internal.contents;

import java.util.Arrays;
import org.nr4j.kv.internal.tree.TreeView;

/**
 * Finds the key that has a number of keys before it in several trees together, which have no key in common.
 *
 * <p>In each tree there is a stretch of keys that it can be. The longest of them is asked for one of its keys, and each tree how many keys it has below that: then the stretches end there, or begin behind it. Every other time that key is where the one sought
 * would be if the trees were equally dense, which is nearly so where keys are spread by their hashes; the other times it is in the middle, so that however the keys are spread the longest stretch is halved. So it takes some ten looks, and at worst a number that grows
 * with the logarithm of the keys and with the number of trees.
 */
public final class RankSearch {
    private final TreeView[] trees;
    private final long rank;

    /** The stretch in each tree: all keys before {@code from} are less than the one sought, all from {@code to} on are greater. */
    private final long[] from;

    private final long[] to;

    /** How many keys each tree has below the key looked at. */
    private final long[] below;

    private int looks;

    /** @param rank at least 0, and less than the number of keys */
    RankSearch(TreeView[] trees, long rank) {
        this.trees = trees;
        this.rank = rank;
        this.from = new long[trees.length];
        this.to = Arrays.stream(trees).mapToLong(TreeView::count).toArray();
        this.below = new long[trees.length];
    }

    /** The key. */
    byte[] run() {
        while (true) {
            int tree = longest();
            byte[] key = trees[tree].keyAt(pivot(tree));
            long rankOfKey = countBelow(key);
            if (rankOfKey == rank) {
                return key;
            }
            if (rankOfKey < rank) {
                below[tree]++; // nor is it this one
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

    /** How many keys were looked at. */
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
