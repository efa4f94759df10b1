package org.nr4j.kv.internal.tree;

import org.jspecify.annotations.Nullable;

/** Takes entries. */
@FunctionalInterface
public interface EntryConsumer {
    /**
     * Takes an entry. Several entries share the arrays. The consumer must not change them.
     *
     * @param bytes holds the key from {@code start} on, and behind it the value
     * @param large the value, if it is not behind the key
     */
    void accept(byte[] bytes, int start, int keyLength, int valueLength, byte @Nullable [] large, long expiry);
}
