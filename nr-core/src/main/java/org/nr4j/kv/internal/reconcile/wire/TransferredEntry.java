package org.nr4j.kv.internal.reconcile.wire;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.reconcile.EntryHead;

/**
 * An entry that travels, or its head. Nobody must change the arrays.
 *
 * @param expiry milliseconds since 1970; {@link Long#MAX_VALUE} if it does not expire
 * @param length the length of the value
 * @param value the value; null if only its head travels
 * @param start the first bytes of the value
 */
@SuppressWarnings("ArrayRecordComponent") // entries are never compared
public record TransferredEntry(byte[] key, long expiry, int length, byte @Nullable [] value, byte[] start) {
    /** The expiry of an entry that does not expire. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Creates an entry with its value. */
    public static TransferredEntry whole(byte[] key, byte[] value, long expiry) {
        return new TransferredEntry(key, expiry, value.length, value, value);
    }

    /** Returns what a policy sees of this entry. */
    public EntryHead head() {
        return EntryHead.of(key, start, length, expiry);
    }
}
