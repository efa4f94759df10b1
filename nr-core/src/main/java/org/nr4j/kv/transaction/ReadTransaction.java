package org.nr4j.kv.transaction;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.Entry;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.ScanOrder;

/**
 * What a procedure reads of a store: all entries at one moment. The methods answer as those of
 * {@link org.nr4j.kv.KeyValueStore} with the same names, and refuse the same arguments.
 *
 * <p><b>Valid</b> while the procedure runs, on the thread that runs it. Later, and on another thread, each method
 * throws {@link IllegalStateException}. The entries and arrays that the methods return stay valid.
 *
 * <p><b>Keys</b>. If the procedure names its keys, a method with another key throws {@link IllegalArgumentException}.
 * A method over a range, or over all keys, throws {@link IllegalStateException}.
 */
public interface ReadTransaction {
    /**
     * Returns the time of the procedure, by the store's clock. It is the same during the whole procedure, and on all
     * replicas. Entries whose instant has come by then do not exist for the procedure.
     */
    Instant now();

    // ---- one key ----

    /** Returns the value of a key, or null if there is none. */
    byte @Nullable [] get(byte[] key);

    /** Whether a key exists. */
    boolean contains(byte[] key);

    /** Returns when an entry expires; empty if it does not, or if there is no entry. */
    Optional<Instant> expiry(byte[] key);

    /**
     * Brings the entries of some keys into the processor's caches. Call it before the procedure uses several keys of a
     * large store: their searches then wait for memory together, and not one after another. Pass 16 to 64 keys at a
     * time. The entries of more may push each other out. Changes nothing.
     */
    default void prefetch(Collection<byte[]> keys) {}

    // ---- order ----

    /** Returns all entries of a range, ascending. */
    default List<Entry> scan(KeyRange range) {
        return scan(range, ScanOrder.ASCENDING, Integer.MAX_VALUE);
    }

    /**
     * Returns the first entries of a range, up to a limit.
     *
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    List<Entry> scan(KeyRange range, ScanOrder order, int limit);

    /** Returns the entry with the lowest key; null if there is none. */
    default @Nullable Entry first() {
        return first(KeyRange.all());
    }

    /** Returns the entry with the lowest key of a range; null if there is none. */
    @Nullable
    Entry first(KeyRange range);

    /** Returns the entry with the highest key; null if there is none. */
    default @Nullable Entry last() {
        return last(KeyRange.all());
    }

    /** Returns the entry with the highest key of a range; null if there is none. */
    @Nullable
    Entry last(KeyRange range);

    /** Returns the number of keys in a range. Takes O(log n). */
    long count(KeyRange range);

    /** Returns how many keys are less than {@code key}, which need not exist. Takes O(log n). */
    long rank(byte[] key);

    /**
     * Returns the key that has {@code rank} keys before it. Takes O(log n).
     *
     * @throws IndexOutOfBoundsException if {@code rank} is negative, or there are not that many keys
     */
    byte[] keyAt(long rank);
}
