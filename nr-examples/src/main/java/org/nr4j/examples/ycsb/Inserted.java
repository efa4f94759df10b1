package org.nr4j.examples.ycsb;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tracks which records exist: all whose number is less than {@link #count}. Threads insert at the same time and finish
 * in any order. A record counts only when all records before it exist, too, so no missing record is ever read. Any
 * thread may call.
 */
final class Inserted {
    private final AtomicLong next = new AtomicLong();

    /** The inserted records that wait for one with a lower number. Guarded by this. */
    private final Set<Long> early = new HashSet<>();

    private volatile long count;

    /** Returns the number of a record that the caller inserts next. */
    long begin() {
        return next.getAndIncrement();
    }

    /** Says that the record is in the store. */
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
