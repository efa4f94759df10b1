package org.nr4j.kv.internal.tree;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.value.OutsideValue;

/**
 * Walks through the entries of a range, ascending or descending. It begins before the first entry. The contents must
 * not change meanwhile. For one thread.
 */
public interface EntryScan {
    /** Moves to the next entry. Returns whether there is one. Must not be called again after the last one. */
    boolean advance();

    /** Returns a copy of the entry's key. */
    byte[] key();

    /** Returns a copy of the entry's value. */
    byte[] value();

    /** Returns the entry's value, to keep elsewhere. Only a value that is in a page is copied. */
    OutsideValue valueToShare();

    /** Returns the entry's value as it is, or null if it is in a page. */
    @Nullable
    OutsideValue outsideValue();

    /** Returns the length of the entry's value. */
    int valueLength();

    /** Returns a copy of the entry's hash in four limbs; null where fingerprints are off. */
    long @Nullable [] hash();

    /** Returns when the entry expires. */
    long expiry();

    /**
     * Passes the next entries to {@code consumer}.
     *
     * @param limit how many at most
     * @param now an entry that expires then or before ends the walk
     * @return false if the walk found such an entry
     */
    boolean forEach(int limit, long now, EntryConsumer consumer);
}
