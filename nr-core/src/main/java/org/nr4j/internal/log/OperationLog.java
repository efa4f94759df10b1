package org.nr4j.internal.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.padding.PaddedLong;

/**
 * The shared operation log of node replication (ASPLOS 2017, §5): a bounded circular buffer of {@linkplain LogEntry
 * batches} with ever-growing indices. It fixes the order of all writes; each replica applies the entries in that order,
 * once.
 *
 * <p>Appending is lock-free: a combiner that is descheduled at any point stops no other. Any number of threads may
 * append and read; the conditions on each method say who pins what.
 */
/*
 * An entry is published by one compareAndSet of its slot, from the entry a lap before (null in the first lap) to the
 * new one. That is reservation and publication in one step, so the log never has holes: everything below `tail` is
 * readable. Each entry object is used once, so the compareAndSet cannot mistake one lap for another. Nor can it where
 * advanceHead has put another entry in its place: only the thread that raises the head over an index does so, and only
 * over the entry of that index, so an object comes to a slot once at most.
 *
 *   tail   may lag behind the last published entry by one, until its appender, or the next one, moves it on. Volatile.
 *   head   the first entry that may still be read. Volatile, only grows. An appender that sees room by `head` may
 *          overwrite the
 *          slot a lap below: everybody who read it did so before the local tail that allowed `head` to grow (release in
 *          Replica.localTail, acquire in ReplicaSet.minPosition, volatile here).
 *   completed   the paper's completedTail, between the local tails that readers may see and `tail`. Volatile, only
 *               grows: raised by compareAndSet before anybody hears of what is below. slots  compareAndSet to publish
 *               (W), acquire to read (R): R sees all fields of the entry that W published.
 *
 * Writes are numbered: an entry says how many came before it, by the entry before it, which every appender can read: it
 * is the last one, so it is overwritten only after the tail has moved on. While a single replica works without the log
 * its writes are counted there, and continueAt brings the log up to date.
 */
public final class OperationLog {
    private static final long UNKNOWN = -1;
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(LogEntry[].class);

    private final PaddedLong head = new PaddedLong();
    private final PaddedLong tail = new PaddedLong();
    private final PaddedLong completed = new PaddedLong();
    private final @Nullable LogEntry[] slots;
    private final int mask;

    /** An empty log; the capacity, in entries, is a power of two. */
    public OperationLog(int capacity) {
        this.slots = new LogEntry[capacity];
        this.mask = capacity - 1;
    }

    /** How many entries fit. */
    public int capacity() {
        return slots.length;
    }

    /** How many entries are in it. */
    public long occupancy() {
        return Math.max(0, tail() - head());
    }

    /** The first index that may still be read. */
    public long head() {
        return head.getAcquire();
    }

    /** The index after the last entry. */
    public long tail() {
        return tail.getVolatile();
    }

    /**
     * The completed tail: every write that has returned, or that any reader has seen, is below it. A read that waits
     * for its replica to come so far sees them all.
     */
    public long completed() {
        return completed.getVolatile();
    }

    /**
     * Raises the completed tail: to be called before anybody hears of what is below {@code index}, by an answer or by
     * reading.
     */
    public void complete(long index) {
        completed.updateToMax(index);
    }

    /**
     * Publishes an entry at the tail, if there is room. On return of true the entry has its index and the tail is past
     * it.
     *
     * <p>Nothing is allocated and no user code runs; if the thread dies in here, the entry is either published, {@link
     * #contains} tells, or not.
     */
    public boolean tryAppend(LogEntry entry) {
        for (; ; ) {
            long index = tail.getVolatile();
            if (index - head.getVolatile() >= slots.length) {
                return false;
            }
            long writes = writesBefore(index);
            LogEntry previous = slotAcquire(index);
            if (previous != null && previous.index == index) {
                tail.compareAndSet(index, index + 1); // published, but its appender has not moved the tail on yet: help
                continue;
            }
            entry.index = index;
            entry.firstWrite = writes;
            if (writes != UNKNOWN
                    && isOneLapBelow(previous, index)
                    && SLOT.compareAndSet(slots, slotOf(index), previous, entry)) {
                tail.compareAndSet(index, index + 1);
                return true;
            }
        }
    }

    /**
     * Publishes a mark, after which the next write is number {@code writes}; for a thread that keeps all others from
     * appending, while there is room. Nothing to do if the number is right as it is.
     */
    public void continueAt(long writes) {
        if (writes() == writes) {
            return;
        }
        LogEntry mark = LogEntry.mark();
        long index = tail.getVolatile();
        mark.index = index;
        mark.firstWrite = writes;
        SLOT.setRelease(slots, slotOf(index), mark);
        tail.compareAndSet(index, index + 1);
    }

    /** How many writes have been appended; the number of the next one. */
    public long writes() {
        long writes;
        do {
            writes = writesBefore(tail.getVolatile());
        } while (writes == UNKNOWN);
        return writes;
    }

    /**
     * The same for one who tells others: all these writes are completed on return, so that who hears of the number
     * finds them.
     */
    public long completeWrites() {
        long writes = writes();
        complete(tail());
        return writes;
    }

    /**
     * How many writes precede the entry at an index that was the tail a moment ago, by the entry before it; {@link
     * #UNKNOWN} if that has been overwritten, so that the tail has moved on.
     */
    private long writesBefore(long index) {
        if (index == 0) {
            return 0;
        }
        LogEntry last = slotAcquire(index - 1);
        return last != null && last.index == index - 1 ? last.endWrite() : UNKNOWN;
    }

    /** The entry at an index if it is still there, for one who reads behind the head. */
    public @Nullable LogEntry entryIfHeld(long index) {
        LogEntry entry = index < 0 ? null : slotAcquire(index);
        return entry != null && entry.index == index ? entry : null;
    }

    /**
     * Whether that entry was published; for an entry whose origin has not applied it yet (so that it cannot have been
     * overwritten). If so, the tail is past it on return.
     */
    public boolean contains(LogEntry entry) {
        boolean published = entry.index >= 0 && slotAcquire(entry.index) == entry;
        if (published) {
            tail.compareAndSet(entry.index, entry.index + 1);
        }
        return published;
    }

    /**
     * Whether there is room for an entry; for a thread that keeps all others from appending, there is until it appends.
     */
    public boolean hasRoom() {
        return tail.getVolatile() - head.getVolatile() < slots.length;
    }

    /** The entry at an index below the tail that the calling replica has yet to apply, and that therefore stays. */
    public LogEntry entry(long index) {
        LogEntry entry = slotAcquire(index);
        if (entry == null || entry.index != index) {
            throw new IllegalStateException("an index to read must be in [head, tail): index=" + index + " head="
                    + head() + " tail=" + tail() + "; this is a defect of nr4j, please report it");
        }
        return entry;
    }

    /**
     * Frees all entries below {@code newHead}, which every replica has applied, and lets go of them, or leaves that to
     * the thread that has freed them before. Their slots are given the last of them, which stays for its number and
     * lets go of its operations: a line of slots is shared by many entries, and it is cheaper to write to it than to
     * each entry, which all nodes have read.
     */
    public void advanceHead(long newHead) {
        LogEntry last = entryIfHeld(newHead - 1); // looked up before it may be overwritten
        long freed = head.updateToMax(newHead);
        if (last == null || freed >= newHead) {
            return;
        }
        for (long index = freed; index < newHead - 1; index++) {
            LogEntry entry = entryIfHeld(index);
            if (entry != null) { // else it has been overwritten
                SLOT.compareAndSet(slots, slotOf(index), entry, last);
            }
        }
        last.clear();
    }

    private static boolean isOneLapBelow(@Nullable LogEntry previous, long index) {
        return previous == null || previous.index < index;
    }

    private @Nullable LogEntry slotAcquire(long index) {
        return (LogEntry) SLOT.getAcquire(slots, slotOf(index));
    }

    private int slotOf(long index) {
        return (int) index & mask;
    }
}
