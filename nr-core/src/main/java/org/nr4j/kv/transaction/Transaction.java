package org.nr4j.kv.transaction;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.Expiry;
import org.nr4j.kv.KeyRange;

/**
 * What a procedure reads and writes of a store. It sees its own writes. Nobody else sees them until the procedure has
 * returned. If the procedure throws, they never were.
 *
 * <p>Reads and writes answer as the methods of {@link org.nr4j.kv.KeyValueStore} with the same names. A transaction
 * copies the arrays that it receives.
 *
 * <p>In a read-only procedure, each method that writes throws {@link IllegalStateException}.
 */
public interface Transaction extends ReadTransaction {
    /** Puts a value that does not expire. Returns the value before, or null if there was none. */
    default byte @Nullable [] put(byte[] key, byte[] value) {
        return put(key, value, Expiry.never());
    }

    /** Puts a value that expires. Returns the value before, or null if there was none. */
    byte @Nullable [] put(byte[] key, byte[] value, Expiry expiry);

    /** Puts a value that does not expire. Cheaper than {@link #put}, since it fetches nothing. */
    default void set(byte[] key, byte[] value) {
        set(key, value, Expiry.never());
    }

    /** Puts a value that expires. */
    void set(byte[] key, byte[] value, Expiry expiry);

    /** Removes a key. Returns the value before, or null if there was none. */
    byte @Nullable [] remove(byte[] key);

    /** Removes a key. Returns whether it existed. Cheaper than {@link #remove}, since it fetches nothing. */
    boolean delete(byte[] key);

    /** Removes all keys of a range. Returns how many there were. */
    long removeRange(KeyRange range);

    /** Changes when an entry expires; {@link Expiry#never} makes it stay. Returns whether the entry exists. */
    boolean setExpiry(byte[] key, Expiry expiry);
}
