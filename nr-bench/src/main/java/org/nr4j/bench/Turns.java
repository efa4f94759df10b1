package org.nr4j.bench;

/**
 * Decides whether a thread's next write adds or removes. The choice is random, but one kind never gets far ahead of the
 * other. Otherwise a structure could grow or run dry during a measurement. Any thread may call.
 */
/*
 * There is one count for each thread, found by the thread's id, on cache lines of its own. Two threads share a count if
 * there are more than COUNTS threads, or if their ids collide modulo COUNTS. Then an increment may be lost, which does
 * no harm.
 */
final class Turns {
    private static final int COUNTS =
            Math.max(64, Integer.highestOneBit(Runtime.getRuntime().availableProcessors()) * 8);
    private static final int APART = 16; // longs: two cache lines

    private final long[] balances = new long[(COUNTS + 2) * APART];
    private final int limit;

    /** Creates turns for a structure of {@code entries} elements, whose size changes by half of that at most. */
    Turns(int entries) {
        limit = Math.max(1, entries / (2 * COUNTS));
    }

    /** Returns whether the next write adds; otherwise it removes. */
    boolean adds(long roll) {
        int cell = (((int) Thread.currentThread().getId() & COUNTS - 1) + 1) * APART;
        long balance = balances[cell];
        boolean adds = balance <= -limit || (balance < limit && isEven(roll));
        balances[cell] = balance + (adds ? 1 : -1);
        return adds;
    }

    /** Returns whether a bit is zero that no other choice uses. */
    static boolean isEven(long roll) {
        return (roll & 1 << 16) == 0;
    }
}
