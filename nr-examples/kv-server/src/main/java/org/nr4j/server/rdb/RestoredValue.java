package org.nr4j.server.rdb;

import org.nr4j.server.type.Keyspace;

/** A value that has been read whole and found good. */
@FunctionalInterface
public interface RestoredValue {
    /** Puts the value under a key, which must not exist. */
    void store(Keyspace keyspace, int database, byte[] key);
}
