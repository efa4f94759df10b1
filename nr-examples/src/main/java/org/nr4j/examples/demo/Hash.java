package org.nr4j.examples.demo;

/** Mixes bits well, always in the same way. */
final class Hash {
    private Hash() {}

    /**
     * Applies the finalizer of MurmurHash3 to the number plus a constant. The constant keeps 0 from being mapped to 0.
     */
    static long of(long number) {
        long h = number + 0x9E3779B97F4A7C15L;
        h = (h ^ (h >>> 33)) * 0xFF51AFD7ED558CCDL;
        h = (h ^ (h >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return h ^ (h >>> 33);
    }
}
