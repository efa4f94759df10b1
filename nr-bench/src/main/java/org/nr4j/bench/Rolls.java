package org.nr4j.bench;

/** A thread's random numbers outside JMH: those of {@link Dice}. */
final class Rolls {
    private long state;

    /** Seeds by thread, so that each run draws the same numbers. */
    Rolls(int thread) {
        state = Dice.seed(thread);
    }

    long next() {
        state = Dice.next(state);
        return state;
    }
}
