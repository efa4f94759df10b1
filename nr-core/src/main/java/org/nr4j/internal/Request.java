package org.nr4j.internal;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A published write of a thread that found the combiner busy: the publication slot of flat combining, made for one use and so bounded by nothing but
 * memory. It carries one operation, or the operations of one atomic batch.
 *
 * <p>States: {@code WAITING} (its thread runs), {@code PARKED} (its thread sleeps or is about to), {@code DONE}, or {@code MOVED} (given back: the replica is retired, its thread asks another one). One
 * combiner at a time works on it.
 */
/*
 * Publication: the fields are written, then Replica.pending is swung to the request (compareAndSet); the combiner takes it by getAndSet.
 * Answer: the combiner writes the answers, then exchanges the state for DONE (W); the waiter reads DONE (isDone, acquire) and then the answers.
 * Parking: the waiter goes from WAITING to PARKED by compareAndSet, and sleeps only if that succeeded; the combiner's exchange
 * returns what was there. Both are atomic on one word, so either the waiter sees DONE or the combiner sees PARKED and unparks.
 */
final class Request {
    private static final int WAITING = 0;
    private static final int PARKED = 1;
    private static final int DONE = 2;
    private static final int MOVED = 3;

    private static final VarHandle STATE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "state", VarHandle.class, Request.class, int.class);

    /** The operations: one, or a whole batch. */
    final Object[] ops;

    /** The next older request in the list of pending ones, or the next one to wake; written only by the thread that owns the list. */
    @Nullable
    Request next;

    private final Answers answers;
    private final @Nullable Thread waiter;

    @SuppressWarnings("UnusedVariable") // accessed through STATE
    private int state;

    /** A request of the calling thread. */
    Request(Object[] ops) {
        this(ops, Thread.currentThread());
    }

    private Request(Object[] ops, @Nullable Thread waiter) {
        this.ops = ops;
        this.waiter = waiter;
        this.answers = new Answers(ops.length);
    }

    /** A request that nobody makes: a mark. */
    static Request mark() {
        return new Request(new Object[0], /* waiter= */ null);
    }

    /** The waiter's side: what the operations were answered; to be read once {@link #isDone}. */
    Answers answers() {
        return answers;
    }

    /** Whether every operation has its answer. */
    boolean isDone() {
        return (int) STATE.getAcquire(this) == DONE;
    }

    /** Whether the operations were given back and are in no log. */
    boolean isMoved() {
        return (int) STATE.getAcquire(this) == MOVED;
    }

    /** For the holder of a lock that it will never leave: gives the operations back, of which none is in the log, and wakes the waiter. Idempotent. */
    void move() {
        if ((int) STATE.getAndSet(this, MOVED) == PARKED) {
            wake();
        }
    }

    /** The combiner's side: records the next answer; true if that was the last and the waiter sleeps, so that it must be {@linkplain #wake woken}. */
    boolean answer(@Nullable Object answer, @Nullable Throwable failure) {
        answers.add(answer, failure);
        return answers.isComplete() && (int) STATE.getAndSet(this, DONE) == PARKED;
    }

    /**
     * The waiter's side: sleeps until woken, unless it is done or the lock is free to take or retired. May return early.
     *
     * <p>The lock is looked at once more after the state says PARKED, since the one who leaves it looks in the opposite order
     * ({@link LockState#release}, then {@link #wakeIfParked}).
     */
    void park(Backoff backoff, ReplicaLock lock) {
        if (STATE.compareAndSet(this, WAITING, PARKED)) {
            if (lock.isHeld()) {
                backoff.park(this);
            }
            STATE.compareAndSet(this, PARKED, WAITING);
        }
    }

    /** Wakes the waiter if it sleeps; it will look at everything anew. */
    void wakeIfParked() {
        if ((int) STATE.getVolatile(this) == PARKED) {
            wake();
        }
    }

    void wake() {
        LockSupport.unpark(waiter);
    }
}
