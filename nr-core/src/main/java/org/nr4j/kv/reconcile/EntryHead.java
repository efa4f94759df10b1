package org.nr4j.kv.reconcile;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a {@link MergePolicy} sees of an entry: the key, the first bytes of the value, its length, and the expiry.
 * Immutable.
 */
public final class EntryHead {
    /** The largest number of bytes of a value that a head has. */
    public static final int BYTES = 64;

    /** The expiry of an entry that does not expire. */
    private static final long NEVER = Long.MAX_VALUE;

    private final byte[] key;
    private final byte[] start;
    private final int length;
    private final long expiry;

    private EntryHead(byte[] key, byte[] start, int length, long expiry) {
        this.key = key;
        this.start = start;
        this.length = length;
        this.expiry = expiry;
    }

    /**
     * Creates a head.
     *
     * @param key copied
     * @param value the value, or its first bytes if it is longer than {@link #BYTES}; copied
     * @param length the length of the value, in bytes
     * @param expiry milliseconds since 1970; {@link Long#MAX_VALUE} if the entry does not expire
     * @throws IllegalArgumentException if {@code value} has fewer bytes than a head of that length
     */
    public static EntryHead of(byte[] key, byte[] value, int length, long expiry) {
        int needed = Math.min(BYTES, length);
        if (value.length < needed) {
            throw new IllegalArgumentException("a head must have the first bytes of its value: bytes=" + value.length
                    + " needed=" + needed + "; pass more of the value");
        }
        return new EntryHead(key.clone(), Arrays.copyOf(value, needed), length, expiry);
    }

    /** Returns a copy of the key. */
    public byte[] key() {
        return key.clone();
    }

    /** Returns a copy of the first bytes of the value, up to {@link #BYTES}. */
    public byte[] start() {
        return start.clone();
    }

    /** Returns the length of the value, in bytes. */
    public int length() {
        return length;
    }

    /** Returns when the entry expires; empty if it does not. */
    public Optional<Instant> expiry() {
        return expiry == NEVER ? Optional.empty() : Optional.of(Instant.ofEpochMilli(expiry));
    }

    /** Compares the first bytes of the two values, up to a number of bytes, as unsigned bytes. */
    int compareStart(EntryHead other, int bytes) {
        return Arrays.compareUnsigned(
                start, 0, Math.min(bytes, start.length), other.start, 0, Math.min(bytes, other.start.length));
    }

    @Override
    public String toString() {
        return "EntryHead[key=" + key.length + " bytes, value=" + length + " bytes]";
    }
}
