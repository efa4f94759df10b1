package org.nr4j.internal.lock;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The cells in which the readers of a {@link ReplicaLock} leave their marks: the distributed part of the distributed
 * readers-writer lock (ASPLOS 2017, §5.5). Each reader marks a cell, found by its thread id, on a cache line that no
 * other reader is likely to use.
 *
 * <p>A cell holds the id of the reader that owns it. So one atomic instruction is enough to enter, and the lock
 * recognises a thread that calls back. A reader that finds its cell owned becomes a guest there. The guests of a cell
 * have a list, which only grows. When a guest leaves, its place in the list is free for the next one.
 */
/*
 * usedCells (LockState) spares the holder a look at cells that no reader uses. Now and then a holder forgets the cells
 * of threads that have gone (forgetIdleCells). It must not remove a bit that a reader relies on between R2
 * (ReplicaLock) and leaving. So it first takes the cell itself, which no reader can then own. It looks for guests once
 * more after it has removed the bit. For a guest that came before, it sets the bit again. A guest that comes later sets
 * the bit itself.
 *
 * Entering takes a cell by compareAndSet, which is R1. A guest's mark is a volatile field, so it is R1, too. The guest
 * either takes a free place in the list (compareAndSet) or adds one (compareAndSet of the list's head).
 *
 * ReplicaLock explains R1 to R3, W1 to W3, and what errors have to do with it.
 */
final class ReaderCells {
    static final int STRIDE = 16; // longs: 128 bytes, a pair of cache lines
    static final int CELLS_PER_BITMAP = Long.SIZE;
    static final int FORGET_MASK = 0xFF; // every 256th time
    private static final long SHORTEST_SLEEP_NANOS = 1_000;
    private static final long LONGEST_SLEEP_NANOS = 1_000_000;
    private static final long FORGETTING = -1; // no thread's id
    private static final long NOBODY = 0;

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle GUESTS = MethodHandles.arrayElementVarHandle(Guest[].class);
    private static final VarHandle GUEST_ID;

    static {
        try {
            GUEST_ID = MethodHandles.lookup().findVarHandle(Guest.class, "threadId", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A reader in a cell that another reader owns. */
    static final class Guest {
        final @Nullable Guest next;

        /**
         * The guest's thread id; {@link #NOBODY} if it has left. Volatile: the store by which it enters is R1 of the
         * handshake. Its reads happen before the store by which it leaves.
         */
        volatile long threadId;

        Guest(long threadId, @Nullable Guest next) {
            this.next = next;
            this.threadId = threadId;
        }
    }

    private final LockState state;

    /** The owner of each cell. A cell takes {@link #STRIDE} words. */
    final long[] owners;

    /** The list of guests of each cell. */
    final @Nullable Guest[] guests;

    private final int mask;

    /**
     * The holder's wait for readers. Created with the lock, since a holder that has no memory for it could not go on.
     */
    private final Backoff waitForReaders;

    /** Creates {@code count} cells, a power of two. */
    ReaderCells(LockState state, int count, Backoff waitForReaders) {
        this.state = state;
        this.owners = new long[(count + 1) * STRIDE];
        this.guests = new Guest[count];
        this.mask = count - 1;
        this.waitForReaders = waitForReaders;
    }

    /**
     * Enters, unless the holder keeps readers out.
     *
     * @return a number to give to {@link #leave}, or {@link ReplicaLock#NOT_ENTERED}
     * @throws IllegalStateException if the calling thread is inside already, as a reader or as the holder
     */
    int tryEnter(long threadId) {
        int cell = (int) threadId & mask;
        if (!CELL.compareAndSet(owners, indexOf(cell), NOBODY, threadId)) {
            return tryEnterAsGuest(cell, threadId);
        }
        try {
            if ((state.usedCells() & bit(cell)) == 0) {
                state.addUsedCells(bit(cell));
            }
            if (state.holder() == LockState.FREE && guests[cell] == null) { // plain: a thread looks for itself only
                return cell;
            }
            return confirmEntry(cell, threadId);
        } catch (Throwable e) { // nothing was read yet; no call here, see ReplicaLock
            if (owners[(cell + 1) * STRIDE] == threadId) {
                owners[(cell + 1) * STRIDE] = NOBODY;
            }
            throw e;
        }
    }

    private int tryEnterAsGuest(int cell, long threadId) {
        refuse(threadId);
        Guest guest = null;
        try {
            guest = addGuest(cell, threadId);
            state.addUsedCells(bit(cell)); // always: see forgetIdleCells
            return confirmEntry(~cell, threadId);
        } catch (Throwable e) { // as above
            if (guest != null && guest.threadId == threadId) {
                guest.threadId = NOBODY;
            }
            throw e;
        }
    }

    /** R3 of the handshake. If this throws, the caller leaves the cell. */
    private int confirmEntry(int entry, long threadId) {
        long holder = state.holder();
        if ((LockState.isHeldBy(holder, threadId) && !state.isAbandoned())
                || (entry >= 0 && isGuest(entry, threadId))) {
            throw ReentrancyGuard.reentrant();
        }
        if (LockState.excludesReaders(holder)) {
            leave(entry, threadId);
            return ReplicaLock.NOT_ENTERED;
        }
        return entry;
    }

    /**
     * Leaves. {@code entry} is what {@link #tryEnter} returned. A release store, or volatile for a guest: pairs with
     * {@link #isOccupied}.
     */
    void leave(int entry, long threadId) {
        if (entry >= 0) {
            CELL.setRelease(owners, indexOf(entry), NOBODY);
        } else {
            leaveAsGuest(~entry, threadId);
        }
    }

    /** Makes the thread a guest of its cell. */
    private Guest addGuest(int cell, long threadId) {
        for (; ; ) {
            Guest first = guestsOf(cell);
            for (Guest guest = first; guest != null; guest = guest.next) {
                if (guest.threadId == NOBODY && GUEST_ID.compareAndSet(guest, NOBODY, threadId)) {
                    return guest;
                }
            }
            Guest added = new Guest(threadId, first);
            if (GUESTS.compareAndSet(guests, cell, first, added)) {
                return added;
            }
        }
    }

    private void leaveAsGuest(int cell, long threadId) {
        for (Guest guest = guestsOf(cell); guest != null; guest = guest.next) {
            if (guest.threadId == threadId) {
                guest.threadId = NOBODY;
            }
        }
    }

    /** Whether that thread is inside. Exact if the thread itself asks. */
    boolean isReader(long threadId) {
        return entryOf(threadId) != ReplicaLock.NOT_ENTERED;
    }

    /** Throws if the calling thread, which has this id, is inside. */
    void refuse(long threadId) {
        if (isReader(threadId)) {
            throw ReentrancyGuard.reentrant();
        }
    }

    /**
     * Returns what {@link #tryEnter} returned to the calling thread, which has this id; {@link ReplicaLock#NOT_ENTERED}
     * if it is not inside.
     */
    int entryOf(long threadId) {
        int cell = (int) threadId & mask;
        if ((long) CELL.getOpaque(owners, indexOf(cell)) == threadId) {
            return cell;
        }
        return isGuest(cell, threadId) ? ~cell : ReplicaLock.NOT_ENTERED;
    }

    /** Whether that thread is a guest of its cell. Exact if the thread itself asks. */
    private boolean isGuest(int cell, long threadId) {
        for (Guest guest = guests[cell]; guest != null; guest = guest.next) {
            if (guest.threadId == threadId) {
                return true;
            }
        }
        return false;
    }

    // ---- the holder ----

    /** Waits until the readers that entered before the word said "writing" have left. For the holder. */
    void awaitReaders() {
        if ((++state.scans & FORGET_MASK) == 0) {
            forgetIdleCells();
        }
        for (long used = state.usedCells(); used != 0; used &= used - 1) {
            for (int cell = Long.numberOfTrailingZeros(used); cell <= mask; cell += CELLS_PER_BITMAP) {
                if (isOccupied(cell)) {
                    awaitReaderSlowPath(cell);
                }
            }
        }
    }

    /**
     * Waits for the readers in one cell. A reader that leaves wakes no thread, since that would cost each read a fence.
     * So the holder looks again by itself.
     */
    private void awaitReaderSlowPath(int cell) {
        waitForReaders.begin();
        try {
            long nanos = SHORTEST_SLEEP_NANOS;
            while (isOccupied(cell)) {
                if (!waitForReaders.pause()) {
                    waitForReaders.sleep(this, nanos);
                    nanos = Math.min(2 * nanos, LONGEST_SLEEP_NANOS);
                }
            }
        } finally {
            waitForReaders.close();
        }
    }

    /** W3 of the handshake. The reads are volatile. They also acquire what the reader did before it left. */
    private boolean isOccupied(int cell) {
        return (long) CELL.getVolatile(owners, indexOf(cell)) != NOBODY || hasGuests(cell);
    }

    private boolean hasGuests(int cell) {
        for (Guest guest = guestsOf(cell); guest != null; guest = guest.next) {
            if (guest.threadId != NOBODY) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Guest guestsOf(int cell) {
        return (Guest) GUESTS.getVolatile(guests, cell);
    }

    /** Whether any reader is inside. */
    boolean isAnyOccupied() {
        for (int cell = 0; cell <= mask; cell++) {
            if (isOccupied(cell)) {
                return true;
            }
        }
        return false;
    }

    /** Removes the bits of cells that no reader uses from {@code usedCells}. For the holder, in writing mode. */
    private void forgetIdleCells() {
        for (long used = state.usedCells(); used != 0; used &= used - 1) {
            int first = Long.numberOfTrailingZeros(used);
            int taken = first;
            try {
                while (taken <= mask && CELL.compareAndSet(owners, indexOf(taken), NOBODY, FORGETTING)) {
                    taken += CELLS_PER_BITMAP;
                }
                if (taken > mask) {
                    forget(first);
                }
            } finally {
                for (int cell = first; cell < taken; cell += CELLS_PER_BITMAP) {
                    owners[(cell + 1) * STRIDE] = NOBODY; // no call here; plain, since no reader was in the cell
                }
            }
        }
    }

    private void forget(int first) {
        try {
            state.removeUsedCells(bit(first));
            for (int cell = first; cell <= mask; cell += CELLS_PER_BITMAP) {
                if (hasGuests(cell)) {
                    state.addUsedCells(bit(first));
                }
            }
        } catch (Throwable e) {
            state.usedCells = -1; // a guest may be inside: look in all cells. Only the holder removes bits
            throw e;
        }
    }

    private static int indexOf(int cell) {
        return (cell + 1) * STRIDE;
    }

    /** Returns the bit of a cell. With more than 64 cells, several cells share one. */
    private static long bit(int cell) {
        return 1L << cell;
    }
}
