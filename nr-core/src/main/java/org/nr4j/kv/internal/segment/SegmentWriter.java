package org.nr4j.kv.internal.segment;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.disk.DiskFile;

/** Writes a new segment. For one thread. */
public final class SegmentWriter implements Closeable {
    /** The longest payload, in bytes. */
    public static final int LONGEST_PAYLOAD = RecordFormat.LONGEST_PAYLOAD;

    private static final ByteBuffer NO_PAYLOAD = ByteBuffer.allocate(0);

    /** A group of records up to this length is one write, in bytes. */
    private static final int LONGEST_WRITE = 1 << 20;

    private final SegmentHeader header;
    private final DiskFile file;
    private final RecordFormat format;
    private ByteBuffer buffer = ByteBuffer.allocate(1 << 12);
    private long position;
    private long durable;

    private SegmentWriter(SegmentHeader header, DiskFile file) {
        this.header = header;
        this.file = file;
        this.format = new RecordFormat(header);
    }

    /** Creates the file with its header and returns once both are on the disk. */
    public static SegmentWriter create(Disk disk, SegmentHeader header) throws IOException {
        SegmentWriter writer = new SegmentWriter(header, disk.create(header.name()));
        boolean created = false;
        try {
            writer.file.write(header.encode(), 0);
            writer.position = header.length();
            writer.sync();
            disk.sync();
            created = true;
            return writer;
        } finally {
            if (!created) {
                writer.close();
            }
        }
    }

    public SegmentHeader header() {
        return header;
    }

    /** Returns where the next record starts. */
    public long position() {
        return position;
    }

    /** Returns whether all records are on the disk. */
    public boolean isDurable() {
        return durable == position;
    }

    /** Adds records, one for each payload. The position changes only if all could be written. */
    public void append(ByteBuffer... payloads) throws IOException {
        long length = 0;
        for (ByteBuffer payload : payloads) {
            length += RecordFormat.HEADER + payload.remaining();
        }
        reserve(length);
        long from = position;
        for (ByteBuffer payload : payloads) {
            from = put(RecordFormat.RECORD, payload.duplicate(), from);
        }
        position = flush(from);
    }

    private void reserve(long length) {
        if (length > buffer.capacity()) {
            // At least twice as long as before, so that growing groups do not each need a new buffer.
            buffer = ByteBuffer.allocate((int) Math.min(LONGEST_WRITE, Math.max(length, 2L * buffer.capacity())));
        }
    }

    /** Puts a record into the buffer, which starts at {@code from} in the file. Returns where it starts afterwards. */
    private long put(int mark, ByteBuffer payload, long from) throws IOException {
        long start = from;
        if (buffer.remaining() < RecordFormat.HEADER) {
            start = flush(start);
        }
        format.putHeader(buffer, mark, payload, durable, start + buffer.position());
        while (payload.hasRemaining()) {
            if (!buffer.hasRemaining()) {
                start = flush(start);
            }
            int part = Math.min(payload.remaining(), buffer.remaining());
            buffer.put(payload.slice(payload.position(), part));
            payload.position(payload.position() + part);
        }
        return start;
    }

    private long flush(long from) throws IOException {
        buffer.flip();
        int length = buffer.remaining();
        try {
            file.write(buffer, from);
        } finally {
            buffer.clear();
        }
        return from + length;
    }

    /** Returns once all records are on the disk. */
    public void sync() throws IOException {
        file.sync();
        durable = position;
    }

    /** Adds the record of the end and syncs it. All records before must be on the disk: it says that they are. */
    public void end() throws IOException {
        if (!isDurable()) {
            throw new IllegalStateException("a segment must be synced before it ends: position=" + position
                    + " durable=" + durable + "; call sync() first");
        }
        position = flush(put(RecordFormat.END, NO_PAYLOAD.duplicate(), position));
        sync();
    }

    /** Takes back what is behind {@code end}, also what a failed write left there. Returns once it cannot come back. */
    public void cut(long end) throws IOException {
        file.truncate(end);
        position = end;
        sync();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
