package org.nr4j.kv.internal.bytes;

import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects bytes in an array that grows. Numbers have the highest byte first. Lengths have 4 bytes. For one thread.
 *
 * <p>The methods that add throw {@link IllegalStateException} if the bytes would be more than an array can hold.
 */
public final class ByteOutput extends OutputStream {
    /** The length that stands for null. */
    static final int NULL = -1;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int LARGEST = Integer.MAX_VALUE - 8;

    private final boolean forOwnLog;
    private byte[] bytes;
    private int size;

    /** Creates an empty output. */
    public ByteOutput(int capacity) {
        this(capacity, /* forOwnLog= */ false);
    }

    private ByteOutput(int capacity, boolean forOwnLog) {
        this.bytes = new byte[capacity];
        this.forOwnLog = forOwnLog;
    }

    /** Creates an empty output for the log of a store, which may name places in the store's files. */
    public static ByteOutput forOwnLog(int capacity) {
        return new ByteOutput(capacity, /* forOwnLog= */ true);
    }

    /** Whether the bytes are for the log of the store itself. */
    public boolean isForOwnLog() {
        return forOwnLog;
    }

    /** Adds the lowest byte of a number. */
    @Override
    public void write(int value) {
        int at = grow(1);
        bytes[at] = (byte) value;
    }

    /** Adds a truth value in a byte, 0 or 1. */
    public void writeBoolean(boolean value) {
        write(value ? 1 : 0);
    }

    /** Adds a number in 4 bytes. */
    public void writeInt(int value) {
        int at = grow(Integer.BYTES);
        INT.set(bytes, at, value);
    }

    /** Adds a number in 8 bytes. */
    public void writeLong(long value) {
        int at = grow(Long.BYTES);
        LONG.set(bytes, at, value);
    }

    /** Adds a length and these bytes; null has a length of its own. */
    public void writeBytes(byte @Nullable [] value) {
        if (value == null) {
            writeInt(NULL);
            return;
        }
        writeInt(value.length);
        write(value, 0, value.length);
    }

    /** Adds these bytes without a length. */
    @Override
    public void write(byte[] value, int from, int length) {
        int at = grow(length);
        System.arraycopy(value, from, bytes, at, length);
    }

    /** Replaces the 4 bytes at a place by a number. */
    public void setInt(int at, int value) {
        INT.set(bytes, at, value);
    }

    /** Returns the number of bytes. */
    public int size() {
        return size;
    }

    /** Returns the array; its first {@link #size} bytes are valid until the next change. */
    public byte[] array() {
        return bytes;
    }

    /** Returns a copy of the bytes. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** Drops all bytes from a place on. */
    public void truncate(int newSize) {
        size = newSize;
    }

    private int grow(int more) {
        int before = size;
        if (more > bytes.length - before) {
            if (more > LARGEST - before) {
                throw new IllegalStateException("an encoding must have less than 2^31 bytes: size=" + before + " more="
                        + more + "; split the write");
            }
            bytes = Arrays.copyOf(bytes, Math.max(before + more, (int) Math.min(LARGEST, 2L * bytes.length)));
        }
        size = before + more;
        return before;
    }
}
