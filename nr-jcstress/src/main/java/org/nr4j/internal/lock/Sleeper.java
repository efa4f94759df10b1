package org.nr4j.internal.lock;

import java.util.concurrent.locks.LockSupport;

/**
 * A thread that may park, and the judge of whether it would sleep for ever. One actor is the sleeper; another one,
 * after it did all that it is ever going to do for the sleeper, asks {@link #isLost}.
 */
public final class Sleeper {
    private static final int SPINS = 2_000;
    private static final int YIELDS = 50;
    private static final long SHORTEST_PAUSE_NANOS = 20_000;
    private static final int LONGEST_PAUSE_SHIFT = 11; // 41 ms

    /**
     * How often to find the sleeper parked, one look after the other with a growing pause in between, before it counts
     * as lost. Four seconds: longer than a busy machine takes to run a thread that was woken; many looks, so that a
     * pause of the whole machine does not count as time. After the first lost one there is nothing left to prove: be
     * quick.
     */
    private static final int LOOKS = 110;

    private static final int LOOKS_AFTER_FIRST = 6;
    private static volatile boolean someLost;

    private volatile Thread thread;
    private volatile boolean ended;

    /** The sleeper is about to look whether it must park. */
    public void begins() {
        Thread self = Thread.currentThread();
        // An unpark from an earlier use would hide a lost one: use it up.
        self.interrupt();
        LockSupport.park();
        Thread.interrupted();
        thread = self;
    }

    /** The sleeper is awake and goes on. */
    public void ends() {
        ended = true;
    }

    /**
     * Waits for the sleeper to end; wakes it and returns true if it parks without an end, for {@code blocker} or, if
     * that is null, for anything.
     */
    @SuppressWarnings("ThreadPriorityCheck")
    public boolean isLost(Object blocker) {
        for (int i = 0; i < SPINS + YIELDS; i++) {
            if (ended) {
                return false;
            }
            if (i < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
        for (int looks = 0; looks < (someLost ? LOOKS_AFTER_FIRST : LOOKS); looks++) {
            LockSupport.parkNanos(SHORTEST_PAUSE_NANOS << Math.min(looks, LONGEST_PAUSE_SHIFT));
            if (ended) {
                return false;
            }
            if (!isParked(blocker)) {
                looks = -1;
            }
        }
        someLost = true;
        LockSupport.unpark(thread);
        return true;
    }

    private boolean isParked(Object blocker) {
        Thread sleeper = thread;
        Object current = sleeper == null ? null : LockSupport.getBlocker(sleeper);
        return current != null && (blocker == null || blocker == current);
    }
}
