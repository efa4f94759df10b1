package org.nr4j.kv.internal.wal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.disk.DiskFullException;
import org.nr4j.kv.internal.segment.FileNames;
import org.nr4j.kv.internal.segment.LogPosition;
import org.nr4j.kv.internal.segment.SealedSegment;
import org.nr4j.kv.internal.segment.SegmentHeader;
import org.nr4j.kv.internal.segment.SegmentWriter;

/**
 * Appends records to the newest segment of a log. {@link Recovery#start} creates it.
 *
 * <p>A record survives a power failure once a {@link #sync} after its {@link #append} has returned. Without that, the
 * records that survive are the first ones of those that were appended. A group is not atomic: some of its records may
 * survive without the rest.
 *
 * <p>A failed write or sync ends the log for good, because the contents of the disk are unknown then. Each later call
 * throws with the first failure as its cause. There is one exception: after a {@link DiskFullException} the log is as
 * it was before the call, also on the disk, and the same call may be tried again.
 *
 * <p>For one thread, the log's own. An interrupt during a call is a failed write. Any thread may read the
 * {@link #counters}.
 */
public final class WriteAheadLog implements Closeable {
    /** Brings contents of other files to the disk that records name. */
    @FunctionalInterface
    public interface Sync {
        /** Returns once all that the records so far name is on the disk. After a failure, each later call throws. */
        void run() throws IOException;
    }

    /** A change of the files. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private static final Step NOTHING = () -> {};

    private final Disk disk;
    private final Sync before;
    private final Deque<SealedSegment> sealed;
    private final WalCounters counters = new WalCounters();
    private Manifest manifest;
    private SegmentWriter segment;
    private long nextBase;
    private @Nullable Throwable failure;
    private boolean closed;

    private WriteAheadLog(
            Disk disk, Manifest manifest, Deque<SealedSegment> sealed, SegmentWriter segment, Sync before) {
        this.disk = disk;
        this.before = before;
        this.manifest = manifest;
        this.sealed = sealed;
        this.segment = segment;
        this.nextBase = manifest.base() == null ? 1 : manifest.base().number() + 1;
        countSegments();
    }

    /** Starts the next epoch with a new segment. The older ones must be sealed, and the leftovers deleted. */
    static WriteAheadLog start(Disk disk, Manifest manifest, Deque<SealedSegment> sealed, Sync before, long... indexes)
            throws IOException {
        LogPosition start = new LogPosition(manifest.epoch() + 1, indexes);
        SegmentHeader header = new SegmentHeader(manifest.storeId(), manifest.last() + 1, start);
        Manifest next = manifest.withLast(header);
        return new WriteAheadLog(disk, next, sealed, createSegment(disk, next, header), before);
    }

    /** Creates a segment and then enters it in the manifest. */
    private static SegmentWriter createSegment(Disk disk, Manifest next, SegmentHeader header) throws IOException {
        SegmentWriter created = SegmentWriter.create(disk, header);
        boolean entered = false;
        try {
            next.replace(disk);
            entered = true;
            return created;
        } finally {
            if (!entered) {
                created.close();
            }
        }
    }

    /** Returns the number of this opening: one more than that of the one before. */
    public long epoch() {
        return manifest.epoch();
    }

    /** Returns the name of the file that gets the records. */
    public String segmentName() {
        return segment.header().name();
    }

    /** Returns the length of that file in bytes: where the next record starts. */
    public long position() {
        return segment.position();
    }

    /** Returns the base that the log has, or null. */
    public @Nullable Base base() {
        return manifest.base();
    }

    public WalCounters counters() {
        return counters;
    }

    /**
     * Appends a group of records, one for each payload: the remaining bytes of the buffer, whose position stays. Up to
     * a mebibyte is one write.
     *
     * @throws IllegalArgumentException if a payload is longer than 2<sup>31</sup>-65 bytes. Nothing was appended.
     * @throws DiskFullException if there is no space. Nothing was appended.
     */
    public void append(ByteBuffer... payloads) throws IOException {
        for (ByteBuffer payload : payloads) {
            if (payload.remaining() > SegmentWriter.LONGEST_PAYLOAD) {
                throw new IllegalArgumentException("a record must not be longer than " + SegmentWriter.LONGEST_PAYLOAD
                        + " bytes: length=" + payload.remaining() + "; split the batch");
            }
        }
        long end = segment.position();
        change(() -> segment.append(payloads), () -> segment.cut(end));
        counters.appended(payloads.length, segment.position() - end);
    }

    /** Returns once all appended records are on the disk. Does nothing if they are. */
    public void sync() throws IOException {
        change(this::syncSegment, NOTHING);
    }

    private void syncSegment() throws IOException {
        if (!segment.isDurable()) {
            long start = System.nanoTime();
            before.run();
            segment.sync();
            counters.synced(System.nanoTime() - start);
        }
    }

    /**
     * Syncs the segment, ends it and starts another one.
     *
     * @param indexes the index of each operation log: all records before are in the segments so far
     * @throws IllegalArgumentException if an index goes back
     * @throws DiskFullException if there is no space. The old segment goes on.
     */
    public void roll(long... indexes) throws IOException {
        SegmentHeader old = segment.header();
        SegmentHeader next =
                new SegmentHeader(old.storeId(), old.number() + 1, old.start().advance(indexes));
        long end = segment.position();
        change(() -> rollTo(next), () -> {
            disk.delete(next.name());
            segment.cut(end);
        });
    }

    private void rollTo(SegmentHeader next) throws IOException {
        syncSegment();
        segment.end();
        Manifest nextManifest = manifest.withLast(next);
        SegmentWriter created = createSegment(disk, nextManifest, next);
        SegmentWriter old = segment;
        sealed.add(new SealedSegment(old.header(), old.position()));
        segment = created;
        manifest = nextManifest;
        countSegments();
        old.close();
    }

    /** Creates the file of a new base. Its caller closes it in any case. */
    public BaseWriter newBase() throws IOException {
        requireOpen();
        return new BaseWriter(disk, nextBase++);
    }

    /**
     * Makes a complete base that of the log, and then deletes the segments that it covers and the old base.
     *
     * @param indexes the index of each operation log: the base has all records before them, and those of all earlier
     *     epochs
     * @throws IllegalStateException if the base is not complete
     * @throws IllegalArgumentException if an index is smaller than in the base before
     * @throws DiskFullException if there is no space. The log is as before, and the base is gone.
     */
    public void installBase(BaseWriter writer, long... indexes) throws IOException {
        if (!writer.isComplete()) {
            throw new IllegalStateException("a base must be complete before it is installed: bytes=" + writer.bytes()
                    + "; call complete() first");
        }
        LogPosition position = checkedBase(indexes);
        Base base = new Base(writer.number(), writer.bytes(), position);
        change(() -> install(base), () -> disk.delete(base.name()));
    }

    private LogPosition checkedBase(long... indexes) {
        Base old = manifest.base();
        LogPosition zero =
                new LogPosition(epoch(), new long[segment.header().start().logs()]);
        LogPosition before = old == null || old.position().epoch() < epoch() ? zero : old.position();
        return before.advance(indexes);
    }

    private void install(Base base) throws IOException {
        before.run();
        disk.rename(FileNames.newBase(base.number()), base.name());
        disk.sync();
        int covered = covered(base.position());
        Base old = manifest.base();
        Manifest next = manifest.withBase(base, manifest.first() + covered);
        next.replace(disk);
        manifest = next;
        for (int i = 0; i < covered; i++) {
            discard(sealed.remove().header().name());
        }
        if (old != null) {
            discard(old.name());
        }
        countSegments();
    }

    /** Deletes a file that the manifest does not name any more. If that fails, the next opening does it. */
    private void discard(String name) {
        try {
            disk.delete(name);
        } catch (IOException e) {
            counters.notDeleted();
        }
    }

    /** Returns how many of the oldest segments a base covers: those whose successor starts at or before it. */
    private int covered(LogPosition position) {
        long reached = segment.header().start().isAtMost(position) ? 1 : 0;
        reached += sealed.stream()
                .filter(each -> each.header().start().isAtMost(position))
                .count();
        return (int) Math.max(0, reached - 1);
    }

    private void countSegments() {
        long bytes = segment.position();
        for (SealedSegment each : sealed) {
            bytes += each.bytes();
        }
        counters.segments(sealed.size() + 1L, bytes);
    }

    /** Runs a step. If the disk is full, undoes what it has done. Any other failure is the end of the log. */
    private void change(Step step, Step undo) throws IOException {
        requireOpen();
        try {
            try {
                step.run();
            } catch (DiskFullException e) {
                undo.run();
                throw e;
            }
        } catch (DiskFullException e) {
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
            throw e;
        }
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IllegalStateException("a log must be open: closed=true; open the store again");
        }
        if (failure != null) {
            throw new IOException(
                    "a log must not be used after a failed write or sync: file=" + segmentName()
                            + "; find the cause below, and open the store again",
                    failure);
        }
    }

    /**
     * Syncs all records, ends the segment and closes it. A log that failed is closed as it is. The caller closes the
     * disk afterwards. Idempotent.
     */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        try {
            if (failure == null) {
                finish();
            }
        } finally {
            closed = true;
            segment.close();
        }
    }

    private void finish() throws IOException {
        sync();
        long end = segment.position();
        try {
            change(() -> segment.end(), () -> segment.cut(end));
        } catch (DiskFullException e) {
            // The records are on the disk. Only the mark of the end is missing, as after a crash.
            return;
        }
    }
}
