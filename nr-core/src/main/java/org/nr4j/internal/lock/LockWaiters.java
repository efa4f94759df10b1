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

    /**
     * Waits until the holder lets readers in: spins, yields, or sleeps. The lock may change at once, so the caller
     * checks again.
     */
    void awaitReadable(Backoff backoff) {
        while (mustWait(/* asReader= */ true)) {
            if (!backoff.pause()) {
                sleepWhile(backoff, /* asReader= */ true);
            }
        }
    }

    /** Does one step of a wait for the holder to leave: spins, yields, or sleeps. The caller checks again. */
    void awaitFree(Backoff backoff) {
        if (!backoff.pause()) {
            sleepWhile(backoff, /* asReader= */ false);
        }
    }

    /**
     * Whether the lock has a holder that will leave it one day. For a reader, only if that holder keeps readers out.
     */
    boolean mustWait(boolean asReader) {
        long holder = state.holder();
        return holder != LockState.FREE
                && holder != LockState.RETIRED
                && (!asReader || LockState.excludesReaders(holder))
                && !state.isAbandoned();
    }

    private void sleepWhile(Backoff backoff, boolean asReader) {
        Thread self = Thread.currentThread();
        // First announce, then look at the holder. The volatile count here and the volatile store in LockState.release
        // are the two halves of a handshake.
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

    /**
     * Wakes the sleeping threads. For a thread that has changed the holder's word and then found that {@code parked} is
     * not 0.
     */
    void wakeAll() {
        for (Thread sleeper = sleepers.poll(); sleeper != null; sleeper = sleepers.poll()) {
            LockSupport.unpark(sleeper);
        }
    }
}
