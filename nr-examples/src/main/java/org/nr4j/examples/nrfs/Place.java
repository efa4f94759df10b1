package org.nr4j.examples.nrfs;

/**
 * The result of following a path: a node, and where it was. An operation on the node runs only if the node is still
 * there.
 *
 * @param number the number of the node
 * @param parent the number of the directory that it was in
 * @param name its name there
 * @param moves how many directories had been moved until then. If the count is the same later, the path to that
 *     directory is unchanged
 */
record Place(long number, long parent, String name, long moves, boolean directory) {
    /** The number of moves for the root, which never moves. */
    static final long WHATEVER = -1;

    static final Place ROOT = new Place(Volume.ROOT, 0, "", WHATEVER, true);
}
