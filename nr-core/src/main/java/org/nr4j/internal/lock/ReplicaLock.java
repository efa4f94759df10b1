package org.nr4j.internal.lock;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.stats.WaitCounters;

/**
 * The lock of one replica: the combiner's lock and the distributed readers-writer lock of the NR paper (ASPLOS 2017, §4) in one word.
 *
 * <p>At most one thread holds it, in one of two modes: <em>updating</em> (it collects operations and fills the log; readers go on) or
 * <em>writing</em> (it applies operations; readers stay out). Readers do not touch the word; each marks a cell, found by its
 * thread id, on a cache line that no other reader is likely to use.
 *
 * <p>Any thread may call any method. Taking and leaving never block, except that a holder that switches to writing waits for the readers
 * inside. Writers go before readers that arrive after them.
 */
/*
 * The handshake (store, then load, on both sides; all volatile, hence in one total order):
 *
 *   reader                                holder
 *   R1 cell = thread id  (compareAndSet)  W1 holder = writing        (casHolder, setHolder)
 *   R2 bit of the cell in usedCells       W2 read usedCells          (usedCells)
 *   R3 read holder       (holder)         W3 read each such cell     (isOccupied)
 *
 * If R3 does not see W1, then R3 precedes W1 in that order, so R1 and R2 do too, and W2 and W3 see them: the holder waits. Weaken
 * either side to release/acquire and both may miss each other (see the jcstress test of the handshake and its weakened twin).
 *
 * A reader leaves with a release store to its cell, which W3 reads with volatile semantics: all that the reader read happens before
 * what the holder then writes. A holder leaves with a volatile store to the word, which R3 reads: what it wrote is visible to the readers that enter.
 *
 * A cell has two words. The first is the id of the reader that owns it at the moment; it makes one atomic instruction enough to enter,
 * and lets us recognise a thread that calls back. Who finds the cell owned becomes a guest: the second word counts guests, their ids
 * are in a set that is only looked at where guests are present.
 *
 * An optimistic reader leaves no trace and is not waited for; it finds out afterwards whether anything was written meanwhile:
 *
 *   reader                                          holder
 *   V1 read version            (acquire)            H1 holder = writing      (volatile: W1)
 *   V2 read holder: not writing, else do not begin  H2 version + 1           (release, then storeStoreFence: nextVersion)
 *   V3 read the structure      (plain)              H3 write the structure   (plain)
 *   V4 read version: the same  (acquireFence, then opaque: isVersion), else throw away what was read
 *
 * If V3 sees anything of H3, then V4, by the two fences, sees H2 or what came after it. If V1 saw that already, then it saw H1 too, so V2 saw H1 and did not begin, or saw a later word, by which the holder had let readers in:
 * then V3 sees all of that H3, and had nothing of it left to see half. Else V4 finds another version than V1. Drop any of the four and half a change is taken for a whole one (see the jcstress test and its weakened twins).
 *
 * usedCells spares the holder a look at cells that nobody uses. Now and then a holder forgets the cells of threads that have gone (forgetIdleCells). It must not
 * take away a bit that a reader relies on between R2 and leaving. So it first takes the cell itself, which no reader can then own; and guests it counts
 * once more after taking the bit away: one that came before has set the bit in vain and gets it back, one that comes later sets it itself.
 */
public final class ReplicaLock {
    /** What {@link #tryEnter} returns when the holder keeps readers out. */
    public static final int NOT_ENTERED = Integer.MIN_VALUE;

    /** What {@link #tryOptimisticRead} returns then: no version. */
    public static final long WRITING = 0;

    private static final int STRIDE = 16; // longs: 128 bytes, a pair of cache lines
    private static final int CELLS_PER_BITMAP = Long.SIZE;
    static final int FORGET_MASK = 0xFF; // every 256th time
    private static final long FORGETTING = -1; // no thread's id
    private static final long SHORTEST_SLEEP_NANOS = 1_000;
    private static final long LONGEST_SLEEP_NANOS = 1_000_000;
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final LockState state = new LockState();
    private final long[] cells;
    private final int cellMask;
    private final Set<Long> guestIds = ConcurrentHashMap.newKeySet();
    private final Queue<Thread> sleepers = new ConcurrentLinkedQueue<>();

    /** How often a holder has waited for readers; written by the holder only. */
    private int scans;

    private final WaitStrategy waitStrategy;
    private final WaitCounters waits;

    /** A free lock with as many cells as the machine can make use of. */
    public ReplicaLock(WaitStrategy waitStrategy, WaitCounters waits) {
        this(
                waitStrategy,
                waits,
                Math.max(
                        CELLS_PER_BITMAP,
                        2 * Integer.highestOneBit(Runtime.getRuntime().availableProcessors())));
    }

    /** A free lock with that many cells, a power of two; few, so that tests make readers share one. */
    public ReplicaLock(WaitStrategy waitStrategy, WaitCounters waits, int cellCount) {
        this.waitStrategy = waitStrategy;
        this.waits = waits;
        this.cells = new long[(cellCount + 1) * STRIDE];
        this.cellMask = cellCount - 1;
    }

    // ---- readers ----

    /**
     * Enters as a reader, unless the holder keeps readers out.
     *
     * @return a number to give to {@link #leave}, or {@link #NOT_ENTERED}
     * @throws IllegalStateException if the calling thread is inside already, as a reader or as the holder
     */
    public int tryEnter(long threadId) {
        int cell = (int) threadId & cellMask;
        if (!CELL.compareAndSet(cells, owner(cell), 0L, threadId)) {
            return tryEnterAsGuest(cell, threadId);
        }
        if ((state.usedCells() & bit(cell)) == 0) {
            state.addUsedCells(bit(cell));
        }
        if (state.holder() == LockState.FREE && (long) CELL.getOpaque(cells, guests(cell)) == 0) {
            return cell;
        }
        return confirmEntry(cell, threadId);
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

    /** Whether nobody has written since {@link #tryOptimisticRead} returned that number, which is not {@link #WRITING}: what the calling thread has read meanwhile was so at one moment. */
    public boolean isUnchanged(long version) {
        return state.isVersion(version);
    }

    /** Leaves; {@code entry} is what {@link #tryEnter} returned. Release: pairs with {@link #isOccupied}. */
    public void leave(int entry, long threadId) {
        if (entry >= 0) {
            CELL.setRelease(cells, owner(entry), 0L);
        } else {
            CELL.getAndAdd(cells, guests(~entry), -1L);
            guestIds.remove(threadId);
        }
    }

    /**
     * Leaves as the reader with that id, which is the calling thread's.
     *
     * @return false if the thread is not inside as a reader
     */
    public boolean leaveIfReader(long threadId) {
        int cell = (int) threadId & cellMask;
        if ((long) CELL.getOpaque(cells, owner(cell)) == threadId) {
            leave(cell, threadId);
            return true;
        }
        if (isGuest(cell, threadId)) {
            leave(~cell, threadId);
            return true;
        }
        return false;
    }

    private int tryEnterAsGuest(int cell, long threadId) {
        refuseReader(threadId);
        guestIds.add(threadId);
        CELL.getAndAdd(cells, guests(cell), 1L);
        state.addUsedCells(bit(cell)); // always: see forgetIdleCells
        return confirmEntry(~cell, threadId);
    }

    private int confirmEntry(int entry, long threadId) {
        long holder = state.holder();
        boolean inside = LockState.isHeldBy(holder, threadId) || (entry >= 0 && isGuest(entry, threadId));
        if (!inside && !LockState.excludesReaders(holder)) {
            return entry;
        }
        leave(entry, threadId);
        if (inside) {
            throw reentrant();
        }
        return NOT_ENTERED;
    }

    /** Whether that thread is inside as a reader; exact when asked by the thread itself. */
    public boolean isReader(long threadId) {
        int cell = (int) threadId & cellMask;
        return (long) CELL.getOpaque(cells, owner(cell)) == threadId || isGuest(cell, threadId);
    }

    private boolean isGuest(int cell, long threadId) {
        return (long) CELL.getOpaque(cells, guests(cell)) != 0 && guestIds.contains(threadId);
    }

    /**
     * Waits one step for the holder to let readers in: spins, yields, or sleeps until it does. May return early; the caller looks again.
     */
    public void awaitReadable(Backoff backoff) {
        while (LockState.excludesReaders(state.holder()) && state.holder() != LockState.RETIRED) {
            if (!backoff.pause()) {
                sleepWhile(backoff, /* readersMayEnter= */ true);
            }
        }
    }

    /** Waits one step for the holder to leave; else like {@link #awaitReadable}. */
    public void awaitFree(Backoff backoff) {
        if (!backoff.pause()) {
            sleepWhile(backoff, /* readersMayEnter= */ false);
        }
    }

    private void sleepWhile(Backoff backoff, boolean readersMayEnter) {
        Thread self = Thread.currentThread();
        // Announce, then look: the volatile count here and the volatile store in release() are the two halves (see
        // LockState.release).
        sleepers.add(self);
        state.addParked(1);
        long holder = state.holder();
        if (holder != LockState.FREE
                && holder != LockState.RETIRED
                && (LockState.excludesReaders(holder) || !readersMayEnter)) {
            backoff.park(this);
        }
        state.addParked(-1);
        sleepers.remove(self);
    }

    // ---- the holder ----

    /**
     * Takes the lock for updating if it is free.
     *
     * @throws IllegalStateException if the calling thread is inside as a reader
     */
    public boolean tryUpdate(long threadId) {
        refuseReader(threadId);
        return state.casHolder(LockState.FREE, LockState.updating(threadId));
    }

    /** Takes the lock for writing if it is free, then waits for the readers inside; throws like {@link #tryUpdate}. */
    public boolean tryWrite(long threadId) {
        refuseReader(threadId);
        if (!state.casHolder(LockState.FREE, LockState.writing(threadId))) {
            return false;
        }
        state.nextVersion();
        awaitReaders();
        return true;
    }

    /** Takes the lock for writing if it is free and no reader is inside; throws like {@link #tryUpdate}. */
    public boolean tryWriteNow(long threadId) {
        refuseReader(threadId);
        if (!state.casHolder(LockState.FREE, LockState.writing(threadId))) {
            return false;
        }
        state.nextVersion();
        for (int cell = 0; cell <= cellMask; cell++) {
            if (isOccupied(cell)) {
                release();
                return false;
            }
        }
        return true;
    }

    /** The holder goes from updating to writing: keeps new readers out and waits for those inside. */
    public void upgrade(long threadId) {
        state.setHolder(LockState.writing(threadId));
        state.nextVersion();
        awaitReaders();
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

    /** Whether nobody holds the lock (readers may be inside). */
    public boolean isFree() {
        return state.holder() == LockState.FREE;
    }

    /** Whether a thread holds the lock and will leave it one day. */
    public boolean isHeld() {
        long holder = state.holder();
        return holder != LockState.FREE && holder != LockState.RETIRED;
    }

    /** Whether the lock was retired. */
    public boolean isRetired() {
        return state.holder() == LockState.RETIRED;
    }

    /** Whether that thread holds the lock. */
    public boolean isHeldBy(long threadId) {
        return LockState.isHeldBy(state.holder(), threadId);
    }

    private void wakeSleepers() {
        if (state.parked() == 0) {
            return;
        }
        for (Thread sleeper = sleepers.poll(); sleeper != null; sleeper = sleepers.poll()) {
            LockSupport.unpark(sleeper);
        }
    }

    /** Waits until no reader is inside that entered before the word said "writing". */
    private void awaitReaders() {
        if ((++scans & FORGET_MASK) == 0) {
            forgetIdleCells();
        }
        for (long used = state.usedCells(); used != 0; used &= used - 1) {
            for (int cell = Long.numberOfTrailingZeros(used); cell <= cellMask; cell += CELLS_PER_BITMAP) {
                if (isOccupied(cell)) {
                    awaitReaderSlowPath(cell);
                }
            }
        }
    }

    /**
     * A reader that leaves wakes nobody: that would cost each read a fence. So the holder looks again by itself: at once, after yielding, then after
     * sleeps that grow to a millisecond.
     */
    private void awaitReaderSlowPath(int cell) {
        try (Backoff backoff = newBackoff()) {
            long nanos = SHORTEST_SLEEP_NANOS;
            while (isOccupied(cell)) {
                if (!backoff.pause()) {
                    backoff.sleep(this, nanos);
                    nanos = Math.min(2 * nanos, LONGEST_SLEEP_NANOS);
                }
            }
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

    /** For the holder, when writing: takes the bits of cells that nobody is in out of {@code usedCells}. */
    private void forgetIdleCells() {
        for (long used = state.usedCells(); used != 0; used &= used - 1) {
            int first = Long.numberOfTrailingZeros(used);
            int taken = first;
            while (taken <= cellMask && CELL.compareAndSet(cells, owner(taken), 0L, FORGETTING)) {
                taken += CELLS_PER_BITMAP;
            }
            if (taken > cellMask) {
                forget(first);
            }
            for (int cell = first; cell < taken; cell += CELLS_PER_BITMAP) {
                CELL.setRelease(cells, owner(cell), 0L);
            }
        }
    }

    private void forget(int first) {
        state.removeUsedCells(bit(first));
        for (int cell = first; cell <= cellMask; cell += CELLS_PER_BITMAP) {
            if ((long) CELL.getVolatile(cells, guests(cell)) != 0) {
                state.addUsedCells(bit(first));
            }
        }
    }

    /** Volatile reads: W3 of the handshake; they also acquire what the reader did before {@link #leave}. */
    private boolean isOccupied(int cell) {
        return (long) CELL.getVolatile(cells, owner(cell)) != 0 || (long) CELL.getVolatile(cells, guests(cell)) != 0;
    }

    /** Throws if that thread holds the lock. */
    public void refuseHolder(long threadId) {
        if (isHeldBy(threadId)) {
            throw reentrant();
        }
    }

    /** Whether that thread is inside, as a reader or as the holder; exact when asked by the thread itself. */
    public boolean isInside(long threadId) {
        return isReader(threadId) || isHeldBy(threadId);
    }

    /** Throws if that thread is. */
    public void refuseInside(long threadId) {
        if (isInside(threadId)) {
            throw reentrant();
        }
    }

    private void refuseReader(long threadId) {
        if (isReader(threadId)) {
            throw reentrant();
        }
    }

    public static IllegalStateException reentrant() {
        return new IllegalStateException("a thread must not call back into the structure it is inside of: thread="
                + Thread.currentThread().getName()
                + "; return from dispatch, dispatchMut, or the critical section first, then make the second call");
    }

    /** The bit of a cell; on machines with more than 64 cells, several cells share one. */
    private static long bit(int cell) {
        return 1L << cell;
    }

    private static int owner(int cell) {
        return (cell + 1) * STRIDE;
    }

    private static int guests(int cell) {
        return (cell + 1) * STRIDE + 1;
    }
}
