package org.nr4j.internal.combine;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.ReplicaLock;

/**
 * A published write of a thread that found the combiner busy: the publication slot of flat combining, made for one use
 * and so bounded by nothing but memory. It carries one operation; {@link BatchRequest} those of one atomic batch.
 *
 * <p>States: {@code WAITING}, {@code DONE}, or {@code REDIRECTED} (given back: the replica is retired, its thread asks
 * another one). One combiner at a time works on it. Operation, answer and state are in one object, which is in one
 * cache line or two: it travels to the combiner and back.
 */
/*
 * Publication: the fields are written, then the head of the PublicationList is swung to the request (compareAndSet);
 * the combiner takes it by getAndSet. Answer: the combiner writes the answer, and then, or at the end of its round,
 * DONE (release, complete); the waiter reads DONE (acquire, isDone) and then the answer. Parking: no atomic instruction
 * an answer, but one look for all those answered once the lock is left:
 *
 *   waiter (park)                          combiner
 *   P1 parked = true      (volatile)       C1 state = DONE            (release, complete)
 *   P2 read the lock's holder (volatile)   C2 write the lock's holder (volatile: LockState.release, setHolder)
 *   P3 read state         (volatile)       C3 read parked             (volatile, wakeIfParked)
 *
 * If C3 does not see P1, then C2, C3, P1, P2 is their order, so P2 comes after C2, and C1 happens before P3: the waiter
 * sees DONE and does not sleep. With redirect and failAndWake, C1 is volatile and followed by C3: then P3 sees it by
 * the same order without the lock.
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
     * The next older request in the list of pending ones, or the next one of those answered; written only by the thread
     * that owns the list.
     */
    public @Nullable Request next;

    private @Nullable Object value;
    private @Nullable Throwable failure;
    private final @Nullable Thread waiter;

    /** Written through STATE; read without a call by the thread that has written it. */
    int state;

    @SuppressWarnings("UnusedVariable") // accessed through PARKED
    private boolean parked;

    /** A request of the calling thread. */
    public Request(@Nullable Object op) {
        this(op, Thread.currentThread());
    }

    private Request(@Nullable Object op, @Nullable Thread waiter) {
        this.op = op;
        this.waiter = waiter;
    }

    /** A request that nobody makes: a mark. */
    public static Request mark() {
        return new Request(/* op= */ null, /* waiter= */ null);
    }

    /** Whether that thread waits for it. */
    final boolean isOf(Thread thread) {
        return waiter == thread;
    }

    /** How many operations there are. */
    public int size() {
        return 1;
    }

    /** For the combiner: places the operations from {@code start} on. */
    @SuppressWarnings("NullAway") // only a mark has no operation
    public void putInto(Object[] ops, @Nullable Request[] requests, int start) {
        ops[start] = op;
        requests[start] = this;
    }

    /**
     * For the combiner: records the next answer; true if that was the last. Nobody knows of it before {@link
     * #complete}.
     */
    public boolean answer(@Nullable Object value, @Nullable Throwable failure) {
        this.value = value;
        this.failure = failure;
        return true;
    }

    /** Publishes the answers, which are all there. The thread may sleep: {@link #wakeIfParked}. */
    public final void complete() {
        STATE.setRelease(this, DONE);
    }

    /**
     * For one who holds no lock that the waiter looks at: tells that there will be no other answers than failures, and
     * wakes the waiter.
     */
    public final void failAndWake(Throwable failure) {
        if (answer(null, failure)) {
            complete();
            VarHandle.fullFence(); // what C2 is to a combiner
            wakeIfParked();
        }
    }

    /** For the waiter, once it {@link #isDone}: what the operation was answered. */
    public @Nullable Object value() {
        return value;
    }

    /** For the waiter, once it {@link #isDone}: what the operation threw, or null. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** For the waiter: whether every operation has its answer. */
    public final boolean isDone() {
        return (int) STATE.getAcquire(this) == DONE;
    }

    /** Whether the operations were given back and are in no log. */
    public final boolean isRedirected() {
        return (int) STATE.getAcquire(this) == REDIRECTED;
    }

    /**
     * For the holder of a lock that it will never leave: gives the operations back, of which none is in the log, and
     * wakes the waiter. Idempotent.
     */
    public final void redirect() {
        STATE.setVolatile(this, REDIRECTED);
        wakeIfParked();
    }

    /**
     * For the waiter: sleeps until woken, unless it is done or the lock is free to take or retired. May return early.
     */
    public final void park(Backoff backoff, ReplicaLock lock) {
        PARKED.setVolatile(this, true);
        if (lock.isHeld() && (int) STATE.getVolatile(this) == WAITING) {
            backoff.park(this);
        }
        PARKED.setVolatile(this, false);
    }

    /** Wakes the waiter if it sleeps; it will look at everything anew. */
    public final void wakeIfParked() {
        if ((boolean) PARKED.getVolatile(this)) {
            LockSupport.unpark(waiter);
        }
    }
}
