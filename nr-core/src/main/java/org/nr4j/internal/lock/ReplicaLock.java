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
 * The handshake (store, then load, on both sides; all volatile, hence in one total order):
 *
 *   reader                                holder
 *   R1 cell = thread id  (compareAndSet)  W1 holder = writing        (casHolder, setHolder)
 *   R2 bit of the cell in usedCells       W2 read usedCells          (usedCells)
 *   R3 read holder       (holder)         W3 read each such cell     (isOccupied)
 *
 * If R3 does not see W1, then R3 precedes W1 in that order. So R1 and R2 do too, and W2 and W3 see them: the holder
 * waits. Weaken either side to release/acquire and both may miss each other (the jcstress test of the handshake has
 * such twins).
 *
 * A reader leaves with a release store to its cell, which W3 reads with volatile semantics: all that the reader read
 * happens before what the holder then writes. A holder leaves with a volatile store to the word, which R3 reads: what
 * it wrote is visible to the readers that enter.
 *
 * An optimistic reader leaves no trace and is not waited for. It finds out afterwards whether anything was written
 * meanwhile:
 *
 *   reader                                          holder
 *   V1 read version            (acquire)            H1 holder = writing      (volatile: W1)
 *   V2 read holder: not writing, else do not begin  H2 version + 1           (nextVersion: release, storeStoreFence)
 *   V3 read the structure      (plain)              H3 write the structure   (plain)
 *   V4 read version: the same  (acquireFence, then opaque: isVersion), else throw away what was read
 *
 * If V3 sees anything of H3, then V4, by the two fences, sees H2 or what came after it. Suppose V1 saw that already.
 * Then it saw H1 too, so V2 saw H1 and did not begin, or saw a later word, by which the holder had let readers in: then
 * V3 sees all of that H3, and had nothing of it left to see half. Else V4 finds another version than V1. Drop any of
 * the four and half a change is taken for a whole one (see the jcstress test and its weakened twins).
 *
 * Errors. Any call may overflow the stack, any allocation may find no memory. So nothing is left to a call between
 * taking and the try that sees to leaving; where leaving by calls fails, fields and array elements are stored instead,
 * which needs no stack. A reader leaves so at once. A holder has more to do before it may leave, which others can do as
 * well: it abandons the lock (HolderSection), and who needs it next takes over, in the mode that it was in. It wakes
 * nobody, so no thread sleeps for longer than Backoff allows without looking whether the lock was abandoned.
 */
public final class ReplicaLock {
    /** What {@link #tryEnter} returns when the holder keeps readers out. */
    public static final int NOT_ENTERED = Integer.MIN_VALUE;

    /** What {@link #tryOptimisticRead} returns then: no version. */
    public static final long WRITING = 0;

    /** What a {@code try...} method returns that would return an answer, when it did nothing. */
    private static final Object REFUSED = new Object();

    static final int FORGET_MASK = 0xFF; // every 256th time
    private static final long SHORTEST_SLEEP_NANOS = 1_000;
    private static final long LONGEST_SLEEP_NANOS = 1_000_000;

    private final LockState state = new LockState();
    private final ReaderCells readers;
    private final LockWaiters waiters = new LockWaiters(state);

    /** How often a holder has waited for readers; written by the holder only. */
    private int scans;

    private final WaitStrategy waitStrategy;
    private final WaitCounters waits;

    /** The holder's wait for readers: made here, since a holder that finds no memory for it could not go on. */
    private final Backoff waitForReaders;

    /** A free lock with as many cells as the machine can make use of. */
    public ReplicaLock(WaitStrategy waitStrategy, WaitCounters waits) {
        this(
                waitStrategy,
                waits,
                Math.max(
                        ReaderCells.CELLS_PER_BITMAP,
                        2 * Integer.highestOneBit(Runtime.getRuntime().availableProcessors())));
    }

    /** A free lock with that many cells, a power of two; few, so that tests make readers share one. */
    public ReplicaLock(WaitStrategy waitStrategy, WaitCounters waits, int cellCount) {
        this.waitStrategy = waitStrategy;
        this.waits = waits;
        this.waitForReaders = newBackoff();
        this.readers = new ReaderCells(state, cellCount);
    }

    /** Whether an answer says that nothing was done, since the lock could not be had. */
    public static boolean isRefused(@Nullable Object answer) {
        return answer == REFUSED;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T> T refused() {
        return (T) REFUSED; // compared by reference, before it is taken for anything else
    }

    // ---- readers ----

    /**
     * Reads as a reader inside, unless the holder keeps readers out: {@link #isRefused}.
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
                    // and
                    // nothing moves up past the volatile load, so the plain store after the two is a release.
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

    /** Leaves; {@code entry} is what {@link #tryEnter} returned. */
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
     * Whether nobody has written since {@link #tryOptimisticRead} returned that number, which is not {@link #WRITING}.
     * Then what the calling thread has read meanwhile was so at one moment.
     */
    public boolean isUnchanged(long version) {
        return state.isVersion(version);
    }

    /**
     * Leaves as the reader with that id, which is the calling thread's.
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

    /** Waits for the holder to let readers in: see {@link LockWaiters}. */
    public void awaitReadable(Backoff backoff) {
        waiters.awaitReadable(backoff);
    }

    /** Waits one step for the holder to leave. */
    public void awaitFree(Backoff backoff) {
        waiters.awaitFree(backoff);
    }

    // ---- the holder ----

    /**
     * Takes the lock for updating if it is free or abandoned. Then it is in the mode that it was abandoned in.
     *
     * @throws IllegalStateException if the calling thread is inside as a reader
     */
    public boolean tryUpdate(long threadId) {
        readers.refuse(threadId);
        return state.casHolder(LockState.FREE, LockState.updating(threadId)) || state.tryTakeOver(threadId);
    }

    /** Takes the lock as {@link #tryUpdate(long)} and does that as the holder; or {@linkplain #isRefused refused}. */
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

    /** Takes the lock as {@link #tryWrite(long)} and does that as the holder, or is {@linkplain #isRefused refused}. */
    public <T extends @Nullable Object, S extends @Nullable Object> S tryWrite(
            HolderSection<T, S> section, T argument, long threadId) {
        boolean held = false;
        try { // written twice, so that the JIT learns of each what its sections are
            held = tryWrite(threadId);
            return held ? section.asHolder(argument, threadId) : refused();
        } finally {
            if (held && state.holder >>> 1 == threadId) {
                state.abandoned = state.holder;
            }
        }
    }

    /**
     * Takes the lock for writing if it is free, then waits for the readers inside. If that fails, it leaves the lock.
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
            awaitReaders();
            return true;
        } catch (Throwable e) { // nothing was written
            state.holder = LockState.FREE;
            throw e;
        }
    }

    /** Takes the lock for writing if it is free and no reader is inside; throws like {@link #tryUpdate}. */
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

    /** The holder goes from updating to writing: keeps new readers out and waits for those inside. */
    public void upgrade(long threadId) {
        long before = state.holder;
        try {
            state.setHolder(LockState.writing(threadId));
            state.nextVersion();
            awaitReaders();
        } catch (Throwable e) {
            state.holder = before; // readers may be inside still, and others must not take them for gone
            throw e;
        }
    }

    /** The holder goes from writing to updating: readers may enter again. */
    public void downgrade(long threadId) {
        state.setHolder(LockState.updating(threadId));
        wakeSleepers();
    }

    /** The holder leaves. */
    public void release() {
        state.release();
        wakeSleepers();
    }

    /** The holder, who is writing, locks for ever: nobody will read or write here again, and nobody waits for it. */
    public void retire() {
        state.setHolder(LockState.RETIRED);
        wakeSleepers();
    }

    /** Whether {@link #tryUpdate} would get the lock: nobody holds it, or the holder could not leave. */
    public boolean isFree() {
        return state.holder() == LockState.FREE || state.isAbandoned();
    }

    /** Whether the holder could not leave, and nobody has taken over. */
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

    /** Waits until no reader is inside that entered before the word said "writing". */
    private void awaitReaders() {
        if ((++scans & FORGET_MASK) == 0) {
            readers.forgetIdleCells();
        }
        int count = readers.count();
        for (long used = state.usedCells(); used != 0; used &= used - 1) {
            for (int cell = Long.numberOfTrailingZeros(used); cell < count; cell += ReaderCells.CELLS_PER_BITMAP) {
                if (readers.isOccupied(cell)) {
                    awaitReaderSlowPath(cell);
                }
            }
        }
    }

    /** A reader that leaves wakes nobody: that would cost each read a fence. So the holder looks again by itself. */
    private void awaitReaderSlowPath(int cell) {
        waitForReaders.begin();
        try {
            long nanos = SHORTEST_SLEEP_NANOS;
            while (readers.isOccupied(cell)) {
                if (!waitForReaders.pause()) {
                    waitForReaders.sleep(this, nanos);
                    nanos = Math.min(2 * nanos, LONGEST_SLEEP_NANOS);
                }
            }
        } finally {
            waitForReaders.close();
        }
    }

    /** About how many readers there were of late: as many as use cells, 64 at most. */
    public int readers() {
        return Long.bitCount(state.usedCells());
    }

    /** How those wait who wait for this lock. */
    public WaitStrategy waitStrategy() {
        return waitStrategy;
    }

    /** A wait of the calling thread, by this lock's strategy. */
    public Backoff newBackoff() {
        return new Backoff(waitStrategy, waits);
    }

    /** The same, with something to do before it sleeps. */
    public Backoff newBackoff(Runnable beforeSleep) {
        return new Backoff(waitStrategy, waits, beforeSleep);
    }

    /** Throws if that thread holds the lock. */
    public void refuseHolder(long threadId) {
        if (isHeldBy(threadId)) {
            throw ReentrancyGuard.reentrant();
        }
    }

    /** Whether that thread is inside, as a reader or as the holder; exact when asked by the thread itself. */
    public boolean isInside(long threadId) {
        return readers.isReader(threadId) || isHeldBy(threadId);
    }

    /** Throws if that thread is. */
    public void refuseInside(long threadId) {
        if (isInside(threadId)) {
            throw ReentrancyGuard.reentrant();
        }
    }
}
