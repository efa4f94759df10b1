package org.nr4j.examples.demo;

/**
 * Random numbers, the same in each run, for one thread. Each takes about a nanosecond, which is less than the class
 * library's need: they are drawn between the operations that are measured.
 */
final class Dice extends Padded {
    private static final long STEP = 0x9E3779B97F4A7C15L;

    private long state;

    Dice(long seed) {
        this.state = seed;
    }

    /** Any number. */
    long next() {
        state += STEP;
        return Hash.of(state);
    }

    /** A number from 0 to less than the bound. */
    int below(int bound) {
        return (int) ((next() >>> Integer.SIZE) * bound >>> Integer.SIZE);
    }

    boolean coin() {
        return next() < 0;
    }
}
