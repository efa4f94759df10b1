package org.nr4j.examples.ycsb;

import java.util.List;

/**
 * What a workload needs of a store. For any threads. What it is given it may keep, what it hands out is the caller's
 * own, so that no caller can change what is stored.
 */
interface Store extends AutoCloseable {
    void insert(byte[] key, byte[] record);

    /** The record, null if there is none. */
    byte[] read(byte[] key);

    /**
     * Replaces one field. Here as in many stores a record is one value, so this reads, changes and writes it back; and
     * it must not undo what others write to the other fields meanwhile, which a plain read and write would.
     *
     * @return whether there is such a record
     */
    boolean update(byte[] key, int number, byte[] field);

    /** The records from {@code start} on, so many at most. */
    List<byte[]> scan(byte[] start, int limit);

    long size();

    @Override
    void close();
}
