package org.nr4j;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.nr4j.internal.admin.Initialization;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.stats.WaitCounters;
import org.nr4j.internal.thread.ThreadIds;

/**
 * A readers-writer lock whose readers do not disturb each other: each reader marks a cache line of its own. Each
 * replica is protected by such a lock (NR paper, §4).
 *
 * <p>A reader enters and leaves with one atomic instruction and one store, however many readers there are. A writer
 * looks at the cells of all readers. So the lock suits structures that are read far more often than written, for short
 * times.
 *
 * <p>A waiting writer goes before readers that arrive later. Among writers, a running one goes before a parked one. So
 * the lock is not fair.
 *
 * <pre>{@code
 * lock.lockRead();
 * try {
 *     ...
 * } finally {
 *     lock.unlockRead();
 * }
 * }</pre>
 *
 * <ul>
 *   <li><b>Threads</b>: any thread may use the lock, without registration. The thread that locked must unlock.
 *   <li><b>Not reentrant</b>: a thread inside that locks again gets an {@link IllegalStateException}.
 *   <li><b>Memory</b>: an unlock happens before every later lock, as with
 *       {@link java.util.concurrent.locks.ReadWriteLock}. Readers are not ordered among each other.
 *   <li><b>Interrupts</b>: a waiting thread ignores them and keeps its interrupt status.
 * </ul>
 */
public final class DistributedReadWriteLock {
    private final ReplicaLock lock;

    /**
     * The writers that are parked or about to park. A writer adds itself first and then looks at the lock once more. A
     * thread that leaves the lock looks here afterwards. So one of the two sees the other.
     */
    private final Queue<Thread> parkedWriters = new ConcurrentLinkedQueue<>();

    /** Creates a free lock with the default wait strategy. */
    public DistributedReadWriteLock() {
        this(WaitStrategy.adaptive());
    }

    /** Creates a free lock whose threads wait by the given strategy. */
    public DistributedReadWriteLock(WaitStrategy waitStrategy) {
        if (waitStrategy == null) {
            throw new NullPointerException(
                    "waitStrategy must not be null: pass WaitStrategy.adaptive() or leave it out");
        }
        Initialization.ensure();
        this.lock = new ReplicaLock(waitStrategy, new WaitCounters());
    }

    /**
     * Enters as a reader. Waits while a writer is inside, or waits for readers to leave.
     *
     * @throws IllegalStateException if the calling thread is inside already
     */
    public void lockRead() {
        if (lock.tryEnter(ThreadIds.current()) == ReplicaLock.NOT_ENTERED) {
            lockReadSlowPath();
        }
    }

    private void lockReadSlowPath() {
        try (Backoff backoff = lock.newBackoff()) {
            do {
                lock.awaitReadable(backoff);
            } while (lock.tryEnter(ThreadIds.current()) == ReplicaLock.NOT_ENTERED);
        }
    }

    /**
     * Leaves as a reader.
     *
     * @throws IllegalMonitorStateException if the calling thread is not inside as a reader
     */
    public void unlockRead() {
        if (!lock.leaveIfReader(ThreadIds.current())) {
            throw notInside("unlockRead", "lockRead");
        }
    }

    /**
     * Enters as a writer. Waits until all other threads are outside.
     *
     * @throws IllegalStateException if the calling thread is inside already
     */
    public void lockWrite() {
        if (!lock.tryWrite(ThreadIds.current())) {
            lockWriteSlowPath();
        }
    }

    private void lockWriteSlowPath() {
        long threadId = ThreadIds.current();
        lock.refuseHolder(threadId);
        try (Backoff backoff = lock.newBackoff()) {
            while (!lock.isFree() || !lock.tryWrite(threadId)) {
                if (!backoff.pause()) {
                    parkUntilFree(backoff);
                }
            }
        }
    }

    private void parkUntilFree(Backoff backoff) {
        Thread self = Thread.currentThread();
        parkedWriters.add(self);
        if (!lock.isFree()) {
            backoff.park(this);
        }
        parkedWriters.remove(self);
    }

    /**
     * Enters as a writer if no thread is inside.
     *
     * @return whether the calling thread entered; false also if it is inside already as a writer
     * @throws IllegalStateException if the calling thread is inside already as a reader
     */
    public boolean tryLockWrite() {
        boolean entered = lock.tryWriteNow(ThreadIds.current());
        if (!entered) {
            // The attempt can hold the lock for a moment. A writer that saw the lock held then may have parked.
            unparkWriter();
        }
        return entered;
    }

    /**
     * Leaves as a writer.
     *
     * @throws IllegalMonitorStateException if the calling thread is not inside as a writer
     */
    public void unlockWrite() {
        if (!lock.isHeldBy(ThreadIds.current())) {
            throw notInside("unlockWrite", "lockWrite");
        }
        lock.release();
        unparkWriter();
    }

    /** Unparks one writer. That writer, or one that overtakes it, unparks the next. */
    private void unparkWriter() {
        LockSupport.unpark(parkedWriters.poll());
    }

    private static IllegalMonitorStateException notInside(String unlock, String lock) {
        return new IllegalMonitorStateException(unlock + " must be called by the thread that locked: caller="
                + Thread.currentThread().getName() + "; call it once for each " + lock);
    }
}
