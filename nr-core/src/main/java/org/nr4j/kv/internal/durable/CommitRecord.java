package org.nr4j.kv.internal.durable;

import java.nio.ByteBuffer;
import org.nr4j.kv.internal.bytes.ByteInput;
import org.nr4j.kv.internal.bytes.ByteOutput;
import org.nr4j.kv.internal.encoding.WriteDecoder;
import org.nr4j.kv.internal.op.WriteFormat;
import org.nr4j.kv.internal.replica.Update;

/**
 * A record of the log: the version of the format, then writes in their order. Before each write stands whether it
 * continues the atomic batch of the write before. For one thread.
 */
final class CommitRecord {
    /**
     * A record this long is passed to the disk, in bytes. So a large cut needs little memory, and its first writers do
     * not wait for the rest.
     */
    static final int LARGE = 1 << 24;

    private static final int USUAL = 1 << 16;

    private ByteOutput out = ByteOutput.forOwnLog(USUAL);

    CommitRecord() {
        clear();
    }

    void add(Update write, boolean continues) {
        out.writeBoolean(continues);
        write.encodeTo(out);
    }

    boolean isEmpty() {
        return out.size() == 1;
    }

    boolean isLarge() {
        return out.size() >= LARGE;
    }

    /** Returns the bytes; valid until the next change. */
    ByteBuffer bytes() {
        return ByteBuffer.wrap(out.array(), 0, out.size());
    }

    /** Starts an empty record. */
    void clear() {
        if (out.array().length > 2 * LARGE) {
            out = ByteOutput.forOwnLog(USUAL);
        }
        out.truncate(0);
        out.write(WriteFormat.VERSION);
    }

    /** Receives the writes of a record. */
    @FunctionalInterface
    interface Reader {
        void accept(Update write, boolean continues);
    }

    /**
     * Reads a record.
     *
     * @throws IllegalArgumentException as {@link WriteDecoder#decode}
     */
    static void read(byte[] record, WriteDecoder decoder, Reader reader) {
        ByteInput in = new ByteInput(record);
        WriteDecoder.requireVersion(in);
        while (!in.isAtEnd()) {
            boolean continues = in.readBoolean();
            reader.accept(decoder.next(in), continues);
        }
    }
}
