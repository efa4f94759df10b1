package org.nr4j.server.command.hyperloglog;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.protocol.Ascii;

/**
 * A string that estimates how many different elements have been added to it. It has the format of Redis: {@code HYLL},
 * encoding (1), three unused bytes, cached cardinality (8, lowest byte first), registers. The highest bit of the cached
 * cardinality says that it is out of date.
 */
final class HyperLogLog {
    static final int HEADER = 16;

    private static final byte[] MAGIC = Ascii.bytes("HYLL");
    private static final int ENCODING = 4;
    private static final int CARDINALITY = 8;
    private static final byte DENSE = 0;
    private static final byte SPARSE = 1;
    private static final byte OUT_OF_DATE = (byte) 0x80;

    private Registers registers;

    private HyperLogLog(Registers registers) {
        this.registers = registers;
    }

    /** Returns one without elements. */
    static HyperLogLog create() {
        byte[] header = Arrays.copyOf(MAGIC, HEADER);
        header[ENCODING] = SPARSE;
        return new HyperLogLog(new SparseRegisters(SparseRegisters.zeros(header)));
    }

    /**
     * Returns the one in a string, which stays as it is.
     *
     * @throws CommandException if the string has none
     */
    static HyperLogLog decode(byte[] string) {
        boolean valid = string.length >= HEADER
                && Arrays.equals(string, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                && (string[ENCODING] == SPARSE
                        || (string[ENCODING] == DENSE && string.length == DenseRegisters.LENGTH));
        if (!valid) {
            throw new CommandException("WRONGTYPE Key is not a valid HyperLogLog string value.");
        }
        byte[] copy = string.clone();
        return new HyperLogLog(copy[ENCODING] == DENSE ? new DenseRegisters(copy) : new SparseRegisters(copy));
    }

    /** Returns the string. */
    byte[] encode() {
        return registers.string();
    }

    boolean isDense() {
        return registers instanceof DenseRegisters;
    }

    /** Returns the runs of the sparse encoding as a text; null if it is dense. */
    @Nullable
    String runs() {
        return registers instanceof SparseRegisters sparse ? sparse.text() : null;
    }

    // ---- elements ----

    /** Adds an element. Returns whether that has changed anything. */
    boolean add(byte[] element) {
        long hash = MurmurHash.hash(element);
        int index = (int) hash & (Registers.COUNT - 1);
        long rest = (hash >>> Registers.INDEX_BITS) | (1L << Registers.HASH_BITS);
        return offer(index, Long.numberOfTrailingZeros(rest) + 1);
    }

    private boolean offer(int index, int value) {
        Registers.Change change = registers.offer(index, value);
        if (change == Registers.Change.TOO_LARGE) {
            change = toDense().offer(index, value);
        }
        return change == Registers.Change.CHANGED;
    }

    /** Changes to the dense encoding, if this has another. */
    DenseRegisters toDense() {
        if (registers instanceof DenseRegisters dense) {
            return dense;
        }
        byte[] string = Arrays.copyOf(Arrays.copyOf(registers.string(), HEADER), DenseRegisters.LENGTH);
        string[ENCODING] = DENSE;
        DenseRegisters dense = new DenseRegisters(string);
        byte[] values = values();
        for (int i = 0; i < values.length; i++) {
            dense.offer(i, values[i]);
        }
        registers = dense;
        return dense;
    }

    // ---- union ----

    /** Returns the values of the registers. */
    byte[] values() {
        byte[] values = new byte[Registers.COUNT];
        raise(values);
        return values;
    }

    /** Raises values to those of the registers. */
    void raise(byte[] values) {
        registers.raise(values);
    }

    /** Raises the registers to values. */
    void merge(byte[] values) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] > 0) {
                offer(i, values[i]);
            }
        }
    }

    // ---- cardinality ----

    /** Notes that the cached cardinality is out of date. */
    void invalidate() {
        registers.string()[HEADER - 1] |= OUT_OF_DATE;
    }

    /** Returns the cached cardinality, or computes it. */
    long cardinality() {
        byte[] string = registers.string();
        if ((string[HEADER - 1] & OUT_OF_DATE) == 0) {
            return ByteBuffer.wrap(string).order(ByteOrder.LITTLE_ENDIAN).getLong(CARDINALITY);
        }
        Cardinality cardinality = new Cardinality();
        registers.count(cardinality);
        return cardinality.estimate();
    }

    /** Returns the cardinality of a union, which has some values in its registers. */
    static long cardinality(byte[] values) {
        Cardinality cardinality = new Cardinality();
        for (byte value : values) {
            cardinality.add(value, 1);
        }
        return cardinality.estimate();
    }
}
