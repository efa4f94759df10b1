package org.nr4j.internal.lock;

import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.lock.ReaderCells.Guest;
import org.nr4j.internal.stats.WaitCounters;

/**
 * The lock of one replica: the combiner's lock and the distributed readers-writer lock of the NR paper (ASPLOS 2017,
 * §5.5) in one word.
 *
 * <p>At most one thread holds it, in one of two modes. <em>Updating</em>: it collects operations and fills the log;
 * readers go on. <em>Writing</em>: it applies operations; readers stay out. Readers do not touch the word; each marks
 * one of the {@link ReaderCells}.
 *
 * <p>Any thread may call any method. Taking and leaving never block, except that a holder that switches to writing
 * waits for the readers inside. Writers go before readers that arrive after them.
 */
/*
 * The handshake. Both sides store, then load. All these accesses are volatile, so they have one total order.
 *
 *   reader                                holder
 *   R1 cell = thread id  (compareAndSet)  W1 holder = writing        (casHolder, setHolder)
 *   R2 bit of the cell in usedCells       W2 read usedCells          (usedCells)
 *   R3 read holder       (holder)         W3 read each such cell     (isOccupied)
 *
 * If R3 does not see W1, then R3 precedes W1 in that order. Then R1 and R2 precede it, too, and W2 and W3 see them: the
 * holder waits. If either side is weakened to release/acquire, both may miss each other. The jcstress test of the
 * handshake has such twins.
 *
 * A reader leaves with a release store to its cell, which W3 reads with volatile semantics. So all that the reader read
 * happens before what the holder then writes. A holder leaves with a volatile store to the word, which R3 reads. So
 * what the holder wrote is visible to the readers that enter.
 *
 * An optimistic reader leaves no trace, and no holder waits for it. It checks afterwards whether a holder has written
 * meanwhile:
 *
 *   reader                                          holder
 *   V1 read version            (acquire)            H1 holder = writing      (volatile: W1)
 *   V2 read holder: not writing, else do not begin  H2 version + 1           (nextVersion: release, storeStoreFence)
 *   V3 read the structure      (plain)              H3 write the structure   (plain)
 *   V4 read version: the same  (acquireFence, then opaque: isVersion), else throw away what was read
 *
 * If V3 sees anything of H3, then V4, by the two fences, sees H2 or a later version. Either V1 saw an earlier version
 * than V4, and the reader throws the answer away. Or V1 saw the same version. Then V1 saw H1, too. So V2 either saw H1,
 * and the reader did not begin, or saw a later word, by which the holder had let readers in. In that case V3 sees all
 * of H3, and not a half. Without any one of the four steps, a reader may take half a change for a whole one (see the
 * jcstress test and its weakened twins).
 *
 * Errors. Any call may overflow the stack, and any allocation may find no memory. So no call stands between taking the
 * lock and the `try` that leaves it. If leaving by calls fails, the thread stores fields and array elements instead,
 * which needs no stack. A reader leaves in this way at once. A holder has more to do before it may leave, and other
 * threads can do that as well. So it abandons the lock (HolderSection). The next thread that needs the lock takes it
 * over, in the same mode. Abandoning wakes no thread. So no thread sleeps longer than Backoff allows without a look
 * whether the lock was abandoned.
 */
public final class ReplicaLock {
    /** What {@link #tryEnter} returns when the holder keeps readers out. */
    public static final int NOT_ENTERED = Integer.MIN_VALUE;

    /** What {@link #tryOptimisticRead} returns when the holder keeps readers out. It is no version. */
    public static final long WRITING = 0;

    /** What a {@code try...} method returns in place of an answer when it did nothing. */
    private static final Object REFUSED = new Object();

    private final LockState state = new LockState();
    private final ReaderCells readers;
    private final LockWaiters waiters = new LockWaiters(state);

    private final WaitStrategy waitStrategy;
    private final WaitCounters waits;

    /** Creates a free lock with as many cells as the machine can make use of. */
    public ReplicaLock(WaitStrategy waitStrategy, WaitCounters waits) {
        this(
                waitStrategy,
                waits,
                Math.max(
                        ReaderCells.CELLS_PER_BITMAP,
                        2 * Integer.highestOneBit(Runtime.getRuntime().availableProcessors())));
    }

    /** Creates a free lock with that many cells, a power of two. Tests use few cells, so that readers share them. */
    public ReplicaLock(WaitStrategy waitStrategy, WaitCounters waits, int cellCount) {
        this.waitStrategy = waitStrategy;
        this.waits = waits;
        this.readers = new ReaderCells(state, cellCount, newBackoff());
    }

    /** Whether an answer says that nothing was done, because the lock was not available. */
    public static boolean isRefused(@Nullable Object answer) {
        return answer == REFUSED;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T> T refused() {
        return (T) REFUSED; // callers compare it by reference before they use it
    }

    // ---- readers ----

    /**
     * Reads as a reader inside. If the holder keeps readers out, does nothing and returns what {@link #isRefused}
     * recognises.
     *
     * @throws IllegalStateException if the calling thread is inside already, as a reader or as the holder
     */
    public <R, A extends @Nullable Object> A tryRead(Dispatch<R, ?, A> dispatch, R op, long threadId) {
        int entry = NOT_ENTERED;
        try {
            entry = tryEnter(threadId);
            return entry == NOT_ENTERED ? refused() : dispatch.dispatch(op);
        } finally {
            if (entry != NOT_ENTERED) {
                try {
                    leave(entry, threadId);
                } catch (Throwable e) {
                    // What was read must be read before the cell is left. No load moves down past the volatile store,
                    // and nothing moves up past the volatile load. So the plain store after the two is a release.
                    state.fence = 0;
                    if (state.fence == 0 && entry >= 0) {
                        readers.owners[(entry + 1) * ReaderCells.STRIDE] = 0;
                    }
                    for (Guest g = entry < 0 ? readers.guests[~entry] : null; g != null; g = g.next) {
                        if (g.threadId == threadId) {
                            g.threadId = 0;
                        }
                    }
                }
            }
        }
    }

    /** Enters as a reader: see {@link ReaderCells#tryEnter}. */
    public int tryEnter(long threadId) {
        return readers.tryEnter(threadId);
    }

    /** Leaves. {@code entry} is what {@link #tryEnter} returned. */
    public void leave(int entry, long threadId) {
        readers.leave(entry, threadId);
    }

    /**
     * Begins to read without entering.
     *
     * @return a number to give to {@link #isUnchanged}, or {@link #WRITING} if the holder keeps readers out
     */
    public long tryOptimisticRead() {
        long version = state.version();
        return LockState.excludesReaders(state.holder()) ? WRITING : version;
    }

    /**
     * Whether no thread has written since {@link #tryOptimisticRead} returned that number, which must not be {@link
     * #WRITING}. If so, what the calling thread has read meanwhile was the state at one moment.
     */
    public boolean isUnchanged(long version) {
        return state.isVersion(version);
    }

    /**
     * Leaves, if the calling thread, which has this id, is inside as a reader.
     *
     * @return false if the thread is not inside as a reader
     */
    public boolean leaveIfReader(long threadId) {
        int entry = readers.entryOf(threadId);
        if (entry == NOT_ENTERED) {
            return false;
        }
        leave(entry, threadId);
        return true;
    }

    /** Waits until the holder lets readers in: see {@link LockWaiters}. */
    public void awaitReadable(Backoff backoff) {
        waiters.awaitReadable(backoff);
    }

    /** Does one step of a wait for the holder to leave. */
    public void awaitFree(Backoff backoff) {
        waiters.awaitFree(backoff);
    }

    // ---- the holder ----

    /**
     * Takes the lock for updating if it is free or abandoned. An abandoned lock stays in the mode in which it was
     * abandoned.
     *
     * @throws IllegalStateException if the calling thread is inside as a reader
     */
    public boolean tryUpdate(long threadId) {
        readers.refuse(threadId);
        return state.casHolder(LockState.FREE, LockState.updating(threadId)) || state.tryTakeOver(threadId);
    }

    /**
     * Takes the lock as {@link #tryUpdate(long)} and runs the section as the holder, or is {@linkplain #isRefused
     * refused}.
     */
    public <T extends @Nullable Object, S extends @Nullable Object> S tryUpdate(
            HolderSection<T, S> section, T argument, long threadId) {
        boolean held = false;
        try {
            held = tryUpdate(threadId);
            return held ? section.asHolder(argument, threadId) : refused();
        } finally {
            if (held && state.holder >>> 1 == threadId) {
                state.abandoned = state.holder;
            }
        }
    }

    /**
     * Takes the lock as {@link #tryWrite(long)} and runs the section as the holder, or is {@linkplain #isRefused
     * refused}.
     */
    public <T extends @Nullable Object, S extends @Nullable Object> S tryWrite(
            HolderSection<T, S> section, T argument, long threadId) {
        boolean held = false;
        try { // the same code twice, so that the JIT profiles the sections of each apart
            held = tryWrite(threadId);
            return held ? section.asHolder(argument, threadId) : refused();
        } finally {
            if (held && state.holder >>> 1 == threadId) {
                state.abandoned = state.holder;
            }
        }
    }

    /**
     * Takes the lock for writing if it is free, then waits for the readers inside. If the wait fails, leaves the lock.
     *
     * @throws IllegalStateException if the calling thread is inside as a reader
     */
    public boolean tryWrite(long threadId) {
        readers.refuse(threadId);
        if (!state.casHolder(LockState.FREE, LockState.writing(threadId))) {
            return false;
        }
        try {
            state.nextVersion();
            readers.awaitReaders();
            return true;
        } catch (Throwable e) { // nothing was written
            state.holder = LockState.FREE;
            throw e;
        }
    }

    /** Takes the lock for writing if it is free and no reader is inside. Throws as {@link #tryUpdate(long)}. */
    public boolean tryWriteNow(long threadId) {
        readers.refuse(threadId);
        if (!state.casHolder(LockState.FREE, LockState.writing(threadId))) {
            return false;
        }
        boolean alone = false;
        try {
            state.nextVersion();
            alone = !readers.isAnyOccupied();
        } finally {
            if (!alone) {
                state.holder = LockState.FREE;
            }
        }
        if (!alone) {
            wakeSleepers();
        }
        return alone;
    }

    /** Switches from updating to writing: keeps new readers out and waits for those inside. For the holder. */
    public void upgrade(long threadId) {
        long before = state.holder;
        try {
            state.setHolder(LockState.writing(threadId));
            state.nextVersion();
            readers.awaitReaders();
        } catch (Throwable e) {
            state.holder = before; // readers may still be inside: a thread that takes over must not take them for gone
            throw e;
        }
    }

    /** Switches from writing to updating: readers may enter again. For the holder. */
    public void downgrade(long threadId) {
        state.setHolder(LockState.updating(threadId));
        wakeSleepers();
    }

    /** Leaves the lock. For the holder. */
    public void release() {
        state.release();
        wakeSleepers();
    }

    /** Retires the lock: no thread will read or write here again, or wait for it. For the holder, in writing mode. */
    public void retire() {
        state.setHolder(LockState.RETIRED);
        wakeSleepers();
    }

    /** Whether {@link #tryUpdate(long)} would get the lock: no thread holds it, or the holder could not leave. */
    public boolean isFree() {
        return state.holder() == LockState.FREE || state.isAbandoned();
    }

    /** Whether the holder could not leave, and no thread has taken over. */
    public boolean isAbandoned() {
        return state.isAbandoned();
    }

    /** Whether a thread holds the lock and will leave it one day. */
    public boolean isHeld() {
        return waiters.mustWait(/* asReader= */ false);
    }

    /** Whether the lock was retired. */
    public boolean isRetired() {
        return state.holder() == LockState.RETIRED;
    }

    /** Whether that thread holds the lock. */
    public boolean isHeldBy(long threadId) {
        return LockState.isHeldBy(state.holder(), threadId) && !state.isAbandoned();
    }

    private void wakeSleepers() {
        if (state.parked() != 0) {
            waiters.wakeAll();
        }
    }

    /** Returns about how many readers there were recently: the number of used cells, 64 at most. */
    public int readers() {
        return Long.bitCount(state.usedCells());
    }

    /** Returns how threads wait for this lock. */
    public WaitStrategy waitStrategy() {
        return waitStrategy;
    }

    /** Creates a wait of the calling thread, by this lock's strategy. */
    public Backoff newBackoff() {
        return new Backoff(waitStrategy, waits);
    }

    /** Creates a wait of the calling thread that calls {@code beforeSleep} before it sleeps. */
    public Backoff newBackoff(Runnable beforeSleep) {
        return new Backoff(waitStrategy, waits, beforeSleep);
    }

    /** Throws if that thread holds the lock. */
    public void refuseHolder(long threadId) {
        if (isHeldBy(threadId)) {
            throw ReentrancyGuard.reentrant();
        }
    }

    /** Whether that thread is inside, as a reader or as the holder. Exact if the thread itself asks. */
    public boolean isInside(long threadId) {
        return readers.isReader(threadId) || isHeldBy(threadId);
    }

    /** Throws if that thread is inside. */
    public void refuseInside(long threadId) {
        if (isInside(threadId)) {
            throw ReentrancyGuard.reentrant();
        }
    }
}
