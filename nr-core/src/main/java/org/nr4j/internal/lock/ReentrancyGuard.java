package org.nr4j.internal.lock;

import org.nr4j.internal.replica.ReplicaSet;

/**
 * Which threads are inside an operation of one instance, so that a call back is recognised whatever replica or log it is routed to. Needed with several locks only: with one, it
 * knows.
 *
 * <p>Each thread writes and reads a word of its own, found by its id: two plain stores an operation, and no line shared. Two threads whose ids fall on the same word may overwrite each other's mark. Then a call back
 * may go unnoticed here; every wait looks at the locks, exactly, before it gets long ({@link ReplicaSet#refuseInside}), so that it does not become a deadlock.
 */
public final class ReentrancyGuard {
    private static final int STRIDE = 16; // longs: 128 bytes

    private final long[] marks;
    private final int mask;

    public ReentrancyGuard() {
        int words = Math.max(64, 4 * Integer.highestOneBit(Runtime.getRuntime().availableProcessors()));
        this.marks = new long[(words + 1) * STRIDE];
        this.mask = words - 1;
    }

    /**
     * Marks the calling thread as inside.
     *
     * @throws IllegalStateException if it is already
     */
    public void enter(long threadId) {
        int word = word(threadId);
        if (marks[word] == threadId) { // plain: written by this very thread
            throw ReplicaLock.reentrant();
        }
        marks[word] = threadId;
    }

    /** Takes the mark back, if it is still there. */
    public void leave(long threadId) {
        int word = word(threadId);
        if (marks[word] == threadId) {
            marks[word] = 0;
        }
    }

    private int word(long threadId) {
        return (((int) threadId & mask) + 1) * STRIDE;
    }
}
