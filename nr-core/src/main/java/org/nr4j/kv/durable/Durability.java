package org.nr4j.kv.durable;

import java.nio.file.Path;
import java.util.Objects;

/**
 * The options of a durable store: its directory, when its writes reach the disk, and how large its files may become.
 * Immutable. Each method with an argument returns a changed copy.
 */
public final class Durability {
    /** The default of {@link #segmentBytes}. */
    public static final long DEFAULT_SEGMENT_BYTES = 64L << 20;

    /** The default of {@link #snapshotBytes}. */
    public static final long DEFAULT_SNAPSHOT_BYTES = 128L << 20;

    /** The default of {@link #minFreeBytes}. */
    public static final long DEFAULT_MIN_FREE_BYTES = 64L << 20;

    /** The default of {@link #valueCacheBytes}. */
    public static final long DEFAULT_VALUE_CACHE_BYTES = 64L << 20;

    private static final int SHORTEST_ON_DISK = 128;
    private static final int IN_MEMORY = Integer.MAX_VALUE;
    private static final long LEAST_BYTES = 1 << 12;
    private static final long MOST_BYTES = 1L << 40;

    private final Path directory;
    private final SyncPolicy syncPolicy;
    private final long segmentBytes;
    private final long snapshotBytes;
    private final long minFreeBytes;
    private final int longestInMemory;
    private final long valueCacheBytes;
    private final boolean awaited;
    private final RecoveryProgress progress;

    private Durability(
            Path directory,
            SyncPolicy syncPolicy,
            long segmentBytes,
            long snapshotBytes,
            long minFreeBytes,
            int longestInMemory,
            long valueCacheBytes,
            boolean awaited,
            RecoveryProgress progress) {
        this.directory = directory;
        this.syncPolicy = syncPolicy;
        this.segmentBytes = segmentBytes;
        this.snapshotBytes = snapshotBytes;
        this.minFreeBytes = minFreeBytes;
        this.longestInMemory = longestInMemory;
        this.valueCacheBytes = valueCacheBytes;
        this.awaited = awaited;
        this.progress = progress;
    }

    /**
     * Returns the defaults for a directory: {@link SyncPolicy#ALWAYS}, and the sizes above. The store creates the
     * directory if it does not exist.
     */
    public static Durability in(Path directory) {
        return new Durability(
                Objects.requireNonNull(directory, "a directory must not be null: directory=null; pass a path"),
                SyncPolicy.ALWAYS,
                DEFAULT_SEGMENT_BYTES,
                DEFAULT_SNAPSHOT_BYTES,
                DEFAULT_MIN_FREE_BYTES,
                IN_MEMORY,
                DEFAULT_VALUE_CACHE_BYTES,
                /* awaited= */ true,
                (bytes, total) -> {});
    }

    /** Sets when writes reach the disk. */
    public Durability syncPolicy(SyncPolicy policy) {
        Objects.requireNonNull(policy, "a policy must not be null: policy=null; pass SyncPolicy.ALWAYS");
        return new Durability(
                directory,
                policy,
                segmentBytes,
                snapshotBytes,
                minFreeBytes,
                longestInMemory,
                valueCacheBytes,
                awaited,
                progress);
    }

    /**
     * Sets the length at which the log begins another file, in bytes. A file is deleted once a snapshot has all its
     * writes.
     *
     * @throws IllegalArgumentException if not from 4 KiB to 1 TiB
     */
    public Durability segmentBytes(long bytes) {
        long checked = require("segmentBytes", bytes);
        return new Durability(
                directory,
                syncPolicy,
                checked,
                snapshotBytes,
                minFreeBytes,
                longestInMemory,
                valueCacheBytes,
                awaited,
                progress);
    }

    /**
     * Sets how many bytes of log a start may have to read, beside the snapshot. Once there are more, and more than the
     * snapshot has, the store writes a new snapshot in the background.
     *
     * @throws IllegalArgumentException if not from 4 KiB to 1 TiB
     */
    public Durability snapshotBytes(long bytes) {
        long checked = require("snapshotBytes", bytes);
        return new Durability(
                directory,
                syncPolicy,
                segmentBytes,
                checked,
                minFreeBytes,
                longestInMemory,
                valueCacheBytes,
                awaited,
                progress);
    }

    /**
     * Sets how many bytes of the disk must be free. The store refuses writes while there are fewer. Leave room for the
     * writes of some seconds.
     *
     * @throws IllegalArgumentException if not from 4 KiB to 1 TiB
     */
    public Durability minFreeBytes(long bytes) {
        long checked = require("minFreeBytes", bytes);
        return new Durability(
                directory,
                syncPolicy,
                segmentBytes,
                snapshotBytes,
                checked,
                longestInMemory,
                valueCacheBytes,
                awaited,
                progress);
    }

    /**
     * Keeps longer values on the disk only: the memory has their places. By default all values are in memory. Values
     * that are in files already stay there in any case.
     *
     * <p>A read of such a value reads the disk, unless the value is in the {@linkplain #valueCacheBytes cache}, and may
     * throw {@link java.io.UncheckedIOException}. Reads, writes and listeners see the same values as ever.
     *
     * @param longerThan values of more bytes are on the disk
     * @throws IllegalArgumentException if not from 128 bytes to 1 GiB
     */
    public Durability valuesOnDisk(int longerThan) {
        if (longerThan < SHORTEST_ON_DISK || longerThan > 1 << 30) {
            throw new IllegalArgumentException("valuesOnDisk must be from 128 bytes to 1 GiB: valuesOnDisk="
                    + longerThan + "; the place of a value alone takes some 80 bytes of memory; leave it out to keep "
                    + "all values in memory");
        }
        return new Durability(
                directory,
                syncPolicy,
                segmentBytes,
                snapshotBytes,
                minFreeBytes,
                longerThan,
                valueCacheBytes,
                awaited,
                progress);
    }

    /**
     * Sets how many bytes of values to keep in memory of those that are on the disk only, once they were read; 0 for
     * none.
     *
     * @throws IllegalArgumentException if not from 0 to 1 TiB
     */
    public Durability valueCacheBytes(long bytes) {
        if (bytes < 0 || bytes > MOST_BYTES) {
            throw new IllegalArgumentException("valueCacheBytes must be from 0 to 1 TiB: valueCacheBytes=" + bytes
                    + "; leave it out for the default");
        }
        return new Durability(
                directory,
                syncPolicy,
                segmentBytes,
                snapshotBytes,
                minFreeBytes,
                longestInMemory,
                bytes,
                awaited,
                progress);
    }

    /**
     * Sets whether operations wait for the disk, with {@link SyncPolicy#ALWAYS}. If not, a write returns before it is
     * on the disk, and a read may show such a write. Then the program itself waits before it passes on what it has
     * seen: see {@link org.nr4j.kv.KeyValueStore#whenDurable}. So one thread can serve many callers while the disk
     * works.
     */
    public Durability awaited(boolean awaited) {
        return new Durability(
                directory,
                syncPolicy,
                segmentBytes,
                snapshotBytes,
                minFreeBytes,
                longestInMemory,
                valueCacheBytes,
                awaited,
                progress);
    }

    /** Sets what receives the progress of opening the store. */
    public Durability progress(RecoveryProgress progress) {
        Objects.requireNonNull(progress, "a receiver must not be null: progress=null; leave it out for none");
        return new Durability(
                directory,
                syncPolicy,
                segmentBytes,
                snapshotBytes,
                minFreeBytes,
                longestInMemory,
                valueCacheBytes,
                awaited,
                progress);
    }

    private static long require(String name, long bytes) {
        if (bytes < LEAST_BYTES || bytes > MOST_BYTES) {
            throw new IllegalArgumentException(
                    name + " must be from 4 KiB to 1 TiB: " + name + "=" + bytes + "; leave it out for the default");
        }
        return bytes;
    }

    /** Returns the directory. */
    public Path directory() {
        return directory;
    }

    /** Returns when writes reach the disk. */
    public SyncPolicy syncPolicy() {
        return syncPolicy;
    }

    /** Returns the length at which the log begins another file, in bytes. */
    public long segmentBytes() {
        return segmentBytes;
    }

    /** Returns how many bytes of log a start may have to read, beside the snapshot. */
    public long snapshotBytes() {
        return snapshotBytes;
    }

    /** Returns how many bytes of the disk must be free. */
    public long minFreeBytes() {
        return minFreeBytes;
    }

    /** Returns how many bytes a value in memory has at most; {@link Integer#MAX_VALUE} if all are in memory. */
    public int longestInMemory() {
        return longestInMemory;
    }

    /** Returns how many bytes of values on the disk are kept in memory. */
    public long valueCacheBytes() {
        return valueCacheBytes;
    }

    /** Whether operations wait for the disk, with {@link SyncPolicy#ALWAYS}. */
    public boolean awaited() {
        return awaited;
    }

    /** Returns what receives the progress of opening the store. */
    public RecoveryProgress progress() {
        return progress;
    }

    @Override
    public String toString() {
        return "Durability[directory=" + directory + ", syncPolicy=" + syncPolicy + ", segmentBytes=" + segmentBytes
                + ", snapshotBytes=" + snapshotBytes + ", minFreeBytes=" + minFreeBytes + ", longestInMemory="
                + longestInMemory + ", valueCacheBytes=" + valueCacheBytes + ", awaited=" + awaited + "]";
    }
}
