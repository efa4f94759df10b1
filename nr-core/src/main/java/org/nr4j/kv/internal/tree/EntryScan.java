package org.nr4j.kv.internal.tree;

/** Goes through the entries of a range, in ascending or descending order of their keys, of contents that are not being changed. Begins before the first entry. For one thread. */
public interface EntryScan {
    /** Goes to the next entry. Returns whether there is one; after the last one it is not to be called again. */
    boolean advance();

    /** A copy of the key of the entry. */
    byte[] key();

    /** A copy of its value. */
    byte[] value();

    /** When it expires. */
    long expiry();

    /**
     * Gives the next entries to {@code consumer}.
     *
     * @param limit how many at most
     * @param now entries that expire then or before end this
     * @return whether there was no such entry
     */
    boolean forEach(int limit, long now, EntryConsumer consumer);
}
