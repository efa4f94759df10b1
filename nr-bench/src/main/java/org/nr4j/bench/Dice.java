package org.nr4j.bench;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.ThreadParams;

/** The random numbers of a thread. They are cheap, so that a benchmark measures the structure and not the numbers. */
@State(Scope.Thread)
public class Dice {
    private long state;

    /** Seeds by the thread, so that each run draws the same numbers. */
    @Setup
    public void seed(ThreadParams thread) {
        state = seed(thread.getThreadIndex());
    }

    static long seed(int thread) {
        return 0x9E3779B97F4A7C15L * (thread + 1);
    }

    long roll() {
        state = next(state);
        return state;
    }

    /** Returns the number after {@code state}, by xorshift. */
    static long next(long state) {
        long next = state;
        next ^= next << 13;
        next ^= next >>> 7;
        next ^= next << 17;
        return next;
    }

    /** Draws a number from 0 to {@code bound - 1}. */
    int below(int bound) {
        return below(roll(), bound);
    }

    /** Derives a number from 0 to {@code bound - 1} from an earlier roll, of which it uses the upper half. */
    static int below(long roll, int bound) {
        return (int) ((roll >>> 32) * bound >>> 32);
    }
}
