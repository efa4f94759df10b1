package org.nr4j.kv.internal.segment;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.durable.DamagedLogException;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.disk.DiskFile;

/** Reads the records of a segment, up to the first that is not intact. For one thread. */
public final class SegmentReader implements Closeable {
    private final String name;
    private final DiskFile file;
    private final SegmentHeader header;
    private final RecordFormat format;
    private final FileWindow window;
    private long end;
    private long durable;
    private boolean ended;

    private SegmentReader(String name, DiskFile file) throws IOException {
        this.name = name;
        this.file = file;
        this.header = SegmentHeader.read(file, name);
        this.format = new RecordFormat(header);
        this.window = new FileWindow(file, file.size());
        this.end = header.length();
        this.durable = end;
    }

    /** Opens a segment and checks that it is that of the store. */
    public static SegmentReader open(Disk disk, UUID storeId, long number) throws IOException {
        String name = FileNames.segment(number);
        DiskFile file = disk.openForReading(name);
        boolean opened = false;
        try {
            SegmentReader reader = new SegmentReader(name, file);
            reader.checkOwner(storeId, number);
            opened = true;
            return reader;
        } finally {
            if (!opened) {
                file.close();
            }
        }
    }

    private void checkOwner(UUID storeId, long number) throws DamagedLogException {
        if (!header.storeId().equals(storeId)) {
            throw new DamagedLogException(
                    "a segment must belong to the store of the manifest; storeId=" + header.storeId() + " expected="
                            + storeId,
                    name,
                    0);
        }
        if (header.number() != number) {
            throw new DamagedLogException(
                    "a segment must have the number of its name; number=" + header.number(), name, 0);
        }
    }

    public SegmentHeader header() {
        return header;
    }

    /** Returns the payload of the next record, or null after the last intact one. */
    public byte @Nullable [] next() throws IOException {
        ByteBuffer at = ended ? null : window.at(end, RecordFormat.HEADER);
        if (at == null || !format.isIntact(at, end)) {
            return null;
        }
        int start = at.position();
        boolean last = at.getInt(start) == RecordFormat.END;
        int length = at.getInt(start + RecordFormat.LENGTH_OFFSET);
        long recordDurable = at.getLong(start + RecordFormat.DURABLE_OFFSET);
        int checksum = at.getInt(start + RecordFormat.PAYLOAD_CHECKSUM_OFFSET);
        if (end + RecordFormat.HEADER + length > window.size()) {
            return null;
        }
        byte[] payload = window.read(end + RecordFormat.HEADER, length);
        if (format.checksum(ByteBuffer.wrap(payload)) != checksum) {
            return null;
        }
        end += RecordFormat.HEADER + (long) length;
        durable = recordDurable;
        ended = last;
        return last ? null : payload;
    }

    /** Returns the offset after the last record that {@link #next} returned: at first, where records start. */
    public long end() {
        return end;
    }

    /** Returns the offset up to which the last intact record says that the segment is on the disk. */
    long durable() {
        return durable;
    }

    /** Reads all records, and returns what {@link #durable} is at the last one. */
    public long lastDurable() throws IOException {
        byte[] payload = next();
        while (payload != null) {
            payload = next();
        }
        return durable;
    }

    /** Returns whether the record of the end has been read. */
    boolean ended() {
        return ended;
    }

    public long size() {
        return window.size();
    }

    /**
     * Checks, after the last record, a segment that has a successor. Its record of the end must be there. Bytes behind
     * it are no records. They are a torn tail whose cut did not reach the disk.
     */
    public void requireEnd() throws DamagedLogException {
        if (!ended) {
            throw end < size()
                    ? damagedRecord()
                    : new DamagedLogException("a segment that has a successor must have its last record", name, end);
        }
    }

    /**
     * Checks, after the last record, the newest segment. What is not intact there was being written in a crash, unless
     * a later record says that it had been on the disk.
     */
    public void requireTornTail() throws IOException {
        for (long offset = end + 1; offset + RecordFormat.HEADER <= size(); offset++) {
            ByteBuffer at = window.at(offset, RecordFormat.HEADER);
            if (at != null
                    && format.isIntact(at, offset)
                    && at.getLong(at.position() + RecordFormat.DURABLE_OFFSET) > end) {
                throw damagedRecord();
            }
        }
    }

    /** Counts the records from an offset on whose headers are intact. Payloads are not read. */
    public static long countRecords(DiskFile file, SegmentHeader header, long from) throws IOException {
        FileWindow window = new FileWindow(file, file.size());
        RecordFormat format = new RecordFormat(header);
        long count = 0;
        long offset = from;
        while (offset + RecordFormat.HEADER <= window.size()) {
            ByteBuffer at = window.at(offset, RecordFormat.HEADER);
            if (at != null && format.isIntact(at, offset)) {
                int start = at.position();
                count += at.getInt(start) == RecordFormat.RECORD ? 1 : 0;
                offset += RecordFormat.HEADER + (long) at.getInt(start + RecordFormat.LENGTH_OFFSET);
            } else {
                offset++;
            }
        }
        return count;
    }

    private DamagedLogException damagedRecord() {
        return new DamagedLogException("a record that was on the disk must be intact", name, end);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
