package org.nr4j.internal.log;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the operation log: a run of writes, in order. Whoever appends it may add to it what the log does not
 * need to know, in a subclass.
 *
 * <p>One reference a run, not one an operation, goes into the shared array. That costs one card mark and one cache line
 * transfer for all of them. All fields are written before the entry is published ({@link OperationLog#tryAppend}) and
 * read after it was found there, except for those below.
 */
/*
 * size  An entry is complete when it is published, but for open ones, which go on filling up. One thread at a time
 *       stores an
 *       operation, then the new size (release, publish); followers read the size (acquire, size), then the operations.
 *       A negative one (~size) says that more may come: one word, so that who sees the end sees the final size.
 * ops   Dropped by clear, when no replica will look at them again, nor a follower that reads the log in order. A
 *       follower
 *       that looks back (LogCursor) may look at the same time: it sees the operations, or that they are gone (opaque).
 */
public class LogEntry {
    private static final Object[] CLEARED = {};

    private static final VarHandle SIZE = handle("size", int.class);
    private static final VarHandle OPS = handle("ops", Object[].class);

    private static VarHandle handle(String field, Class<?> type) {
        return ConstantBootstraps.fieldVarHandle(MethodHandles.lookup(), field, VarHandle.class, LogEntry.class, type);
    }

    /** Its place in the log; set for each attempt to publish it. */
    public long index = -1;

    /** How many writes come before it; set with {@link #index}. */
    public long firstWrite;

    /** The operations, in order. */
    public Object[] ops;

    /** Whether it stands for a read, which takes no number. */
    private final boolean read;

    /** Whether it is one of the entries of an operation of several logs. */
    public final boolean crosses;

    @SuppressWarnings("UnusedVariable") // accessed through SIZE
    private int size;

    /** An entry of these writes. */
    public LogEntry(Object[] ops) {
        this(ops, ops.length, /* crosses= */ false, /* read= */ false);
    }

    private LogEntry(Object[] ops, int size, boolean crosses, boolean read) {
        this.ops = ops;
        this.size = size;
        this.crosses = crosses;
        this.read = read;
    }

    /** One of the entries of an operation of several logs; a read takes no number. */
    public static LogEntry crossing(Object op, boolean read) {
        return new LogEntry(new Object[] {op}, 1, /* crosses= */ true, read);
    }

    /** An entry whose operations are still to come. */
    public static LogEntry open(Object[] ops) {
        return new LogEntry(ops, ~0, /* crosses= */ false, /* read= */ false);
    }

    /** An entry of no operations: the writes before it that the log does not have are numbered. */
    static LogEntry mark() {
        return new LogEntry(CLEARED, 0, /* crosses= */ false, /* read= */ false);
    }

    /**
     * How many operations it has; {@code ~size} where more may come. Acquire: pairs with the release in {@link
     * #publish}.
     */
    private int sizeWord() {
        return (int) SIZE.getAcquire(this);
    }

    /**
     * Reads what applying it will read first: of each operation the line with its class. So this processor and its
     * neighbours have it at hand. Always true, since no operation is an entry; the compiler does not know that and so
     * cannot leave the reads out.
     */
    public boolean prefetch() {
        for (Object op : ops) {
            if (op != null && op.getClass() == LogEntry.class) {
                return false;
            }
        }
        return true;
    }

    /** How many operations it has, so far. */
    public int size() {
        int word = sizeWord();
        return word < 0 ? ~word : word;
    }

    /** Whether more operations may come. To be asked before {@link #size}, which is final if not. */
    boolean isOpen() {
        return sizeWord() < 0;
    }

    /** How many writes there are up to and with this entry. */
    public long endWrite() {
        return firstWrite + (read ? 0 : size());
    }

    /**
     * Publishes the operations of an open entry up to {@code size}, at first 0; for one thread at a time, by a lock.
     * Release: pairs with {@link #sizeWord}.
     */
    public void publish(int size) {
        SIZE.setRelease(this, ~size);
    }

    /** No more operations will come; for the same thread. */
    public void seal(int size) {
        SIZE.setRelease(this, size);
    }

    /** The operations, or null if they have been let go of. */
    public Object @Nullable [] opsIfHeld() {
        Object[] ops = (Object[]) OPS.getOpaque(this);
        return ops == CLEARED && size() > 0 ? null : ops;
    }

    /** Lets go of the operations. For the thread that has reclaimed it. */
    public void clear() {
        OPS.setOpaque(this, CLEARED);
    }
}
