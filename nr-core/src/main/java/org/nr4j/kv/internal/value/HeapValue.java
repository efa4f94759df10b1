package org.nr4j.kv.internal.value;

import java.util.Arrays;

/** A value in an array of its own. */
public final class HeapValue implements OutsideValue {
    private final byte[] bytes;

    /** Creates a value of an array that nobody changes any more. */
    public HeapValue(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Returns the array, which nobody must change. */
    public byte[] shared() {
        return bytes;
    }

    @Override
    public int length() {
        return bytes.length;
    }

    @Override
    public byte[] copy() {
        return bytes.clone();
    }

    @Override
    public boolean hasBytes(byte[] other) {
        return Arrays.equals(bytes, other);
    }
}
