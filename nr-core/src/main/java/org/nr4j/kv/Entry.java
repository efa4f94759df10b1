package org.nr4j.kv;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A key and its value, as they were when the store answered. The arrays are the caller's own. */
public final class Entry {
    private final byte[] key;
    private final byte[] value;
    private final long expiry;

    Entry(byte[] key, byte[] value, long expiry) {
        this.key = key;
        this.value = value;
        this.expiry = expiry;
    }

    /** The key. */
    public byte[] key() {
        return key;
    }

    /** The value. */
    public byte[] value() {
        return value;
    }

    /** When the entry expires; empty if it stays. */
    public Optional<Instant> expiry() {
        return expiry == Expiry.NEVER ? Optional.empty() : Optional.of(Instant.ofEpochMilli(expiry));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Entry that
                && Arrays.equals(key, that.key)
                && Arrays.equals(value, that.value)
                && expiry == that.expiry;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(key) + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return Limits.show(key) + "=" + Limits.show(value);
    }
}
