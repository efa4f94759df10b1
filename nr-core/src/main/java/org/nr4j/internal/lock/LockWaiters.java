package org.nr4j.internal.lock;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/** The threads that wait for the holder of a {@link ReplicaLock}. Any thread may call any method. */
final class LockWaiters {
    private final LockState state;
    private final Queue<Thread> sleepers = new ConcurrentLinkedQueue<>();

    LockWaiters(LockState state) {
        this.state = state;
    }

    /** Waits for the holder to let readers in: spins, yields, or sleeps. May return early; the caller looks again. */
    void awaitReadable(Backoff backoff) {
        while (mustWait(/* asReader= */ true)) {
            if (!backoff.pause()) {
                sleepWhile(backoff, /* asReader= */ true);
            }
        }
    }

    /** Waits one step for the holder to leave; else like {@link #awaitReadable}. */
    void awaitFree(Backoff backoff) {
        if (!backoff.pause()) {
            sleepWhile(backoff, /* asReader= */ false);
        }
    }

    /** Whether there is a holder that will leave one day and, for a reader, keeps it out. */
    boolean mustWait(boolean asReader) {
        long holder = state.holder();
        return holder != LockState.FREE
                && holder != LockState.RETIRED
                && (!asReader || LockState.excludesReaders(holder))
                && !state.isAbandoned();
    }

    private void sleepWhile(Backoff backoff, boolean asReader) {
        Thread self = Thread.currentThread();
        // Announce, then look: the volatile count here and the volatile store in LockState.release are the two halves.
        sleepers.add(self);
        state.addParked(1);
        try {
            if (mustWait(asReader)) {
                backoff.park(this);
            }
        } finally {
            state.addParked(-1);
            sleepers.remove(self);
        }
    }

    /** Wakes those who sleep; for one who has changed the holder's word and then found that {@code parked} is not 0. */
    void wakeAll() {
        for (Thread sleeper = sleepers.poll(); sleeper != null; sleeper = sleepers.poll()) {
            LockSupport.unpark(sleeper);
        }
    }
}
