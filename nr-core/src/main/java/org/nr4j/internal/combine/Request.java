package org.nr4j.internal.combine;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.ReplicaLock;

/**
 * A published write of a thread that found the combiner busy. It is the publication slot of flat combining. It is used
 * once, so that only memory bounds the number of slots. It carries one operation; a {@link BatchRequest} carries the
 * operations of one atomic batch.
 *
 * <p>The states are {@code WAITING}, {@code DONE} and {@code REDIRECTED}. A redirected request belongs to a retired
 * replica, so its thread asks another one. One combiner at a time works on a request. Operation, answer and state are
 * in one object, on one or two cache lines, which travel to the combiner and back.
 */
/*
 * Publication. The publisher writes the fields, then makes the request the head of the PublicationList (compareAndSet).
 * The combiner takes the list by getAndSet.
 *
 * Answer. The combiner writes the answer. Then, or at the end of its round, it writes DONE (release, complete). The
 * waiter reads DONE (acquire, isDone), then the answer.
 *
 * Parking. An answer needs no atomic instruction. Instead, the combiner first leaves the lock, and then looks once at
 * each request that it has answered:
 *
 *   waiter (park)                          combiner
 *   P1 parked = true      (volatile)       C1 state = DONE            (release, complete)
 *   P2 read the lock's holder (volatile)   C2 write the lock's holder (volatile: LockState.release, setHolder)
 *   P3 read state         (volatile)       C3 read parked             (volatile, wakeIfParked)
 *
 * If C3 does not see P1, then the order is C2, C3, P1, P2. P2 comes after C2, so C1 happens before P3: the waiter sees
 * DONE and does not sleep. redirect and failAndWake do this without the lock. In redirect, C1 is volatile and C3
 * follows it. In failAndWake, a full fence stands between C1 and C3. P3 then sees C1 by the same order.
 */
public class Request {
    private static final int WAITING = 0;
    static final int DONE = 1;
    private static final int REDIRECTED = 2;

    private static final VarHandle STATE = handle("state", int.class);
    private static final VarHandle PARKED = handle("parked", boolean.class);

    private static VarHandle handle(String field, Class<?> type) {
        return ConstantBootstraps.fieldVarHandle(MethodHandles.lookup(), field, VarHandle.class, Request.class, type);
    }

    private final @Nullable Object op;

    /**
     * The next older request in the list of pending ones, or the next one in the list of answered ones. Only the thread
     * that owns the list writes this field.
     */
    public @Nullable Request next;

    private @Nullable Object value;
    private @Nullable Throwable failure;
    private final @Nullable Thread waiter;

    /** Written through STATE. The thread that has written it may read the field itself, without a call. */
    int state;

    @SuppressWarnings("UnusedVariable") // accessed through PARKED
    private boolean parked;

    /** Creates a request of the calling thread. */
    public Request(@Nullable Object op) {
        this(op, Thread.currentThread());
    }

    private Request(@Nullable Object op, @Nullable Thread waiter) {
        this.op = op;
        this.waiter = waiter;
    }

    /** Creates a mark, which is a request of no thread. */
    public static Request mark() {
        return new Request(/* op= */ null, /* waiter= */ null);
    }

    /** Whether that thread waits for this request. */
    final boolean isOf(Thread thread) {
        return waiter == thread;
    }

    /** Returns the number of operations. */
    public int size() {
        return 1;
    }

    /**
     * Puts the operations into {@code ops}, and this request into {@code requests}, from {@code start} on. For the
     * combiner.
     */
    @SuppressWarnings("NullAway") // only a mark has no operation
    public void putInto(Object[] ops, @Nullable Request[] requests, int start) {
        ops[start] = op;
        requests[start] = this;
    }

    /**
     * Records the next answer. Returns true if that was the last one. No other thread sees the answer before {@link
     * #complete}. For the combiner.
     */
    public boolean answer(@Nullable Object value, @Nullable Throwable failure) {
        this.value = value;
        this.failure = failure;
        return true;
    }

    /** Publishes the answers, which must all be recorded. The waiter may sleep: see {@link #wakeIfParked}. */
    public final void complete() {
        STATE.setRelease(this, DONE);
    }

    /**
     * Records a failure as the next answer. If that was the last answer, completes the request and wakes the waiter.
     * For a thread that does not hold the lock that the waiter looks at.
     */
    public final void failAndWake(Throwable failure) {
        if (answer(null, failure)) {
            complete();
            VarHandle.fullFence(); // in the place of C2
            wakeIfParked();
        }
    }

    /** Returns the value with which the operation was answered. For the waiter, once the request {@link #isDone}. */
    public @Nullable Object value() {
        return value;
    }

    /** Returns what the operation threw, or null. For the waiter, once the request {@link #isDone}. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** Whether every operation has its answer. For the waiter. */
    public final boolean isDone() {
        return (int) STATE.getAcquire(this) == DONE;
    }

    /** Whether the request was redirected: its operations are in no log. */
    public final boolean isRedirected() {
        return (int) STATE.getAcquire(this) == REDIRECTED;
    }

    /**
     * Redirects the request and wakes the waiter. None of its operations may be in the log. Idempotent. For the holder
     * of a lock that it will never leave.
     */
    public final void redirect() {
        STATE.setVolatile(this, REDIRECTED);
        wakeIfParked();
    }

    /**
     * Parks the waiter until it is unparked, unless the request is done or redirected, or the lock is free, abandoned
     * or retired. May return early. For the waiter.
     */
    public final void park(Backoff backoff, ReplicaLock lock) {
        PARKED.setVolatile(this, true);
        if (lock.isHeld() && (int) STATE.getVolatile(this) == WAITING) {
            backoff.park(this);
        }
        PARKED.setVolatile(this, false);
    }

    /** Wakes the waiter if it sleeps. The waiter then checks the request and the lock again. */
    public final void wakeIfParked() {
        if ((boolean) PARKED.getVolatile(this)) {
            LockSupport.unpark(waiter);
        }
    }

    /** Wakes the sleeping waiters of these requests, linked. Called after the lock's word was written: see C2, C3. */
    static void wakeAll(@Nullable Request answered) {
        for (Request request = answered; request != null; request = request.next) {
            request.wakeIfParked();
        }
    }
}
