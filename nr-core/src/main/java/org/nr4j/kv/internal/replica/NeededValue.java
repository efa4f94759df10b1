package org.nr4j.kv.internal.replica;

import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import org.nr4j.kv.durable.DamagedLogException;
import org.nr4j.kv.internal.value.OutsideValue;
import org.nr4j.kv.internal.value.StoredValue;

/**
 * A value whose bytes a write needs. If it is damaged, the write throws, on all replicas alike. If the disk cannot give
 * the bytes now, this replica cannot apply the write as the others do. Then it throws an {@link InternalError}, which
 * puts the replica out of service.
 */
public final class NeededValue implements OutsideValue {
    private final OutsideValue value;

    private NeededValue(OutsideValue value) {
        this.value = value;
    }

    /** Returns the value for a write. */
    public static OutsideValue of(OutsideValue value) {
        return value instanceof StoredValue ? new NeededValue(value) : value;
    }

    /** Returns the bytes of an answer: an array, or a value that is in a file. */
    public static byte[] bytesOf(Object answer) {
        return answer instanceof StoredValue stored ? new NeededValue(stored).copy() : (byte[]) answer;
    }

    static boolean compare(BooleanSupplier comparison) {
        try {
            return comparison.getAsBoolean();
        } catch (UncheckedIOException e) {
            throw unreadable(e);
        }
    }

    private static InternalError unreadable(UncheckedIOException e) {
        if (e.getCause() instanceof DamagedLogException) {
            throw e;
        }
        return new InternalError(
                "a value that a write depends on must be readable: see the cause; mend the disk, and open the store "
                        + "again",
                e);
    }

    @Override
    public int length() {
        return value.length();
    }

    @Override
    public byte[] copy() {
        try {
            return value.copy();
        } catch (UncheckedIOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public boolean hasBytes(byte[] bytes) {
        return compare(() -> value.hasBytes(bytes));
    }
}
