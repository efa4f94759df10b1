package org.nr4j.bench;

/**
 * Whether a thread's next write adds or removes: at random, but never many more of one than of the other, or a
 * structure would grow or run dry in the course of a measurement. Any thread.
 */
/*
 * A count for each thread, by its id, on cache lines of its own. Two threads share one where there are more than
 * COUNTS, or their ids are far apart; then an increment may be lost, which does no harm.
 */
final class Turns {
    private static final int COUNTS =
            Math.max(64, Integer.highestOneBit(Runtime.getRuntime().availableProcessors()) * 8);
    private static final int APART = 16; // longs: two cache lines

    private final long[] balances = new long[(COUNTS + 2) * APART];
    private final int limit;

    /** For a structure of so many entries, which changes by half of that at most. */
    Turns(int entries) {
        limit = Math.max(1, entries / (2 * COUNTS));
    }

    /** Whether to add, else to remove. */
    boolean adds(long roll) {
        int cell = (((int) Thread.currentThread().getId() & COUNTS - 1) + 1) * APART;
        long balance = balances[cell];
        boolean adds = balance <= -limit || (balance < limit && isEven(roll));
        balances[cell] = balance + (adds ? 1 : -1);
        return adds;
    }

    /** By a bit that decides nothing else. */
    static boolean isEven(long roll) {
        return (roll & 1 << 16) == 0;
    }
}
