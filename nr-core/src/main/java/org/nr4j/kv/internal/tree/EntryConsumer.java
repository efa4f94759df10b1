package org.nr4j.kv.internal.tree;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.value.OutsideValue;

/** Receives entries. */
@FunctionalInterface
public interface EntryConsumer {
    /**
     * Receives an entry. Several entries share the arrays. The consumer must not change them.
     *
     * @param bytes holds the key from {@code start} on, and the value behind it
     * @param outside the value, if it is not behind the key
     */
    void accept(byte[] bytes, int start, int keyLength, int valueLength, @Nullable OutsideValue outside, long expiry);
}
