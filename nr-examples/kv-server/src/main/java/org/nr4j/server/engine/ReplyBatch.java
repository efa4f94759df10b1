package org.nr4j.server.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.type.KeyEvents;

/**
 * The replies to units: for each unit whether it ran, and for each of its commands the bytes of the reply. A command
 * that waits for something has an empty reply. Times are those of the replica that answers, and nothing else depends on
 * them.
 */
public final class ReplyBatch {
    /** Stands for the rest of a unit's replies: its commands have not run, since the replies before are long. */
    public static final int NOT_RUN = -1;

    private final ReplyWriter writer = new ReplyWriter(1 << 10);

    /** For each unit 1 if it ran, 0 if not; after a 1, for each command the length of its reply, and its time. */
    private int[] lengths = new int[16];

    private int count;

    private final KeyEvents events = new KeyEvents();

    /** Where {@link #next} reads. */
    private int nextLength;

    private int nextByte;

    private int lastMicros;
    private int hits;
    private int misses;

    ReplyWriter writer() {
        return writer;
    }

    /** Returns what has happened to keys. */
    KeyEvents events() {
        return events;
    }

    void clear() {
        writer.truncate(0);
        events.clear();
        count = 0;
        nextLength = 0;
        nextByte = 0;
    }

    void addUnit(boolean ran) {
        add(ran ? 1 : 0);
    }

    /** Adds the length of a reply, and how long its command took, in microseconds. */
    void addReply(int length, long micros) {
        add(length);
        add((int) Math.min(Integer.MAX_VALUE, micros));
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
        lastMicros = lengths[nextLength++];
        if (length <= 0) {
            return length;
        }
        target.raw(writer.array(), nextByte, length);
        nextByte += length;
        return length;
    }

    /** Returns how long the command of the last reply took, in microseconds. */
    public int lastMicros() {
        return lastMicros;
    }

    // ---- the answer of the procedure ----

    byte[] encode() {
        int head = Integer.BYTES * (2 + count);
        ByteBuffer out = ByteBuffer.allocate(head + writer.length() + events.encodedLength());
        out.putInt(count).putInt(writer.length());
        for (int i = 0; i < count; i++) {
            out.putInt(lengths[i]);
        }
        out.put(writer.array(), 0, writer.length());
        events.put(out);
        return out.array();
    }

    static ReplyBatch decode(byte[] encoded) {
        ByteBuffer in = ByteBuffer.wrap(encoded);
        ReplyBatch batch = new ReplyBatch();
        int count = in.getInt();
        int bytes = in.getInt();
        for (int i = 0; i < count; i++) {
            batch.add(in.getInt());
        }
        batch.writer.raw(encoded, in.position(), bytes);
        batch.events.take(in.position(in.position() + bytes));
        return batch;
    }
}
