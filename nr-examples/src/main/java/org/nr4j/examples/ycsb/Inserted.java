package org.nr4j.examples.ycsb;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which records there are: all whose number is less than {@link #count}. Threads insert at the same time and end in any
 * order, so a record counts only when all before it are there too; none that is missing is ever read. For any threads.
 */
final class Inserted {
    private final AtomicLong next = new AtomicLong();

    /** Inserted, while one with a lower number is not yet. Guarded by this. */
    private final Set<Long> early = new HashSet<>();

    private volatile long count;

    /** The number of a record that the caller inserts now. */
    long begin() {
        return next.getAndIncrement();
    }

    /** The record is in the store. */
    synchronized void acknowledge(long number) {
        early.add(number);
        long all = count;
        while (early.remove(all)) {
            all++;
        }
        count = all;
    }

    long count() {
        return count;
    }
}
