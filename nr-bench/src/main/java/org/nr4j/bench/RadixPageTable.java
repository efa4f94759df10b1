package org.nr4j.bench;

/**
 * A page table like those of processors: a radix tree of four levels. Each level is a table of 512 places. Addresses
 * have 48 bits, pages 4 KiB. Only one thread may use it.
 *
 * <p>Pages are numbered from 0 to 2^36 - 1, frames from 0. A table that becomes empty is dropped.
 */
final class RadixPageTable {
    /** The answer for a page without a frame. */
    static final long NONE = -1;

    private static final int BITS = 9;
    private static final int WAYS = 1 << BITS;
    private static final int LEVELS = 4;

    private final Directory root = new Directory();

    /** A table of tables. */
    private static final class Directory {
        final Object[] tables = new Object[WAYS];
        int used;
    }

    /** A table of frames. A place holds the frame's number plus one; 0 means no frame. */
    private static final class Leaf {
        final long[] frames = new long[WAYS];
        int used;
    }

    /** Returns the frame of a page, or {@link #NONE}. */
    long resolve(long page) {
        Directory directory = root;
        for (int level = LEVELS - 1; level > 1; level--) {
            directory = (Directory) directory.tables[place(page, level)];
            if (directory == null) {
                return NONE;
            }
        }
        Leaf leaf = (Leaf) directory.tables[place(page, 1)];
        return leaf == null ? NONE : leaf.frames[place(page, 0)] - 1;
    }

    /** Maps a page to a frame. Returns the frame that the page had before, or {@link #NONE}. */
    long map(long page, long frame) {
        Directory directory = root;
        for (int level = LEVELS - 1; level > 1; level--) {
            directory = directoryIn(directory, place(page, level));
        }
        Leaf leaf = leafIn(directory, place(page, 1));
        int place = place(page, 0);
        long before = leaf.frames[place];
        leaf.frames[place] = frame + 1;
        leaf.used += before == 0 ? 1 : 0;
        return before - 1;
    }

    /** Unmaps a page. Returns the frame that it had, or {@link #NONE}. */
    long unmap(long page) {
        return unmap(root, page, LEVELS - 1);
    }

    private long unmap(Directory directory, long page, int level) {
        int place = place(page, level);
        Object table = directory.tables[place];
        if (table == null) {
            return NONE;
        }
        long before = level == 1 ? clear((Leaf) table, place(page, 0)) : unmap((Directory) table, page, level - 1);
        boolean empty = level == 1 ? ((Leaf) table).used == 0 : ((Directory) table).used == 0;
        if (empty) {
            directory.tables[place] = null;
            directory.used--;
        }
        return before;
    }

    private static long clear(Leaf leaf, int place) {
        long before = leaf.frames[place];
        leaf.frames[place] = 0;
        leaf.used -= before == 0 ? 0 : 1;
        return before - 1;
    }

    private static Directory directoryIn(Directory directory, int place) {
        if (directory.tables[place] == null) {
            directory.tables[place] = new Directory();
            directory.used++;
        }
        return (Directory) directory.tables[place];
    }

    private static Leaf leafIn(Directory directory, int place) {
        if (directory.tables[place] == null) {
            directory.tables[place] = new Leaf();
            directory.used++;
        }
        return (Leaf) directory.tables[place];
    }

    private static int place(long page, int level) {
        return (int) (page >>> level * BITS) & WAYS - 1;
    }

    /** Returns whether nothing is mapped and no table is left. */
    boolean isEmpty() {
        return root.used == 0;
    }
}
