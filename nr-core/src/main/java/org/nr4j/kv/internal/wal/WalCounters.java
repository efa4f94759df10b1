package org.nr4j.kv.internal.wal;

import java.util.concurrent.atomic.AtomicLong;

/** Counts what a log does. The log's thread writes; any thread may read, and sees recent values. */
public final class WalCounters {
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong syncs = new AtomicLong();
    private final AtomicLong syncNanos = new AtomicLong();
    private final AtomicLong longestSyncNanos = new AtomicLong();
    private final AtomicLong segments = new AtomicLong();
    private final AtomicLong segmentBytes = new AtomicLong();
    private final AtomicLong leftovers = new AtomicLong();

    WalCounters() {}

    void appended(long newRecords, long newBytes) {
        add(records, newRecords);
        add(bytes, newBytes);
        add(segmentBytes, newBytes);
    }

    void synced(long nanos) {
        add(syncs, 1);
        add(syncNanos, nanos);
        longestSyncNanos.setRelease(Math.max(longestSyncNanos.getPlain(), nanos));
    }

    void segments(long count, long allBytes) {
        segments.setRelease(count);
        segmentBytes.setRelease(allBytes);
    }

    void notDeleted() {
        add(leftovers, 1);
    }

    /** There is one writer, so it needs no atomic addition. */
    private static void add(AtomicLong counter, long amount) {
        counter.setRelease(counter.getPlain() + amount);
    }

    /** Returns how many records were appended since the log started. */
    public long records() {
        return records.getAcquire();
    }

    /** Returns how many bytes these records take in the files. */
    public long bytes() {
        return bytes.getAcquire();
    }

    /** Returns how often records were synced since the log started. */
    public long syncs() {
        return syncs.getAcquire();
    }

    /** Returns how long the syncs took altogether, in nanoseconds. */
    public long syncNanos() {
        return syncNanos.getAcquire();
    }

    /** Returns how long the longest sync took, in nanoseconds. */
    public long longestSyncNanos() {
        return longestSyncNanos.getAcquire();
    }

    /** Returns how many segments the log has, those of earlier openings included. */
    public long segments() {
        return segments.getAcquire();
    }

    /** Returns how many bytes the segments have: what recovery reads besides the base. */
    public long segmentBytes() {
        return segmentBytes.getAcquire();
    }

    /** Returns how many files could not be deleted after a base had replaced them. The next opening deletes them. */
    public long leftovers() {
        return leftovers.getAcquire();
    }
}
