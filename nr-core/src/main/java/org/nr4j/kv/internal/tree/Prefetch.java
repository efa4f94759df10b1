package org.nr4j.kv.internal.tree;

/**
 * Brings the entries of some keys into the processor's caches, so that searches for them find them there. A search
 * alone waits for memory at each node. Here, the searches for several keys go down side by side, and their waits
 * overlap. Changes nothing. For one thread.
 */
public final class Prefetch {
    /** How many searches go side by side: somewhat more than the reads of memory that a processor has under way. */
    private static final int GROUP = 16;

    /** A tree with fewer entries is mostly in the caches. */
    private static final long FEWEST = 1 << 14;

    /** No sum of so few bytes is as low. */
    private static final int IMPOSSIBLE = Integer.MIN_VALUE;

    private final byte[][] keys = new byte[GROUP][];
    private final Node[] nodes = new Node[GROUP];
    private int count;

    /** Adds a key of a tree. */
    public void add(TreeView tree, byte[] key) {
        if (tree.count() >= FEWEST) {
            keys[count] = key;
            nodes[count++] = tree.root;
            if (count == GROUP) {
                finish();
            }
        }
    }

    /** Ends the searches for all keys added. */
    public void finish() {
        boolean more = count > 0;
        while (more) {
            more = descend();
        }
        // Each loop does little for a key, so that the processor sees the reads for several keys at once.
        int seen = 0;
        for (int i = 0; i < count; i++) {
            seen += nodes[i].touchSlots();
        }
        for (int i = 0; i < count; i++) {
            seen += nodes[i].touchRecord(keys[i]);
        }
        if (seen == IMPOSSIBLE) { // without a use of the sum, the compiler might drop the reads
            throw new IllegalStateException("a sum of bytes must not be so low: sum=" + seen + "; report this");
        }
        count = 0;
    }

    /** Goes one level down. Returns whether a search is not at its leaf yet. */
    private boolean descend() {
        boolean more = false;
        for (int i = 0; i < count; i++) {
            if (nodes[i] instanceof Inner inner) {
                nodes[i] = inner.children[inner.childOf(keys[i])];
                more = true;
            }
        }
        return more;
    }
}
