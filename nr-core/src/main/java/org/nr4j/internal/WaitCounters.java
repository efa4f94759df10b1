package org.nr4j.internal;

import java.util.concurrent.atomic.LongAdder;

/** Counts waits by kind, for the statistics. Touched only by threads that are waiting anyway. */
public final class WaitCounters {
    private final LongAdder spins = new LongAdder();
    private final LongAdder yields = new LongAdder();
    private final LongAdder parks = new LongAdder();
    private final LongAdder logFull = new LongAdder();
    private final LongAdder behind = new LongAdder();

    void spun(int runs) {
        spins.add(runs);
    }

    void yielded() {
        yields.increment();
    }

    /** A thread is about to park. */
    public void parked() {
        parks.increment();
    }

    /** A combiner found no room in the log. */
    void logWasFull() {
        logFull.increment();
    }

    /** A combiner found a follower too far behind. */
    void followerWasBehind() {
        behind.increment();
    }

    /** Combiners that found no room in the log so far. */
    public long logFull() {
        return logFull.sum();
    }

    /** Combiners that found a follower too far behind so far. */
    public long behind() {
        return behind.sum();
    }

    /** Runs of spinning so far. */
    public long spins() {
        return spins.sum();
    }

    /** Yields so far. */
    public long yields() {
        return yields.sum();
    }

    /** Parks so far. */
    public long parks() {
        return parks.sum();
    }
}
