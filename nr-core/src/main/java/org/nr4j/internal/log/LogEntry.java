package org.nr4j.internal.log;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.combine.Request;
import org.nr4j.internal.multilog.MultiLogOperation;
import org.nr4j.internal.replica.Replica;

/**
 * One entry of the operation log: the writes that one combiner collected in one round, in order.
 *
 * <p>One reference a batch, not one an operation, is what goes into the shared array: it costs one card mark and one cache line transfer for all of
 * them. All fields are written before the entry is published ({@link OperationLog#tryAppend}) and read after it was found there, except for those below.
 */
/*
 * size      An entry is complete when it is published, but for those of a Journal, which go on filling up: one thread at a time stores an operation, then
 *           the new size (release, publish); followers read the size (acquire, size), then the operations. Negative (~size), it says that more may come: one word, so that who
 *           sees the end sees the final size.
 * requests  Belong to the holder of the origin's lock. Once the origin is out of order, they are left to the others (orphaned: release, orphan), and belong to
 *           whoever sees that (acquire, isOrphan) and takes them (getAndSet, takeRequests).
 * ops       Dropped by clear, for an entry that stays in the log when no replica will look at them again, and no follower that reads the log in order. A follower that looks back
 *           (LogCursor) may look at the same time: it sees the operations or that they are gone (opaque, opsIfHeld).
 */
public final class LogEntry {
    public static final Request[] NOBODY = {};
    private static final Object[] CLEARED = {};

    private static final VarHandle SIZE = handle("size", int.class);
    private static final VarHandle REQUESTS = handle("requests", Request[].class);
    private static final VarHandle ORPHANED = handle("orphaned", boolean.class);
    private static final VarHandle OPS = handle("ops", Object[].class);

    private static VarHandle handle(String field, Class<?> type) {
        return ConstantBootstraps.fieldVarHandle(MethodHandles.lookup(), field, VarHandle.class, LogEntry.class, type);
    }

    /** The replica whose combiner made this entry; there, and only there, the answers are delivered. */
    public final Replica<?, ?, ?> origin;

    /** Its place in the log; set by the combiner for each attempt to publish. */
    public long index = -1;

    /** How many writes come before it; set with {@link #index}. */
    public long firstWrite;

    /** The operations, in order. */
    public Object[] ops;

    /** For each operation the request it came with, null once that is answered; null as a whole where nobody waits. */
    public @Nullable Request[] requests;

    /** The next entry that the same replica left unanswered when it went out of order. */
    public @Nullable LogEntry nextOrphan;

    /** Whether it stands for a read, which takes no number. */
    private final boolean read;

    /** Whether it is one of the entries of an operation of several logs. */
    public final boolean crosses;

    @SuppressWarnings("UnusedVariable") // accessed through SIZE
    private int size;

    @SuppressWarnings("UnusedVariable") // accessed through ORPHANED
    private boolean orphaned;

    public LogEntry(Replica<?, ?, ?> origin, Object[] ops, @Nullable Request[] requests) {
        this(origin, ops, requests, ops.length, /* crosses= */ false, /* read= */ false);
    }

    private LogEntry(
            Replica<?, ?, ?> origin,
            Object[] ops,
            @Nullable Request[] requests,
            int size,
            boolean crosses,
            boolean read) {
        this.origin = origin;
        this.ops = ops;
        this.requests = requests;
        this.size = size;
        this.crosses = crosses;
        this.read = read;
    }

    /** An entry for an operation of several logs, whose submitter hears of the answer in another way. */
    public static LogEntry of(MultiLogOperation crossing, Replica<?, ?, ?> origin) {
        return new LogEntry(origin, new Object[] {crossing}, NOBODY, 1, /* crosses= */ true, crossing.readOnly);
    }

    /** An entry whose operations are still to come. */
    public static LogEntry open(Replica<?, ?, ?> origin, Object[] ops) {
        return new LogEntry(origin, ops, NOBODY, ~0, /* crosses= */ false, /* read= */ false);
    }

    /** An entry of no operations, which says how many writes there were before it that the log does not have. */
    static LogEntry mark(Replica<?, ?, ?> origin) {
        return new LogEntry(origin, CLEARED, NOBODY, 0, /* crosses= */ false, /* read= */ false);
    }

    /** How many operations it has; {@code ~size} where more may come. Acquire: pairs with the release in {@link #publish}. */
    private int sizeWord() {
        return (int) SIZE.getAcquire(this);
    }

    /** Reads what applying it will read first, of each operation the line with its class, so that this processor and its neighbours have it at hand. Always true, since no operation is an entry, which the compiler does not know and so cannot leave out. */
    public boolean fetch() {
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

    /** Publishes the operations of an open entry up to {@code size}, at first 0; for one thread at a time, by a lock. Release: pairs with {@link #sizeWord}. */
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

    /** For the holder of the origin's lock, which goes out of order: leaves the requests to the others. Release: pairs with {@link #isOrphan}. */
    public void orphan() {
        ORPHANED.setRelease(this, true);
    }

    /** Whether the origin is out of order and the requests may be taken. Acquire: which of them are answered. */
    public boolean isOrphan() {
        return (boolean) ORPHANED.getAcquire(this);
    }

    /** Takes the requests of an orphan, which are then the caller's to answer; nobody gets them twice. */
    public @Nullable Request[] takeRequests() {
        return (@Nullable Request[]) REQUESTS.getAndSet(this, NOBODY);
    }

    /** Gives back requests that were taken; those that are null have their answers. */
    public void giveBack(@Nullable Request[] requests) {
        REQUESTS.setVolatile(this, requests);
    }

    /** Wakes those who wait for an answer and sleep. They look at everything anew. */
    public void wakeWaiters() {
        for (Request request : requests) {
            if (request != null) {
                request.wakeIfParked();
            }
        }
    }

    /** Lets go of the operations, and of the requests, which are answered unless this is an orphan. For the thread that has reclaimed it. */
    public void clear() {
        OPS.setOpaque(this, CLEARED);
        if (!isOrphan()) {
            requests = NOBODY;
        }
    }
}
