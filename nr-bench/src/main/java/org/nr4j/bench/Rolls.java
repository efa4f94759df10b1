package org.nr4j.bench;

/** A thread's random numbers outside JMH: the same as those of {@link Dice}. */
final class Rolls {
    private long state;

    /** Seeds by the thread, so that each run draws the same numbers. */
    Rolls(int thread) {
        state = Dice.seed(thread);
    }

    long next() {
        state = Dice.next(state);
        return state;
    }
}
