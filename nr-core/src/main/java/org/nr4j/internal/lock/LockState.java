package org.nr4j.internal.lock;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.nr4j.internal.padding.LeftPad;

/**
 * The words of a {@link ReplicaLock} that every reader looks at, on a cache line of their own.
 *
 * <ul>
 *   <li>{@code holder} is {@link #FREE}, {@link #RETIRED}, or the holder's thread id shifted left by one. Its lowest
 *       bit is set while readers must stay out.
 *   <li>{@code abandoned} is 0, or the word of a holder that could not leave.
 *   <li>{@code usedCells} has bit {@code c & 63} set while a reader is in cell {@code c}, and for some time after.
 *   <li>{@code parked} counts the threads that sleep, or are about to, until the holder leaves.
 *   <li>{@code version} counts, from 1, how often a holder has begun to write.
 * </ul>
 *
 * <p>{@code holder} and {@code abandoned} are volatile fields. After an error, the lock assigns them directly, since
 * there may be no stack for a call.
 */
public final class LockState extends LockStateValues {
    byte r000, r001, r002, r003, r004, r005, r006, r007, r008, r009, r010, r011, r012, r013, r014, r015;
    byte r016, r017, r018, r019, r020, r021, r022, r023, r024, r025, r026, r027, r028, r029, r030, r031;
    byte r032, r033, r034, r035, r036, r037, r038, r039, r040, r041, r042, r043, r044, r045, r046, r047;
    byte r048, r049, r050, r051, r052, r053, r054, r055, r056, r057, r058, r059, r060, r061, r062, r063;
    byte r064, r065, r066, r067, r068, r069, r070, r071, r072, r073, r074, r075, r076, r077, r078, r079;
    byte r080, r081, r082, r083, r084, r085, r086, r087, r088, r089, r090, r091, r092, r093, r094, r095;
    byte r096, r097, r098, r099, r100, r101, r102, r103, r104, r105, r106, r107, r108, r109, r110, r111;
    byte r112, r113, r114, r115, r116, r117, r118, r119, r120, r121, r122, r123, r124, r125, r126, r127;

    /** No thread holds the lock. */
    public static final long FREE = 0;

    /**
     * The lock was retired: no thread will ever get it again. Thread ids start at 1, so no holder's word is equal to
     * this.
     */
    public static final long RETIRED = 1;

    private static final VarHandle HOLDER = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "holder", VarHandle.class, LockStateValues.class, long.class);
    private static final VarHandle USED_CELLS = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "usedCells", VarHandle.class, LockStateValues.class, long.class);
    private static final VarHandle VERSION = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "version", VarHandle.class, LockStateValues.class, long.class);
    private static final VarHandle ABANDONED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "abandoned", VarHandle.class, LockStateValues.class, long.class);
    private static final VarHandle PARKED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "parked", VarHandle.class, LockStateValues.class, int.class);

    /** Returns the word of a thread that holds the lock and lets readers in. */
    public static long updating(long threadId) {
        return threadId << 1;
    }

    /** Returns the word of a thread that holds the lock and keeps readers out. */
    public static long writing(long threadId) {
        return threadId << 1 | 1;
    }

    /** Whether a holder with this word keeps readers out. */
    public static boolean excludesReaders(long holder) {
        return (holder & 1) != 0;
    }

    /** Whether this is the word of the thread with that id. */
    public static boolean isHeldBy(long holder, long threadId) {
        return holder >>> 1 == threadId;
    }

    /**
     * Returns the holder's word. This load is the reader's half of the handshake with {@link #casHolder} and {@link
     * #setHolder}.
     */
    public long holder() {
        return holder;
    }

    /** Takes the lock or changes its mode. Volatile, so that the caller reads the reader cells after it. */
    public boolean casHolder(long expected, long holder) {
        return HOLDER.compareAndSet(this, expected, holder);
    }

    /** Changes the mode of a lock that the caller holds. Volatile, for the same reason as {@link #casHolder}. */
    public void setHolder(long word) {
        holder = word;
    }

    /**
     * Leaves the lock. A volatile store, not a release store: the caller must read parked threads and pending
     * operations after it. So the caller sees a thread that announced itself before. A thread that announces itself
     * later sees the lock free.
     */
    public void release() {
        holder = FREE;
    }

    /**
     * Takes the lock over from a holder that could not leave, in the mode in which that holder had it. The
     * compareAndSet chooses one of several takers. Until then, no other thread writes {@code holder}, since the word
     * belongs to a thread that is gone.
     */
    boolean tryTakeOver(long threadId) {
        long word = abandoned;
        if (word == 0 || !ABANDONED.compareAndSet(this, word, 0L)) {
            return false;
        }
        holder = threadId << 1 | (word & 1); // no call may stand between the compareAndSet and this store
        return true;
    }

    /** Whether the holder could not leave, and no thread has taken over. */
    boolean isAbandoned() {
        return abandoned != 0;
    }

    /** Returns the set of cells in which to look for readers, modulo 64. */
    public long usedCells() {
        return (long) USED_CELLS.getVolatile(this);
    }

    /** Adds a bit. Volatile: a writer that takes the lock after a reader has entered sees the reader's bit. */
    public void addUsedCells(long bit) {
        USED_CELLS.getAndBitwiseOr(this, bit);
    }

    /** Removes a bit. For the holder, in writing mode. */
    public void removeUsedCells(long bit) {
        USED_CELLS.getAndBitwiseAnd(this, ~bit);
    }

    /** Returns the version. The caller reads it before {@link #holder}: V1 in {@link ReplicaLock}. */
    long version() {
        return (long) VERSION.getAcquire(this);
    }

    /**
     * Whether the version is still the same. This load comes after all that the caller read before: V4 in {@link
     * ReplicaLock}.
     */
    boolean isVersion(long before) {
        VarHandle.acquireFence();
        return (long) VERSION.getOpaque(this) == before;
    }

    /** Raises the version: H2 in {@link ReplicaLock}. For a holder that keeps readers out and has not written since. */
    void nextVersion() {
        VERSION.setRelease(this, version + 1);
        VarHandle.storeStoreFence();
    }

    /** Returns how many threads sleep or are about to. */
    public int parked() {
        return (int) PARKED.getVolatile(this);
    }

    /** Announces a sleeper (1), or withdraws the announcement (-1). Volatile: see {@link #release}. */
    public void addParked(int delta) {
        PARKED.getAndAdd(this, delta);
    }
}

/** The words between the pads. */
class LockStateValues extends LeftPad {
    volatile long holder;
    volatile long abandoned;

    /** A word for the fences of a reader that has no stack for a call. Always 0. */
    volatile int fence;

    long usedCells;
    int parked;

    /** How often a holder has waited for readers. Only the holder uses it. */
    int scans;

    long version = 1;
}
