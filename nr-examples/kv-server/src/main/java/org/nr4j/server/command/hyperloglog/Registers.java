package org.nr4j.server.command.hyperloglog;

import org.nr4j.server.command.CommandException;

/**
 * The registers of a HyperLogLog in one of its encodings. A register has the highest value that it has been offered.
 */
interface Registers {
    /** The bits of a hash that choose a register. */
    int INDEX_BITS = 14;

    /** The number of registers. */
    int COUNT = 1 << INDEX_BITS;

    /** The bits of a hash that make a value. */
    int HASH_BITS = Long.SIZE - INDEX_BITS;

    /** The highest value that a register can hold. */
    int LARGEST = 63;

    /**
     * Raises a register to a value if it is lower, and if the encoding can hold the value.
     *
     * @throws CommandException if the registers are damaged
     */
    Change offer(int index, int value);

    /** What an offer has done. */
    enum Change {
        /** Nothing. */
        NONE,
        /** The register has the value. */
        CHANGED,
        /** Nothing, since the value needs the dense encoding. */
        TOO_LARGE
    }

    /**
     * Adds the registers to a histogram.
     *
     * @throws CommandException if the registers are damaged
     */
    void count(Cardinality cardinality);

    /**
     * Raises values, one for each register, to those of these registers.
     *
     * @throws CommandException if the registers are damaged
     */
    void raise(byte[] values);

    /** Returns the string with these registers. Its cached cardinality is that of the string they came from. */
    byte[] string();

    /** Returns the error for damaged registers. */
    static CommandException damaged() {
        return new CommandException("INVALIDOBJ Corrupted HLL object detected");
    }
}
