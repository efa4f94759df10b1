package org.nr4j.kv.durable;

import org.jspecify.annotations.Nullable;

/**
 * What a durable store has done since it was opened. The figures are taken one after the other, while the store goes
 * on.
 *
 * @param bytes the bytes that were appended to the log
 * @param syncs how often the log was synced
 * @param syncNanos the time that these syncs took, in nanoseconds
 * @param longestSyncNanos the time of the longest one
 * @param segments the number of the log's files
 * @param segmentBytes their length: what a start has to read, beside the snapshot
 * @param snapshots how many snapshots were completed
 * @param valueFiles the number of files that have values; see {@link Durability#valuesOnDisk}
 * @param valueBytes their length
 * @param liveValueBytes how much of it entries used when the store was opened, or when the last snapshot was written
 * @param lag how many writes are not in the log yet; with {@link SyncPolicy#ALWAYS}, not on the disk yet
 * @param recoveredEntries the number of entries that the store had when it was opened
 * @param recoveredBytes how many bytes were read then
 * @param recoveryNanos how long that took, in nanoseconds
 * @param cutBytes the bytes that a crash had left half-written at the end of the log, and that were cut off then
 * @param failure the failure for which the store takes no more writes; null if it does
 */
public record DurableStats(
        long bytes,
        long syncs,
        long syncNanos,
        long longestSyncNanos,
        long segments,
        long segmentBytes,
        long snapshots,
        long valueFiles,
        long valueBytes,
        long liveValueBytes,
        long lag,
        long recoveredEntries,
        long recoveredBytes,
        long recoveryNanos,
        long cutBytes,
        @Nullable Throwable failure) {}
