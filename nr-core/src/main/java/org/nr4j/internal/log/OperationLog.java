package org.nr4j.internal.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.padding.PaddedLong;

/**
 * The shared operation log of node replication (ASPLOS 2017, §5): a bounded circular buffer of
 * {@linkplain LogEntry entries} with ever-growing indices. It fixes the order of all writes. Each replica applies the
 * entries in that order, each once.
 *
 * <p>Appending is lock-free: a combiner that is descheduled at any point stops no other. Any number of threads may
 * append and read. Some methods are for certain threads only. Their comments say for which, and why the entries that
 * they read stay.
 */
/*
 * An appender publishes an entry by one compareAndSet of its slot. This replaces the entry one lap before (null in the
 * first lap) by the new one. It is reservation and publication in one step. So the log never has holes: everything
 * below `tail` is readable.
 *
 * Each entry object is used once, so the compareAndSet cannot mistake one lap for another. advanceHead stores another
 * entry in a slot, and that cannot cause such a mistake either. Only the thread that raises the head over an index does
 * so, and only over the entry of that index. So an object comes to a slot at most once.
 *
 * tail       May lag behind the last published entry by one, until its appender or the next one moves it on. Volatile.
 * head       The first entry that may still be read. Volatile, only grows. An appender that sees room by `head` may
 *            overwrite the slot one lap below. Each reader of that slot read it first, and then raised the local tail
 *            or cursor position that allowed `head` to grow. (Release in LogCombiner.replay and LogCursor.takeAll,
 *            acquire in LogReclaimer.minPosition, volatile here.)
 * completed  The paper's completedTail, between the local tails that readers may see and `tail`. Volatile, only grows.
 *            A compareAndSet raises it before any thread learns of the operations below it.
 * slots      compareAndSet to publish (W), acquire to read (R): R sees all fields of the entry that W published.
 *            continueAt publishes with release, since no other thread appends then.
 *
 * Writes are numbered. An entry has the number of writes before it, which its appender computes from the previous
 * entry. Every appender can read that entry: it is the last one, so it is overwritten only after the tail has moved on.
 * While a single replica works without the log, the replica counts its writes, and continueAt brings the log up to
 * date.
 */
public final class OperationLog {
    private static final long UNKNOWN = -1;
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(LogEntry[].class);

    private final PaddedLong head = new PaddedLong();
    private final PaddedLong tail = new PaddedLong();
    private final PaddedLong completed = new PaddedLong();
    private final @Nullable LogEntry[] slots;
    private final int mask;

    /** Creates an empty log. The capacity, in entries, is a power of two. */
    public OperationLog(int capacity) {
        this.slots = new LogEntry[capacity];
        this.mask = capacity - 1;
    }

    /** Returns how many entries fit. */
    public int capacity() {
        return slots.length;
    }

    /** Returns how many entries are in the log. */
    public long occupancy() {
        return Math.max(0, tail() - head());
    }

    /** Returns the first index that may still be read. */
    public long head() {
        return head.getAcquire();
    }

    /** Returns the index after the last entry. */
    public long tail() {
        return tail.getVolatile();
    }

    /**
     * Returns the completed tail. Every write that has returned, or that any reader has seen, is below it. So a read
     * sees all these writes once its replica has applied the log up to there.
     */
    public long completed() {
        return completed.getVolatile();
    }

    /**
     * Raises the completed tail. A thread calls this before any other thread can learn of a write below {@code index},
     * by an answer or by reading.
     */
    public void complete(long index) {
        completed.updateToMax(index);
    }

    /**
     * Publishes an entry at the tail, if there is room. Returns false if there is none. After true, the entry has its
     * index and the tail is past it.
     *
     * <p>This method allocates nothing and runs no user code. If an error ends it, the entry is either published or
     * not, and {@link #contains} says which.
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
                // published, but its appender has not moved the tail on yet: helps it
                tail.compareAndSet(index, index + 1);
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
     * Publishes a mark, after which the next write has the number {@code writes}. Does nothing if it has that number
     * already. For a thread that keeps all others from appending, while there is room.
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

    /** Returns how many writes have been appended, which is the number of the next write. */
    public long writes() {
        long writes;
        do {
            writes = writesBefore(tail.getVolatile());
        } while (writes == UNKNOWN);
        return writes;
    }

    /**
     * Returns {@link #writes()}, for a caller that makes the number known. All these writes are completed on return, so
     * a thread that learns the number also sees the writes.
     */
    public long completeWrites() {
        long writes = writes();
        complete(tail());
        return writes;
    }

    /**
     * Returns how many writes precede the entry at an index that was the tail a moment ago. The entry before it has
     * that number. Returns {@link #UNKNOWN} if that entry was overwritten, because the tail has moved on.
     */
    private long writesBefore(long index) {
        if (index == 0) {
            return 0;
        }
        LogEntry last = slotAcquire(index - 1);
        return last != null && last.index == index - 1 ? last.endWrite() : UNKNOWN;
    }

    /** Returns the entry at an index if it is still there, else null. For a cursor, which may read behind the head. */
    public @Nullable LogEntry entryIfHeld(long index) {
        LogEntry entry = index < 0 ? null : slotAcquire(index);
        return entry != null && entry.index == index ? entry : null;
    }

    /**
     * Whether the entry was published. If so, the tail is past it on return. For an entry that its origin has not
     * applied yet, so that it cannot have been overwritten.
     */
    public boolean contains(LogEntry entry) {
        boolean published = entry.index >= 0 && slotAcquire(entry.index) == entry;
        if (published) {
            tail.compareAndSet(entry.index, entry.index + 1);
        }
        return published;
    }

    /**
     * Whether there is room for an entry. For a thread that keeps all others from appending, the room stays until it
     * appends.
     */
    public boolean hasRoom() {
        return tail.getVolatile() - head.getVolatile() < slots.length;
    }

    /** Returns the entry at an index below the tail. The calling replica has yet to apply it, so it stays. */
    public LogEntry entry(long index) {
        LogEntry entry = slotAcquire(index);
        if (entry == null || entry.index != index) {
            throw new IllegalStateException("an index to read must be in [head, tail): index=" + index + " head="
                    + head() + " tail=" + tail() + "; this is a defect of nr4j, please report it");
        }
        return entry;
    }

    /**
     * Frees all entries below {@code newHead}. Every replica has applied them.
     *
     * <p>The thread that raises the head over entries also drops them. It stores the last of them in the slots of the
     * others. That last entry stays, because its successor's number is computed from it, but drops its operations.
     *
     * <p>Storing into the slots is cheaper than changing each entry: many entries share a line of slots, and all nodes
     * have read each entry.
     */
    public void advanceHead(long newHead) {
        LogEntry last = entryIfHeld(newHead - 1); // looked up before an appender can overwrite it
        long freed = head.updateToMax(newHead);
        if (last == null || freed >= newHead) {
            return;
        }
        for (long index = freed; index < newHead - 1; index++) {
            LogEntry entry = entryIfHeld(index);
            if (entry != null) { // else an appender has overwritten it
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
