package org.nr4j.server.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.nr4j.server.protocol.ReplyWriter;

/**
 * The replies to units: for each unit whether it ran, and for each of its commands the bytes of the reply. A command
 * that waits for something has an empty reply.
 */
public final class ReplyBatch {
    /** The length of the reply of a command that has not run, since the replies before it are long. */
    public static final int NOT_RUN = -1;

    private final ReplyWriter writer = new ReplyWriter(1 << 10);

    /** For each unit 1 if it ran, 0 if not; after a 1, the length of the reply of each command. */
    private int[] lengths = new int[16];

    private int count;

    /** Where {@link #next} reads. */
    private int nextLength;

    private int nextByte;

    private int hits;
    private int misses;

    ReplyWriter writer() {
        return writer;
    }

    void clear() {
        writer.truncate(0);
        count = 0;
        nextLength = 0;
        nextByte = 0;
    }

    void addUnit(boolean ran) {
        add(ran ? 1 : 0);
    }

    void addReply(int length) {
        add(length);
    }

    private void add(int number) {
        if (count == lengths.length) {
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        lengths[count++] = number;
    }

    void lookedUp(int found, int missing) {
        hits = found;
        misses = missing;
    }

    // ---- reading ----

    /** Returns how many keys were found. Not known of commands that write. */
    public int hits() {
        return hits;
    }

    /** Returns how many keys were looked up and did not exist. Not known of commands that write. */
    public int misses() {
        return misses;
    }

    /** Goes on to the next unit. Returns whether it ran; if not, it has no replies. */
    public boolean nextUnit() {
        return lengths[nextLength++] == 1;
    }

    /** Appends the next reply to a writer. Returns its length. */
    public int next(ReplyWriter target) {
        int length = lengths[nextLength++];
        if (length <= 0) {
            return length;
        }
        target.raw(writer.array(), nextByte, length);
        nextByte += length;
        return length;
    }

    // ---- the answer of the procedure ----

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(Integer.BYTES * (1 + count) + writer.length());
        out.putInt(count);
        for (int i = 0; i < count; i++) {
            out.putInt(lengths[i]);
        }
        out.put(writer.array(), 0, writer.length());
        return out.array();
    }

    static ReplyBatch decode(byte[] encoded) {
        ByteBuffer in = ByteBuffer.wrap(encoded);
        ReplyBatch batch = new ReplyBatch();
        for (int i = in.getInt(); i > 0; i--) {
            batch.add(in.getInt());
        }
        batch.writer.raw(encoded, in.position(), in.remaining());
        return batch;
    }
}
