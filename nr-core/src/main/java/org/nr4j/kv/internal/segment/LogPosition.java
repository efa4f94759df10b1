package org.nr4j.kv.internal.segment;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A moment in the life of a store: the number of its opening, and the index of each of its operation logs. The indexes
 * of two openings are not comparable. Immutable.
 */
public final class LogPosition {
    /** How many operation logs a store may have. */
    public static final int MOST_LOGS = 256;

    private final long epoch;
    private final long[] indexes;

    public LogPosition(long epoch, long... indexes) {
        if (indexes.length < 1 || indexes.length > MOST_LOGS) {
            throw new IllegalArgumentException("a store must have from 1 to " + MOST_LOGS + " operation logs: indexes="
                    + indexes.length + "; pass one index for each log");
        }
        this.epoch = epoch;
        this.indexes = indexes.clone();
    }

    /** Returns the number of the opening: 1 for the first one. */
    public long epoch() {
        return epoch;
    }

    /** Returns the index of each operation log. */
    public long[] indexes() {
        return indexes.clone();
    }

    /** Returns whether everything before this position is also before {@code other}. */
    public boolean isAtMost(LogPosition other) {
        if (epoch != other.epoch) {
            return epoch < other.epoch;
        }
        if (indexes.length != other.indexes.length) {
            return false;
        }
        for (int i = 0; i < indexes.length; i++) {
            if (indexes[i] > other.indexes[i]) {
                return false;
            }
        }
        return true;
    }

    /** Returns a later position of the same opening, or throws if the arguments are not that. */
    public LogPosition advance(long... to) {
        boolean valid = to.length == indexes.length;
        for (int i = 0; valid && i < to.length; i++) {
            valid = to[i] >= indexes[i];
        }
        if (!valid) {
            throw new IllegalArgumentException("indexes must not go back: indexes=" + Arrays.toString(to) + " before="
                    + Arrays.toString(indexes) + "; pass the index of each operation log");
        }
        return new LogPosition(epoch, to);
    }

    /** Returns how many operation logs the store has. */
    public int logs() {
        return indexes.length;
    }

    public int encodedLength() {
        return encodedLength(indexes.length);
    }

    public static int encodedLength(int logs) {
        return Long.BYTES + Integer.BYTES + logs * Long.BYTES;
    }

    public void encode(ByteBuffer to) {
        to.putLong(epoch).putInt(indexes.length);
        for (long index : indexes) {
            to.putLong(index);
        }
    }

    /** Decodes what {@link #encode} wrote and a checksum has confirmed. */
    public static LogPosition decode(ByteBuffer from) {
        long epoch = from.getLong();
        long[] indexes = new long[from.getInt()];
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] = from.getLong();
        }
        return new LogPosition(epoch, indexes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogPosition that && epoch == that.epoch && Arrays.equals(indexes, that.indexes);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(epoch) + Arrays.hashCode(indexes);
    }

    @Override
    public String toString() {
        return "epoch " + epoch + " indexes " + Arrays.toString(indexes);
    }
}
