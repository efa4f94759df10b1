package org.nr4j;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.nr4j.internal.admin.Operations;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.stats.WaitCounters;

/**
 * A readers-writer lock whose readers do not disturb each other: each marks a cache line of its own. It is what protects each replica (NR paper, §4), by itself.
 *
 * <p>Entering and leaving as a reader cost one atomic instruction and one store, however many readers there are; a writer has to look at every reader's cell. So it suits
 * structures that are read far more often than written, for short times. Writers go before readers that arrive after them; among writers a running one goes before a sleeping one, so there is no fairness in the
 * strict sense.
 *
 * <pre>{@code
 * int entry = lock.lockRead();
 * try {
 *     ...
 * } finally {
 *     lock.unlockRead(entry);
 * }
 * }</pre>
 *
 * <p><b>Threads</b>: any, without registration. <b>Not reentrant</b>: a thread that is inside, either way, and asks again gets an {@link IllegalStateException}. <b>Memory</b>: unlocking happens before
 * locking after it, as with {@link java.util.concurrent.locks.ReadWriteLock}. Waiting ignores interrupts and keeps them.
 */
public final class DistributedReadWriteLock {
    private final ReplicaLock lock;

    /** Writers that sleep, or are about to. A writer enters here, then looks at the lock once more; who leaves the lock looks here afterwards. */
    private final Queue<Thread> sleepingWriters = new ConcurrentLinkedQueue<>();

    /** A free lock with the default wait strategy. */
    public DistributedReadWriteLock() {
        this(WaitStrategy.adaptive());
    }

    /** A free lock whose threads wait as told. */
    public DistributedReadWriteLock(WaitStrategy waitStrategy) {
        if (waitStrategy == null) {
            throw new NullPointerException(
                    "waitStrategy must not be null: pass WaitStrategy.adaptive() or leave it out");
        }
        this.lock = new ReplicaLock(waitStrategy, new WaitCounters());
    }

    /**
     * Enters as a reader, waiting while a writer is inside or about to be.
     *
     * @return to be given to {@link #unlockRead} by the same thread
     * @throws IllegalStateException if the thread is inside already
     */
    public int lockRead() {
        int entry = lock.tryEnter(Operations.currentThreadId());
        return entry == ReplicaLock.NOT_ENTERED ? lockReadSlowPath() : entry;
    }

    private int lockReadSlowPath() {
        try (Backoff backoff = lock.newBackoff()) {
            int entry;
            do {
                lock.awaitReadable(backoff);
                entry = lock.tryEnter(Operations.currentThreadId());
            } while (entry == ReplicaLock.NOT_ENTERED);
            return entry;
        }
    }

    /**
     * Leaves as a reader.
     *
     * @param entry what {@link #lockRead} returned
     * @throws IllegalMonitorStateException if the thread is not inside as a reader
     */
    public void unlockRead(int entry) {
        long threadId = Operations.currentThreadId();
        if (!lock.isReader(threadId)) {
            throw new IllegalMonitorStateException("unlockRead must be called by the thread that locked: caller="
                    + Thread.currentThread().getName() + "; call it once for each lockRead");
        }
        lock.leave(entry, threadId);
    }

    /**
     * Enters as a writer, waiting until all others are out.
     *
     * @throws IllegalStateException if the thread is inside already
     */
    public void lockWrite() {
        if (!lock.tryWrite(Operations.currentThreadId())) {
            lockWriteSlowPath();
        }
    }

    private void lockWriteSlowPath() {
        long threadId = Operations.currentThreadId();
        lock.refuseHolder(threadId);
        try (Backoff backoff = lock.newBackoff()) {
            while (!lock.isFree() || !lock.tryWrite(threadId)) {
                if (!backoff.pause()) {
                    sleepUntilFree(backoff);
                }
            }
        }
    }

    private void sleepUntilFree(Backoff backoff) {
        Thread self = Thread.currentThread();
        sleepingWriters.add(self);
        if (!lock.isFree()) {
            backoff.park(this);
        }
        sleepingWriters.remove(self);
    }

    /**
     * Enters as a writer if nobody is inside at the moment.
     *
     * @throws IllegalStateException if the thread is inside already as a reader
     */
    public boolean tryLockWrite() {
        boolean entered = lock.tryWriteNow(Operations.currentThreadId());
        if (!entered) {
            wakeWriter(); // the attempt may have kept a writer out for a moment, long enough for it to go to sleep
        }
        return entered;
    }

    /**
     * Leaves as a writer.
     *
     * @throws IllegalMonitorStateException if the thread is not inside as a writer
     */
    public void unlockWrite() {
        if (!lock.isHeldBy(Operations.currentThreadId())) {
            throw new IllegalMonitorStateException("unlockWrite must be called by the thread that locked: caller="
                    + Thread.currentThread().getName() + "; call it once for each lockWrite");
        }
        lock.release();
        wakeWriter();
    }

    /** Wakes one writer; that is enough: it, or the one who overtakes it, wakes the next. */
    private void wakeWriter() {
        LockSupport.unpark(sleepingWriters.poll());
    }
}
