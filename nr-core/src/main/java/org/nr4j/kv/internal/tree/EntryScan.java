package org.nr4j.kv.internal.tree;

/**
 * Goes through the entries of a range, ascending or descending. The contents must not change meanwhile. Begins before
 * the first entry. For one thread.
 */
public interface EntryScan {
    /** Goes to the next entry. Returns whether there is one. Must not be called again after the last one. */
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
     * @param now an entry that expires then or before ends this
     * @return false if this met such an entry
     */
    boolean forEach(int limit, long now, EntryConsumer consumer);
}
