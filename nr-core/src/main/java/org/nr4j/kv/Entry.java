package org.nr4j.kv;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.file.Limits;
import org.nr4j.kv.internal.replica.ChangeRecorder.Content;
import org.nr4j.kv.internal.tree.EntryConsumer;

/**
 * A key and its value, as they were when the store answered. Immutable: each call returns a copy that is the caller's
 * own.
 */
public final class Entry {
    /**
     * The key from {@code start} on, followed by the value unless it is large. Entries of one answer share the array.
     */
    private final byte[] bytes;

    private final int start;
    private final int keyLength;
    private final int valueLength;
    private final byte @Nullable [] large;
    private final long expiry;

    Entry(byte[] bytes, int start, int keyLength, int valueLength, byte @Nullable [] large, long expiry) {
        this.bytes = bytes;
        this.start = start;
        this.keyLength = keyLength;
        this.valueLength = valueLength;
        this.large = large;
        this.expiry = expiry;
    }

    /** Returns the entry of a key and its content; null if there is no content. */
    static @Nullable Entry of(byte[] key, @Nullable Content content) {
        return content == null ? null : new Entry(key, content.value(), content.expiry());
    }

    /** Returns a consumer that adds the entries of a scan to a list. */
    static EntryConsumer into(List<Entry> entries) {
        return (bytes, start, keyLength, valueLength, large, expiry) ->
                entries.add(new Entry(bytes, start, keyLength, valueLength, large, expiry));
    }

    /** Creates an entry from arrays to which nobody else has a reference. */
    Entry(byte[] key, byte[] value, long expiry) {
        this(key, 0, key.length, value.length, value, expiry);
    }

    /** Returns the key. */
    public byte[] key() {
        return Arrays.copyOfRange(bytes, start, start + keyLength);
    }

    /** Returns the value. */
    public byte[] value() {
        if (large != null) {
            return large.clone();
        }
        int from = start + keyLength;
        return Arrays.copyOfRange(bytes, from, from + valueLength);
    }

    /** Returns when the entry expires; empty if it does not. */
    public Optional<Instant> expiry() {
        return Expiry.instant(expiry);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Entry that
                && Arrays.equals(key(), that.key())
                && Arrays.equals(value(), that.value())
                && expiry == that.expiry;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(key()) + Arrays.hashCode(value());
    }

    @Override
    public String toString() {
        return Limits.show(key()) + "=" + Limits.show(value());
    }
}
