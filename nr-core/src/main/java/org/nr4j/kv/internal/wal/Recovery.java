package org.nr4j.kv.internal.wal;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.durable.DamagedLogException;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.disk.DiskFile;
import org.nr4j.kv.internal.segment.FileNames;
import org.nr4j.kv.internal.segment.SealedSegment;
import org.nr4j.kv.internal.segment.SegmentHeader;
import org.nr4j.kv.internal.segment.SegmentReader;
import org.nr4j.kv.internal.segment.SegmentTail;
import org.nr4j.kv.internal.segment.TornTail;

/**
 * Opens the log of a directory. The caller reads the base, if there is one, then all records, and then starts the log.
 *
 * <p>Only {@link #start} changes the directory. So a damaged log stays as it is, and opening a log without starting it
 * is a check.
 *
 * <p>For one thread. An interrupt during a call makes it fail; then the caller opens the log again.
 */
public final class Recovery {
    /** Receives the records in the order in which they were appended. */
    @FunctionalInterface
    public interface Records {
        /**
         * Receives a record.
         *
         * @param segment the header of the record's segment
         * @param offset where the record starts in the segment's file, in bytes
         * @param payload the receiver owns the array
         */
        void accept(SegmentHeader segment, long offset, byte[] payload) throws IOException;

        /**
         * Whether all is there that a record names. Asked only about records that may not have been synced. The first
         * that is not complete is where the log ends.
         */
        default boolean isComplete(SegmentHeader segment, byte[] payload) throws IOException {
            return true;
        }
    }

    /** Receives the progress of reading, about once a mebibyte and at the end. */
    @FunctionalInterface
    public interface Progress {
        /**
         * Receives the progress.
         *
         * @param bytes how many bytes of the base and the segments have been read
         * @param total how many bytes they have
         */
        void read(long bytes, long total);
    }

    /** Decides what happens when damage is found. */
    @FunctionalInterface
    private interface Damage {
        /** Throws the exception, or returns to go on without the damaged part. */
        void found(DamagedLogException e) throws IOException;
    }

    private final Disk disk;
    private final Damage damage;
    private final List<String> names;
    private final Manifest manifest;
    private final ProgressMeter meter;
    private final Deque<SealedSegment> sealed = new ArrayDeque<>();
    private @Nullable SegmentTail tail;
    private boolean replayed;

    /** The segment that is being read, and where its last record ends that the receiver took. */
    private @Nullable SegmentHeader current;

    private long intactEnd;

    private Recovery(Disk disk, Damage damage, List<String> names, Manifest manifest, Progress progress)
            throws IOException {
        this.disk = disk;
        this.damage = damage;
        this.names = names;
        this.manifest = manifest;
        this.meter = new ProgressMeter(progress, checkFiles());
    }

    /**
     * Opens a log. Reads the manifest and checks that its files exist.
     *
     * @throws DamagedLogException if a file is missing, or the manifest is damaged
     * @throws IOException if the directory has files of another program, or the manifest another version
     */
    public static Recovery open(Disk disk, Progress progress) throws IOException {
        return open(disk, progress, UUID.randomUUID());
    }

    /** Opens a log. A new one gets this id. */
    static Recovery open(Disk disk, Progress progress, UUID newStoreId) throws IOException {
        return open(disk, progress, newStoreId, e -> {
            throw e;
        });
    }

    /**
     * Opens a log that may be damaged. What is found damaged is passed to a receiver, which may get the same damage
     * again later. If there is no intact manifest, the base is the newest one, or else the segments start with the
     * first. Such a log must not be started.
     *
     * @throws IOException if the disk cannot be read, or has files of another program or another version
     */
    public static Recovery openDamaged(Disk disk, Consumer<? super DamagedLogException> damage) throws IOException {
        return open(disk, (bytes, total) -> {}, UUID.randomUUID(), damage::accept);
    }

    private static Recovery open(Disk disk, Progress progress, UUID newStoreId, Damage damage) throws IOException {
        List<String> names = disk.list();
        FileNames.requireOurs(names);
        Manifest manifest = Manifest.ofNewStore(newStoreId);
        boolean lost = false;
        try {
            if (names.contains(FileNames.MANIFEST)) {
                manifest = Manifest.read(disk);
            } else if (names.stream().anyMatch(name -> !name.equals(FileNames.NEW_MANIFEST))) {
                // The manifest of a new log is on the disk before any other file is created.
                throw new DamagedLogException("a log must have its manifest; files=" + names, FileNames.MANIFEST, 0);
            }
        } catch (DamagedLogException e) {
            damage.found(e);
            manifest = LostManifest.replacement(disk, names);
            lost = true;
        }
        Recovery recovery = new Recovery(disk, damage, names, manifest, progress);
        if (!lost) {
            recovery.checkLeftovers();
        }
        return recovery;
    }

    /** Checks the files that the manifest names. Returns how many bytes there are to read. */
    private long checkFiles() throws IOException {
        long bytes = 0;
        Base base = manifest.base();
        if (base != null) {
            bytes = checkBase(base);
        }
        for (long number = manifest.first(); number <= manifest.last(); number++) {
            bytes += sizeIfExists(FileNames.segment(number));
        }
        return bytes;
    }

    private void checkLeftovers() throws IOException {
        for (String name : names) {
            if (FileNames.isSegment(name) && FileNames.number(name) > manifest.last()) {
                checkLeftover(name);
            }
        }
    }

    private long checkBase(Base base) throws IOException {
        long bytes = sizeIfExists(base.name());
        if (bytes != base.bytes()) {
            damage.found(new DamagedLogException(
                    "a base must have the length that the manifest says; length=" + bytes + " expected=" + base.bytes(),
                    base.name(),
                    Math.min(bytes, base.bytes())));
        }
        return bytes;
    }

    private long sizeIfExists(String name) throws IOException {
        try {
            return existingSize(name);
        } catch (DamagedLogException e) {
            damage.found(e);
            return 0;
        }
    }

    private long existingSize(String name) throws IOException {
        if (!names.contains(name)) {
            throw new DamagedLogException("a file that the manifest names must exist", name, 0);
        }
        try (DiskFile file = disk.openForReading(name)) {
            return file.size();
        }
    }

    /** A crash leaves at most one segment that is not in the manifest yet, and it has no records. */
    private void checkLeftover(String name) throws IOException {
        if (FileNames.number(name) != manifest.last() + 1 || hasRecords(name)) {
            damage.found(new DamagedLogException(
                    "a manifest must name all segments that have records; last=" + FileNames.segment(manifest.last())
                            + "; the manifest is an old one",
                    name,
                    0));
        }
    }

    private boolean hasRecords(String name) throws IOException {
        try (DiskFile file = disk.openForReading(name)) {
            return file.size() > SegmentHeader.LONGEST
                    || file.size() > SegmentHeader.read(file, name).length();
        } catch (DamagedLogException e) {
            // The crash came before the header was on the disk, and no record is written before that.
            return false;
        }
    }

    /** Returns whether there is no log yet: nothing to read. */
    public boolean isNew() {
        return !names.contains(FileNames.MANIFEST);
    }

    /** Returns the base, or null if the log starts with the first record. */
    public @Nullable Base base() {
        return manifest.base();
    }

    /**
     * Opens the base for reading. The caller closes it. What is in it has no checksum here: the snapshot's format has.
     *
     * @throws IllegalStateException if there is no base
     */
    public InputStream openBase() throws IOException {
        Base base = manifest.base();
        if (base == null) {
            throw new IllegalStateException("a log must have a base to open it: base=null; call base() first");
        }
        existingSize(base.name());
        return new BufferedInputStream(new BaseInput(disk.openForReading(base.name()), meter), 1 << 16);
    }

    /**
     * Reads all records. Returns what a crash left behind the last one, or null if there is nothing.
     *
     * @throws DamagedLogException if a record is damaged. The receiver has had the records before it.
     */
    public @Nullable TornTail replay(Records records) throws IOException {
        if (replayed) {
            throw new IllegalStateException("a log must be read once: replayed=true; open it again");
        }
        for (long number = manifest.first(); number <= manifest.last(); number++) {
            current = null;
            existingSize(FileNames.segment(number));
            try (SegmentReader reader = SegmentReader.open(disk, manifest.storeId(), number)) {
                checkOrder(reader.header());
                replay(reader, records);
                if (number < manifest.last()) {
                    reader.requireEnd();
                    sealed.add(new SealedSegment(reader.header(), reader.size()));
                } else {
                    reader.requireTornTail();
                    tail = SegmentTail.of(reader, intactEnd);
                }
                meter.add(reader.size());
            }
        }
        replayed = true;
        return tail == null ? null : tail.torn();
    }

    private void checkOrder(SegmentHeader header) throws DamagedLogException {
        SealedSegment before = sealed.peekLast();
        if (header.start().epoch() > manifest.epoch()
                || (before != null && !before.header().start().isAtMost(header.start()))) {
            throw new DamagedLogException(
                    "a segment must start after the one before, and not after the manifest; start=" + header.start()
                            + " epoch of the manifest=" + manifest.epoch(),
                    header.name(),
                    0);
        }
    }

    private void replay(SegmentReader reader, Records records) throws IOException {
        current = reader.header();
        intactEnd = reader.end();
        boolean isNewest = current.number() == manifest.last();
        long synced = isNewest ? syncedEnd(current.number()) : Long.MAX_VALUE;
        byte[] payload = reader.next();
        while (payload != null && (reader.end() <= synced || records.isComplete(reader.header(), payload))) {
            records.accept(reader.header(), intactEnd, payload);
            intactEnd = reader.end();
            payload = reader.next();
        }
    }

    /** Returns up to where the records of a segment say that it is on the disk. */
    private long syncedEnd(long number) throws IOException {
        try (SegmentReader reader = SegmentReader.open(disk, manifest.storeId(), number)) {
            return reader.lastDurable();
        }
    }

    /**
     * Returns the segments that were read, also if {@link #replay} threw. The last one may have more bytes than are
     * given here: its length is where its last record ends that the receiver took.
     */
    List<SealedSegment> intactSegments() {
        List<SealedSegment> result = new ArrayList<>(sealed);
        SegmentHeader last = current;
        if (last != null && (result.isEmpty() || result.get(result.size() - 1).header() != last)) {
            result.add(new SealedSegment(last, intactEnd));
        }
        return result;
    }

    Disk disk() {
        return disk;
    }

    Manifest manifest() {
        return manifest;
    }

    /** Returns what was chosen at random when the log was created; each of its files has it. */
    public UUID storeId() {
        return manifest.storeId();
    }

    /** Returns the names of all files that have a part of the log, or may have one. */
    List<String> namesOfParts() {
        Base base = manifest.base();
        return names.stream()
                .filter(name -> FileNames.isSegment(name)
                        ? FileNames.number(name) >= manifest.first()
                        : base != null && name.equals(base.name()))
                .toList();
    }

    /**
     * Starts the log: deletes the leftovers of a crash, cuts the torn tail, and begins a new segment of the next epoch.
     * Afterwards all records that were read are on the disk. After an exception the log must be opened again.
     *
     * @param before syncs what records name in other files, before each sync of the log
     * @param indexes the index at which each operation log of this opening starts
     * @throws IllegalStateException if the records have not been read
     */
    public WriteAheadLog start(WriteAheadLog.Sync before, long... indexes) throws IOException {
        if (!replayed) {
            throw new IllegalStateException("a log must be read before it starts: replayed=false; call replay() first");
        }
        // After a failed sync, the manifest that was read may not be the one on the disk. Nothing may change before it
        // is.
        manifest.replace(disk);
        for (String name : names) {
            if (!manifest.names(name) && !FileNames.isValues(name)) {
                disk.delete(name);
            }
        }
        if (tail != null) {
            sealed.add(tail.seal(disk));
        }
        return WriteAheadLog.start(disk, manifest, sealed, before, indexes);
    }

    /** As {@link #start(WriteAheadLog.Sync, long...)}, for records that name no other files. */
    public WriteAheadLog start(long... indexes) throws IOException {
        return start(() -> {}, indexes);
    }
}
