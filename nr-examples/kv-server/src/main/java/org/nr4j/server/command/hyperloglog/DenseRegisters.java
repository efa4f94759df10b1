package org.nr4j.server.command.hyperloglog;

/** Registers of 6 bits each, the lowest bits of a byte first. */
final class DenseRegisters implements Registers {
    private static final int BITS = 6;

    /** The length of a string with all registers. */
    static final int LENGTH = HyperLogLog.HEADER + (COUNT * BITS + Byte.SIZE - 1) / Byte.SIZE;

    private final byte[] string;

    /** Creates registers inside a string, which has the length {@link #LENGTH}. */
    DenseRegisters(byte[] string) {
        this.string = string;
    }

    int get(int index) {
        int bit = index * BITS;
        int at = HyperLogLog.HEADER + bit / Byte.SIZE;
        int shift = bit % Byte.SIZE;
        int high = at + 1 < string.length ? string[at + 1] & 0xFF : 0;
        return (((string[at] & 0xFF) | (high << Byte.SIZE)) >> shift) & LARGEST;
    }

    private void set(int index, int value) {
        int bit = index * BITS;
        int at = HyperLogLog.HEADER + bit / Byte.SIZE;
        int shift = bit % Byte.SIZE;
        string[at] = (byte) ((string[at] & ~(LARGEST << shift)) | (value << shift));
        if (shift > Byte.SIZE - BITS) {
            int low = Byte.SIZE - shift;
            string[at + 1] = (byte) ((string[at + 1] & ~(LARGEST >> low)) | (value >> low));
        }
    }

    @Override
    public Change offer(int index, int value) {
        if (get(index) >= value) {
            return Change.NONE;
        }
        set(index, value);
        return Change.CHANGED;
    }

    @Override
    public void count(Cardinality cardinality) {
        for (int i = 0; i < COUNT; i++) {
            cardinality.add(get(i), 1);
        }
    }

    @Override
    public void raise(byte[] values) {
        for (int i = 0; i < COUNT; i++) {
            values[i] = (byte) Math.max(values[i], get(i));
        }
    }

    @Override
    public byte[] string() {
        return string;
    }
}
