package org.nr4j.kv.internal.op;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.nr4j.kv.internal.bytes.ByteOutput;
import org.nr4j.kv.internal.replica.StorePart;
import org.nr4j.kv.internal.tree.Totals;

/** Adds to a number of 64 bits, highest byte first. A missing number is 0. Answers the new number. The expiry stays. */
public final class Increment extends ComputedUpdate {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final long delta;

    /** An increment of one key. */
    public Increment(byte[] key, long delta, long now) {
        super(key, now);
        this.delta = delta;
    }

    @Override
    public void encodeTo(ByteOutput out) {
        WriteFormat.begin(out, WriteFormat.INCREMENT, 0, now);
        out.writeBytes(key);
        out.writeLong(delta);
    }

    @Override
    Long applyTo(StorePart part) {
        boolean found = part.locate(key, now);
        long before = found ? number(part.locatedValue()) : 0;
        long after = before + delta;
        if (((before ^ after) & (delta ^ after)) < 0) {
            throw new ArithmeticException("a number must stay within 64 bits: key=" + hex() + " number=" + before
                    + " delta=" + delta + "; put a smaller number first");
        }
        byte[] value = encode(after);
        long expiry = found ? part.locatedExpiry() : Totals.NEVER;
        part.storeLocated(key, found, value, expiry, hashOf(part, value, expiry), now);
        return after;
    }

    private long number(byte[] value) {
        if (value.length != Long.BYTES) {
            throw new IllegalStateException("a value to increment must be a number of 8 bytes, highest byte first: key="
                    + hex() + " length=" + value.length + "; put KeyValueStore.encode(number) first");
        }
        return decode(value);
    }

    private String hex() {
        return "0x" + HexFormat.of().formatHex(key, 0, Math.min(key.length, 16));
    }

    /** Returns the 8 bytes of a number. */
    public static byte[] encode(long number) {
        byte[] value = new byte[Long.BYTES];
        LONG.set(value, 0, number);
        return value;
    }

    /** Returns the number in 8 bytes. */
    public static long decode(byte[] value) {
        return (long) LONG.get(value, 0);
    }

    /**
     * Returns the number in a value that holds one.
     *
     * @throws IllegalArgumentException if the value does not have 8 bytes
     */
    public static long decodeWritten(byte[] value) {
        if (value.length != Long.BYTES) {
            throw new IllegalArgumentException("a number must have 8 bytes: length=" + value.length
                    + "; decode only what encode or increment has written");
        }
        return decode(value);
    }
}
