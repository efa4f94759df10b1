package org.nr4j.examples.ycsb;

import java.util.List;

/**
 * The operations that a workload needs of a store. Any thread may call. The store may keep the arrays that it is given.
 * The arrays that it returns belong to the caller, so no caller can change what is stored.
 */
interface Store extends AutoCloseable {
    void insert(byte[] key, byte[] record);

    /** Returns the record, or null if there is none. */
    byte[] read(byte[] key);

    /**
     * Replaces one field. As in many stores, a record is one value, so this method reads, changes and writes it back.
     * It must not undo changes that other threads make to other fields meanwhile. A plain read and write would undo
     * them.
     *
     * @return whether there is such a record
     */
    boolean update(byte[] key, int number, byte[] field);

    /** Returns the records from {@code start} on, at most {@code limit}. */
    List<byte[]> scan(byte[] start, int limit);

    long size();

    @Override
    void close();
}
