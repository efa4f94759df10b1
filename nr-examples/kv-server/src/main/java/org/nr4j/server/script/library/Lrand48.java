package org.nr4j.server.script.library;

/** The random numbers of Redis' scripts: those of {@code lrand48}, a linear congruential generator of 48 bits. */
final class Lrand48 {
    private static final long FACTOR = 0x5_DEEC_E66DL;
    private static final long ADDEND = 0xB;
    private static final long MASK = (1L << 48) - 1;
    private static final int LOWEST = 0x330E;

    /** The state of a generator that has had no seed. */
    private static final long UNSEEDED = 0x1234_ABCD_330EL;

    private long state = UNSEEDED;

    /** Begins the sequence that a run begins with. */
    void reset() {
        seed(0);
    }

    void seed(int seed) {
        state = (seed & 0xFFFF_FFFFL) << 16 | LOWEST;
    }

    /** Returns a number of 31 bits. */
    int next() {
        state = state * FACTOR + ADDEND & MASK;
        return (int) (state >>> 17);
    }
}
