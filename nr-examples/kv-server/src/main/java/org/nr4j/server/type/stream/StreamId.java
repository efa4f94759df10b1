package org.nr4j.server.type.stream;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The id of an entry of a stream.
 *
 * @param millis the time in milliseconds since 1970, mostly; unsigned
 * @param sequence numbers the entries of one time; unsigned
 */
public record StreamId(long millis, long sequence) implements Comparable<StreamId> {
    /** The lowest id. No entry has it. */
    public static final StreamId MIN = new StreamId(0, 0);

    /** The highest id. */
    public static final StreamId MAX = new StreamId(-1, -1);

    /** The number of bytes of an {@linkplain #encode encoded} id. */
    static final int LENGTH = 2 * Long.BYTES;

    /** Returns the next id, or null after the highest. */
    public @Nullable StreamId next() {
        if (sequence != -1) {
            return new StreamId(millis, sequence + 1);
        }
        return millis == -1 ? null : new StreamId(millis + 1, 0);
    }

    /** Returns the id before this one, or null before the lowest. */
    public @Nullable StreamId previous() {
        if (sequence != 0) {
            return new StreamId(millis, sequence - 1);
        }
        return millis == 0 ? null : new StreamId(millis - 1, -1);
    }

    /** Whether this is the lowest id, which stands for none. */
    public boolean isZero() {
        return equals(MIN);
    }

    @Override
    public int compareTo(StreamId other) {
        int order = Long.compareUnsigned(millis, other.millis);
        return order != 0 ? order : Long.compareUnsigned(sequence, other.sequence);
    }

    /** Returns bytes in the order of the ids. */
    byte[] encode() {
        return ByteBuffer.allocate(LENGTH).putLong(millis).putLong(sequence).array();
    }

    static StreamId decode(byte[] bytes) {
        return take(ByteBuffer.wrap(bytes));
    }

    static StreamId take(ByteBuffer in) {
        return new StreamId(in.getLong(), in.getLong());
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
    }
}
