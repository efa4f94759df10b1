package org.nr4j.kv.internal.reconcile.view;

import org.nr4j.kv.internal.bytes.ByteOutput;

/** A long value, as its pieces come in. It grows with what has come, not with what is announced. For one thread. */
public final class Assembly {
    private final int length;
    private final ByteOutput bytes = new ByteOutput(64);

    /** Creates an empty assembly of a value of that length. */
    public Assembly(int length) {
        this.length = length;
    }

    /** Returns how many bytes have come. */
    public int size() {
        return bytes.size();
    }

    /** Returns the length of the value. */
    public int length() {
        return length;
    }

    /** Adds a piece if it is the next one. Ignores others. */
    public void add(long offset, byte[] piece) {
        if (offset == bytes.size()) {
            bytes.write(piece, 0, Math.min(piece.length, length - bytes.size()));
        }
    }

    /** Whether all bytes have come. */
    public boolean isComplete() {
        return bytes.size() == length;
    }

    /** Returns the value. */
    public byte[] value() {
        return bytes.toByteArray();
    }
}
