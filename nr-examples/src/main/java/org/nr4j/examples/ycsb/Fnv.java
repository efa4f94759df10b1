package org.nr4j.examples.ycsb;

/** FNV-1a of 64 bits (Fowler, Noll and Vo). YCSB scatters its numbers with it. */
final class Fnv {
    private static final long OFFSET_BASIS = 0xCBF29CE484222325L;
    private static final long PRIME = 0x100000001B3L;

    private Fnv() {}

    /** Returns the hash of a number's 8 bytes, the lowest first, without its sign, as in YCSB. */
    static long hash(long number) {
        long hash = OFFSET_BASIS;
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            hash = (hash ^ (number >>> shift & 0xFF)) * PRIME;
        }
        return Math.abs(hash);
    }
}
