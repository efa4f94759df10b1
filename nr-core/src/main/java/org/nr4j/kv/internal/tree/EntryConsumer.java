package org.nr4j.kv.internal.tree;

import org.jspecify.annotations.Nullable;

/** Receives entries. */
@FunctionalInterface
public interface EntryConsumer {
    /**
     * Receives an entry. Several entries share the arrays. The consumer must not change them.
     *
     * @param bytes holds the key from {@code start} on, and the value behind it
     * @param large the value, if it is not behind the key
     */
    void accept(byte[] bytes, int start, int keyLength, int valueLength, byte @Nullable [] large, long expiry);
}
