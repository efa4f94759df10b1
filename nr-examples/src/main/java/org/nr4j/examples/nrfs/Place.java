package org.nr4j.examples.nrfs;

/**
 * What a path led to when it was followed: a node, and where it was. An operation on the node is done only if it still
 * holds.
 *
 * @param number of the node
 * @param parent the number of the directory that it was in
 * @param name its name there
 * @param moves how many directories had been moved until then: while there are not more, what leads to that
 *     directory is as it was
 */
record Place(long number, long parent, String name, long moves, boolean directory) {
    /** For the root, which is always there. */
    static final long WHATEVER = -1;

    static final Place ROOT = new Place(Volume.ROOT, 0, "", WHATEVER, true);
}
