package org.nr4j.internal.log;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the operation log: a run of writes, in order. A subclass may add what its appender needs and the log
 * does not.
 *
 * <p>The shared array gets one reference for the whole run, not one for each operation. So the run costs one card mark
 * and one cache line transfer. A thread writes all fields before it publishes the entry
 * ({@link OperationLog#tryAppend}). Other threads read them after they have found the entry in the log. The exceptions
 * are {@code size} and {@code ops}.
 */
/*
 * size  Final when the entry is published, except for an open entry, which goes on filling up. One thread at a time
 *       stores an operation, then the new size (release, publish). Followers read the size (acquire, size), then the
 *       operations. A negative value (~size) says that more operations may come. Both facts are in one word, so that a
 *       thread that sees the end also sees the final size.
 * ops   Dropped by clear, when no replica will look at them again, nor a follower that reads the log in order. A
 *       follower that looks back (LogCursor) may look at the same time. It sees the operations, or that they are gone
 *       (opaque).
 */
public class LogEntry {
    private static final Object[] CLEARED = {};

    private static final VarHandle SIZE = handle("size", int.class);
    private static final VarHandle OPS = handle("ops", Object[].class);

    private static VarHandle handle(String field, Class<?> type) {
        return ConstantBootstraps.fieldVarHandle(MethodHandles.lookup(), field, VarHandle.class, LogEntry.class, type);
    }

    /** The index of this entry in the log. Set for each attempt to publish it. */
    public long index = -1;

    /** The number of writes before this entry. Set together with {@link #index}. */
    public long firstWrite;

    /** The operations, in order. */
    public Object[] ops;

    /** Whether this entry stands for a read. A read takes no number. */
    private final boolean read;

    /** Whether this is one of the entries of a multi-log operation. */
    public final boolean crosses;

    @SuppressWarnings("UnusedVariable") // accessed through SIZE
    private int size;

    /** Creates an entry of these writes. */
    public LogEntry(Object[] ops) {
        this(ops, ops.length, /* crosses= */ false, /* read= */ false);
    }

    private LogEntry(Object[] ops, int size, boolean crosses, boolean read) {
        this.ops = ops;
        this.size = size;
        this.crosses = crosses;
        this.read = read;
    }

    /** Creates one of the entries of a multi-log operation. A read takes no number. */
    public static LogEntry crossing(Object op, boolean read) {
        return new LogEntry(new Object[] {op}, 1, /* crosses= */ true, read);
    }

    /** Creates an open entry: its operations are still to come. */
    public static LogEntry open(Object[] ops) {
        return new LogEntry(ops, ~0, /* crosses= */ false, /* read= */ false);
    }

    /**
     * Creates an entry without operations. Its {@link #firstWrite} also counts the writes before it that the log does
     * not have.
     */
    static LogEntry mark() {
        return new LogEntry(CLEARED, 0, /* crosses= */ false, /* read= */ false);
    }

    /**
     * Returns the number of operations, or {@code ~size} if more may come. Acquire: pairs with the release in
     * {@link #publish} and {@link #seal}.
     */
    private int sizeWord() {
        return (int) SIZE.getAcquire(this);
    }

    /**
     * Prefetches the operations' headers, which are read first when the entry is applied, for this processor and its
     * neighbours. Always returns true, since no operation is a log entry. The JIT does not know that, so it keeps the
     * loads if the caller uses the result.
     */
    public boolean prefetch() {
        for (Object op : ops) {
            if (op != null && op.getClass() == LogEntry.class) {
                return false;
            }
        }
        return true;
    }

    /** Returns the number of operations so far. */
    public int size() {
        int word = sizeWord();
        return word < 0 ? ~word : word;
    }

    /** Whether more operations may come. Call this before {@link #size}: if it returns false, the size is final. */
    boolean isOpen() {
        return sizeWord() < 0;
    }

    /** Returns the number of writes up to and including this entry. */
    public long endWrite() {
        return firstWrite + (read ? 0 : size());
    }

    /**
     * Publishes the operations of an open entry up to {@code size}, at first 0. One thread at a time calls this, under
     * a lock. Release: pairs with {@link #sizeWord}.
     */
    public void publish(int size) {
        SIZE.setRelease(this, ~size);
    }

    /**
     * Closes an open entry: no more operations will come. For the thread that publishes its operations. Release: pairs
     * with {@link #sizeWord}.
     */
    public void seal(int size) {
        SIZE.setRelease(this, size);
    }

    /** Returns the operations, or null if they were dropped. */
    public Object @Nullable [] opsIfHeld() {
        Object[] ops = (Object[]) OPS.getOpaque(this);
        return ops == CLEARED && size() > 0 ? null : ops;
    }

    /** Drops the operations. For the thread that has reclaimed the entry. */
    public void clear() {
        OPS.setOpaque(this, CLEARED);
    }
}
