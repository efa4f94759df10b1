package org.nr4j.internal.lock;

import java.util.concurrent.locks.LockSupport;

/**
 * Detects whether a thread that may park would sleep forever. One actor is the sleeper. Another actor does all that it
 * will ever do for the sleeper, and then asks {@link #isLost}.
 */
public final class Sleeper {
    private static final int SPINS = 2_000;
    private static final int YIELDS = 50;
    private static final long SHORTEST_PAUSE_NANOS = 20_000;
    private static final int LONGEST_PAUSE_SHIFT = 11; // 41 ms

    /**
     * How often the sleeper must be found parked before it counts as lost. The pauses between the looks grow. Together
     * they take four seconds, which is longer than a busy machine takes to run a woken thread. There are many looks, so
     * that a pause of the whole machine does not count as time. After the first lost sleeper, the test is decided and
     * must end quickly.
     */
    private static final int LOOKS = 110;

    private static final int LOOKS_AFTER_FIRST = 6;
    private static volatile boolean someLost;

    private volatile Thread thread;
    private volatile boolean ended;

    /** Says that the sleeper is about to check whether it must park. */
    public void begins() {
        Thread self = Thread.currentThread();
        // An unpark from an earlier use would hide a lost one, so this uses it up.
        self.interrupt();
        LockSupport.park();
        Thread.interrupted();
        thread = self;
    }

    /** Says that the sleeper is awake and goes on. */
    public void ends() {
        ended = true;
    }

    /**
     * Waits for the sleeper to end. Returns true, and wakes the sleeper, if it parks forever: for {@code blocker}, or
     * for anything if that is null.
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
