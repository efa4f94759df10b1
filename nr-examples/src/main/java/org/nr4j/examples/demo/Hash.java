package org.nr4j.examples.demo;

/** Mixes bits well, always in the same way. */
final class Hash {
    private Hash() {}

    /** The finalizer of MurmurHash3, of the number plus a constant, so that 0 is not mapped to 0. */
    static long of(long number) {
        long h = number + 0x9E3779B97F4A7C15L;
        h = (h ^ (h >>> 33)) * 0xFF51AFD7ED558CCDL;
        h = (h ^ (h >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return h ^ (h >>> 33);
    }
}
