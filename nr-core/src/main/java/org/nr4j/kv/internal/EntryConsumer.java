package org.nr4j.kv.internal;

/** Takes entries; the arrays are its own. */
@FunctionalInterface
public interface EntryConsumer {
    /** Takes an entry. */
    void accept(byte[] key, byte[] value, long expiry);
}
