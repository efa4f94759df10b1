package org.nr4j.kv.internal.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.durable.DamagedLogException;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.disk.DiskFile;
import org.nr4j.kv.internal.disk.DiskFullException;
import org.nr4j.kv.internal.segment.FileFormat;
import org.nr4j.kv.internal.segment.FileNames;
import org.nr4j.kv.internal.segment.LogPosition;
import org.nr4j.kv.internal.segment.SegmentHeader;

/**
 * The table of contents of a log: the files that belong to it. A file that it does not name is the leftover of a crash.
 *
 * @param storeId chosen at random when the log is created; each segment has it too
 * @param epoch the number of the last opening, 0 before the first one
 * @param first the number of the oldest segment
 * @param last the number of the newest segment; {@code first - 1} if there is none
 * @param base the snapshot that comes before the segments
 */
record Manifest(
        UUID storeId,
        long epoch,
        long first,
        long last,
        @Nullable Base base) {
    private static final int FIXED = 6 * Long.BYTES;
    private static final int LONGEST = FileFormat.PREFIX
            + FIXED
            + Long.BYTES
            + LogPosition.encodedLength(LogPosition.MOST_LOGS)
            + FileFormat.CHECKSUM;

    static Manifest ofNewStore(UUID storeId) {
        return new Manifest(storeId, 0, 1, 0, null);
    }

    Manifest withLast(SegmentHeader segment) {
        return new Manifest(storeId, segment.start().epoch(), first, segment.number(), base);
    }

    Manifest withBase(Base newBase, long newFirst) {
        return new Manifest(storeId, epoch, newFirst, last, newBase);
    }

    /** Returns whether the file belongs to the log. */
    boolean names(String file) {
        if (FileNames.isSegment(file)) {
            long number = FileNames.number(file);
            return number >= first && number <= last;
        }
        return file.equals(FileNames.MANIFEST) || (base != null && file.equals(base.name()));
    }

    ByteBuffer encode() {
        int length = base == null ? FIXED : FIXED + Long.BYTES + base.position().encodedLength();
        ByteBuffer to = FileFormat.MANIFEST.begin(length);
        to.putLong(storeId.getMostSignificantBits()).putLong(storeId.getLeastSignificantBits());
        to.putLong(epoch).putLong(first).putLong(last);
        to.putLong(base == null ? 0 : base.number());
        if (base != null) {
            to.putLong(base.bytes());
            base.position().encode(to);
        }
        return FileFormat.end(to);
    }

    private static Manifest decode(ByteBuffer from) throws IOException {
        FileFormat.MANIFEST.readPrefix(from, FileNames.MANIFEST);
        FileFormat.checkEnd(from, from.limit(), FileNames.MANIFEST);
        UUID storeId = new UUID(from.getLong(), from.getLong());
        long epoch = from.getLong();
        long first = from.getLong();
        long last = from.getLong();
        long base = from.getLong();
        return new Manifest(
                storeId,
                epoch,
                first,
                last,
                base == 0 ? null : new Base(base, from.getLong(), LogPosition.decode(from)));
    }

    static Manifest read(Disk disk) throws IOException {
        try (DiskFile file = disk.openForReading(FileNames.MANIFEST)) {
            if (file.size() > LONGEST) {
                throw new DamagedLogException("a manifest must end after its checksum", FileNames.MANIFEST, LONGEST);
            }
            ByteBuffer from = ByteBuffer.allocate((int) file.size());
            file.read(from, 0);
            return decode(from.flip());
        }
    }

    /**
     * Makes this the manifest of the log, atomically and durably.
     *
     * @throws DiskFullException if there was no space for it. The old manifest is still there.
     * @throws IOException if it is not known which manifest is there
     */
    void replace(Disk disk) throws IOException {
        disk.delete(FileNames.NEW_MANIFEST);
        try (DiskFile file = disk.create(FileNames.NEW_MANIFEST)) {
            file.write(encode(), 0);
            file.sync();
        } catch (DiskFullException e) {
            disk.delete(FileNames.NEW_MANIFEST);
            throw e;
        }
        disk.rename(FileNames.NEW_MANIFEST, FileNames.MANIFEST);
        disk.sync();
    }
}
