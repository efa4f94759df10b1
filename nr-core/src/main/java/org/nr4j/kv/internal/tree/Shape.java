package org.nr4j.kv.internal.tree;

/**
 * The limits of a tree's nodes, chosen by measurement. Tests use tiny limits, so that nodes split and merge often.
 *
 * @param maxEntries how many entries a leaf holds at most
 * @param maxChildren how many children an inner node has at most
 * @param pageBytes how many bytes a page may use before its leaf is split, if the leaf has more than one entry
 * @param largeValue the length up to which a value is in the page; longer values are outside
 * @param fingerprints whether entries have hashes and nodes have sums
 */
public record Shape(int maxEntries, int maxChildren, int pageBytes, int largeValue, boolean fingerprints) {

    /** Returns the limits for production. */
    public static Shape standard(boolean fingerprints) {
        return new Shape(64, 64, 1 << 14, 1 << 11, fingerprints);
    }

    /** Returns how many numbers {@link Totals} has. */
    int totalsWidth() {
        return fingerprints ? Totals.WITH_SUM : Totals.WITHOUT_SUM;
    }
}
