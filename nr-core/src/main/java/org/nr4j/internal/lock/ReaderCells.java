package org.nr4j.internal.lock;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Where the readers of a {@link ReplicaLock} leave their marks: the distributed part of the distributed readers-writer
 * lock (ASPLOS 2017, §5.5). Each reader marks a cell, found by its thread id, on a cache line that no other reader is
 * likely to use.
 *
 * <p>A cell holds the id of the reader that owns it, so one atomic instruction is enough to enter, and a thread that
 * calls back is recognised. A reader that finds its cell owned becomes a guest there. Guests have a list, which only
 * grows; a guest that has left leaves its place in it to the next one.
 */
/*
 * usedCells (LockState) spares the holder a look at cells that nobody uses. Now and then a holder forgets the cells of
 * threads that have gone (forgetIdleCells). It must not take away a bit that a reader relies on between R2
 * (ReplicaLock) and leaving. So it first takes the cell itself, which no reader can then own. Guests it looks for once
 * more after taking the bit away: for one that came before, it sets the bit again; one that comes later sets it itself.
 *
 * Entering takes a cell by compareAndSet, which is R1. A guest's mark is a volatile field, so it is R1, too, whether
 * the guest takes a place that is there (compareAndSet) or adds one (compareAndSet of the list's head).
 *
 * R1 to R3, W1 to W3, and what errors have to do with it: ReplicaLock.
 */
final class ReaderCells {
    static final int STRIDE = 16; // longs: 128 bytes, a pair of cache lines
    static final int CELLS_PER_BITMAP = Long.SIZE;
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

    /** A reader beside the owner of a cell. */
    static final class Guest {
        final @Nullable Guest next;

        /**
         * Who it is; {@link #NOBODY} if it has left. Volatile: R1 of the handshake, and what its reads happen before.
         */
        volatile long threadId;

        Guest(long threadId, @Nullable Guest next) {
            this.next = next;
            this.threadId = threadId;
        }
    }

    private final LockState state;

    /** The owners, one cell in {@link #STRIDE} words. */
    final long[] owners;

    /** For each cell the list of its guests. */
    final @Nullable Guest[] guests;

    private final int mask;

    /** That many cells, a power of two. */
    ReaderCells(LockState state, int count) {
        this.state = state;
        this.owners = new long[(count + 1) * STRIDE];
        this.guests = new Guest[count];
        this.mask = count - 1;
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
            if (state.holder() == LockState.FREE && guests[cell] == null) { // plain: it looks for itself
                return cell;
            }
            return confirmEntry(cell, threadId);
        } catch (Throwable e) { // it has read nothing; no call, see ReplicaLock
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

    /** R3 of the handshake. Where it throws, its caller leaves. */
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
     * Leaves; {@code entry} is what {@link #tryEnter} returned. Release, or volatile: pairs with {@link #isOccupied}.
     */
    void leave(int entry, long threadId) {
        if (entry >= 0) {
            CELL.setRelease(owners, indexOf(entry), NOBODY);
        } else {
            leaveAsGuest(~entry, threadId);
        }
    }

    /** Makes that thread a guest of its cell. */
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

    /** Whether that thread is inside; exact when asked by the thread itself. */
    boolean isReader(long threadId) {
        return entryOf(threadId) != ReplicaLock.NOT_ENTERED;
    }

    /** Throws if that thread, which asks, is inside. */
    void refuse(long threadId) {
        if (isReader(threadId)) {
            throw ReentrancyGuard.reentrant();
        }
    }

    /**
     * What {@link #tryEnter} returned to that thread, which asks; {@link ReplicaLock#NOT_ENTERED} if it is not inside.
     */
    int entryOf(long threadId) {
        int cell = (int) threadId & mask;
        if ((long) CELL.getOpaque(owners, indexOf(cell)) == threadId) {
            return cell;
        }
        return isGuest(cell, threadId) ? ~cell : ReplicaLock.NOT_ENTERED;
    }

    /** Whether that thread is a guest of its cell; exact when asked by the thread itself. */
    private boolean isGuest(int cell, long threadId) {
        for (Guest guest = guests[cell]; guest != null; guest = guest.next) {
            if (guest.threadId == threadId) {
                return true;
            }
        }
        return false;
    }

    /** W3 of the handshake: volatile reads. They also acquire what the reader did before it left. */
    boolean isOccupied(int cell) {
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

    /** How many cells there are. */
    int count() {
        return mask + 1;
    }

    /** For the holder, when writing: takes the bits of cells that nobody is in out of {@code usedCells}. */
    void forgetIdleCells() {
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
                    owners[(cell + 1) * STRIDE] = NOBODY; // without a call; nothing is read in such a cell
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
            state.usedCells = -1; // a guest may be inside: look everywhere. Only the holder takes bits away
            throw e;
        }
    }

    private static int indexOf(int cell) {
        return (cell + 1) * STRIDE;
    }

    /** The bit of a cell; on machines with more than 64 cells, several cells share one. */
    private static long bit(int cell) {
        return 1L << cell;
    }
}
