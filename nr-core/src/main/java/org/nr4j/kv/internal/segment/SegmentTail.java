package org.nr4j.kv.internal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.disk.DiskFile;

/**
 * The end of the newest segment as recovery found it.
 *
 * @param durable the bytes before this offset are known to be on the disk
 * @param end the offset after the last intact record
 * @param ended whether that is the record of the end
 * @param size the length of the file
 */
public record SegmentTail(SegmentHeader header, long durable, long end, boolean ended, long size) {
    /**
     * Returns the end of a segment that was read.
     *
     * @param end where the last record ends that is complete
     */
    public static SegmentTail of(SegmentReader reader, long end) {
        boolean all = reader.ended() || end == reader.end();
        return new SegmentTail(
                reader.header(),
                Math.min(reader.durable(), end),
                all ? reader.end() : end,
                reader.ended(),
                reader.size());
    }

    /** Returns what a crash left behind the last record, or null if there is nothing. */
    public @Nullable TornTail torn() {
        return size > end ? new TornTail(header.name(), end, size - end) : null;
    }

    /** Cuts the torn tail, brings all records to the disk and adds the record of the end if it is missing. */
    public SealedSegment seal(Disk disk) throws IOException {
        try (DiskFile file = disk.openForWriting(header.name())) {
            if (size > end) {
                file.truncate(end);
            }
            rewrite(file);
            file.sync();
            return new SealedSegment(header, ended ? end : addEnd(file));
        }
    }

    /**
     * Writes what may not be on the disk once more. After a failed sync, the operating system may still show bytes that
     * it will never write, and a sync alone would not bring them to the disk.
     */
    private void rewrite(DiskFile file) throws IOException {
        ByteBuffer part = ByteBuffer.allocate((int) Math.min(end - durable, 1 << 20));
        for (long at = durable; at < end; at += part.limit()) {
            part.clear().limit((int) Math.min(part.capacity(), end - at));
            file.read(part, at);
            file.write(part.flip(), at);
        }
    }

    private long addEnd(DiskFile file) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(RecordFormat.HEADER);
        new RecordFormat(header).putHeader(record, RecordFormat.END, ByteBuffer.allocate(0), end, end);
        file.write(record.flip(), end);
        file.sync();
        return end + RecordFormat.HEADER;
    }
}
