package org.nr4j.internal.log;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.follow.Followers;
import org.nr4j.internal.padding.PaddedLong;

/**
 * A follower's place in the log, with the writes that were taken from there and not handed over yet.
 *
 * <p>Any thread may take entries on behalf of the follower: the follower itself, or a combiner that needs the room. So
 * a slow consumer does not keep the log full. {@link Followers} limits how many writes may wait here.
 *
 * <p>A follower of one log polls run by run ({@link Intake}), or joins the runs ({@link JoinedRuns}). A follower of
 * several logs drains each cursor ({@link #drainTo}).
 */
public final class LogCursor<W> implements Intake<WriteRun<W>> {
    private final OperationLog log;
    private final long joined;
    private final long start;

    /**
     * Guards {@code backlog}, {@code offset} and the writes of {@code position}. Held briefly, and never while user
     * code runs.
     */
    private final ReentrantLock mutex = new ReentrantLock();

    private final Deque<WriteRun<W>> backlog = new ArrayDeque<>();
    private final PaddedLong position = new PaddedLong();
    private int offset;

    /**
     * The number of the first write not consumed. It is set with release after the consumer's call. A thread that waits
     * for the consumer reads it with acquire.
     */
    private final PaddedLong index = new PaddedLong();

    /** Set when no thread will poll any more. The log may then be reclaimed past the position. */
    private volatile boolean abandoned;

    /**
     * Creates a cursor at a log index that cannot be reclaimed at the moment.
     *
     * @param start the number of the first write wanted; the cursor skips earlier writes at and after the index
     */
    public LogCursor(OperationLog log, long position, long start) {
        this.log = log;
        this.joined = position;
        this.start = start;
        this.position.setRelease(position);
        this.index.setRelease(start);
    }

    /**
     * Returns the number of the first write that the consumer is not done with. Acquire: pairs with the release in
     * {@link #setIndex}.
     */
    public long index() {
        return index.getAcquire();
    }

    /** Returns the number of the first write that would put the consumer more than {@code maxLag} writes behind. */
    public long limit(long maxLag) {
        long index = index();
        return index > Long.MAX_VALUE - maxLag ? Long.MAX_VALUE : index + maxLag;
    }

    /**
     * Declares that the consumer is done with all writes below that number. For the follower's task. Release: pairs
     * with {@link #index()}.
     */
    public void setIndex(long newIndex) {
        index.setRelease(newIndex);
    }

    /**
     * Returns the log index below which all entries were taken. Acquire: pairs with the release in {@link #takeAll}.
     * The entries below it were read before that release.
     */
    public long position() {
        return position.getAcquire();
    }

    @Override
    public @Nullable WriteRun<W> poll() {
        WriteRun<W> run;
        mutex.lock();
        try {
            takeAll();
            run = backlog.poll();
        } finally {
            mutex.unlock();
        }
        if (run != null) {
            requireNext(run, index());
        }
        return run;
    }

    @Override
    public void consumed(WriteRun<W> run) {
        setIndex(run.end());
    }

    @Override
    public long[] indexes() {
        return new long[] {index()};
    }

    /**
     * Throws unless the run starts with the expected write. A follower must receive each write once and in order, so a
     * defect that breaks this must stop it.
     */
    public static void requireNext(WriteRun<?> run, long expected) {
        if (run.index() != expected) {
            throw new IllegalStateException("a follower must receive each write once and in order: index=" + run.index()
                    + " expected=" + expected + "; this is a defect of nr4j, please report it");
        }
    }

    /** Takes all entries, and moves all writes that were taken to {@code to}. Returns true if there was one. */
    public boolean drainTo(Deque<WriteRun<W>> to) {
        mutex.lock();
        try {
            takeAll();
            boolean found = !backlog.isEmpty();
            to.addAll(backlog);
            backlog.clear();
            return found;
        } finally {
            mutex.unlock();
        }
    }

    /** Takes all entries, unless another thread is doing so. */
    public void tryTake() {
        if (mutex.tryLock()) {
            try {
                takeAll();
            } finally {
                mutex.unlock();
            }
        }
    }

    /** Gives up the place in the log. */
    public void abandon() {
        abandoned = true;
    }

    @Override
    public void clear() {
        mutex.lock();
        try {
            backlog.clear();
        } finally {
            mutex.unlock();
        }
    }

    /** Whether this cursor has given up its place in the log. */
    public boolean isAbandoned() {
        return abandoned;
    }

    @Override
    public boolean hasNext() {
        mutex.lock();
        try {
            takeAll();
            return !backlog.isEmpty();
        } finally {
            mutex.unlock();
        }
    }

    private void takeAll() {
        long tail = log.tail();
        long at = position.getOpaque();
        if (at < tail) {
            log.complete(tail);
        }
        while (at < tail) {
            LogEntry entry = log.entryIfHeld(at);
            Object[] ops = entry == null ? null : entry.opsIfHeld();
            if (entry == null || ops == null) {
                requireAbandoned(at);
                return;
            }
            boolean open = entry.isOpen(); // read before the size, which is final if this is false
            int size = entry.size();
            take(entry.firstWrite, ops, offset, size);
            offset = size;
            if (open) {
                return;
            }
            offset = 0;
            position.setRelease(++at);
        }
    }

    /**
     * Checks that this cursor was abandoned, after it found an entry missing. A missing entry was reclaimed, and no
     * thread may reclaim it before the cursor was abandoned.
     */
    private void requireAbandoned(long at) {
        if (!abandoned) {
            throw new IllegalStateException("an index to read must be held: index=" + at + " head=" + log.head()
                    + " tail=" + log.tail() + "; this is a defect of nr4j, please report it");
        }
    }

    private void take(long firstWrite, Object[] ops, int from, int to) {
        int wanted = (int) Math.max(from, Math.min(to, start - firstWrite));
        if (wanted < to) {
            backlog.add(new WriteRun<>(firstWrite + wanted, ops, wanted, to));
        }
    }

    /**
     * Takes the writes from {@code start} to before {@code firstWrite}, if the log still has them. {@code firstWrite}
     * is the number of the first write at the log index where this cursor began. Reclaiming may go on meanwhile: this
     * method finds an entry as a whole or not at all.
     */
    public boolean lookBack(long firstWrite) {
        mutex.lock();
        try {
            Deque<WriteRun<W>> found = new ArrayDeque<>();
            long index = joined;
            for (long end = firstWrite; end > start; ) {
                LogEntry entry = log.entryIfHeld(--index);
                Object[] ops = entry == null ? null : entry.opsIfHeld();
                if (entry == null || ops == null || entry.endWrite() != end) {
                    return false;
                }
                end = entry.firstWrite;
                int from = (int) Math.max(0, start - end);
                if (from < entry.size()) {
                    found.push(new WriteRun<>(end + from, ops, from, entry.size()));
                }
            }
            while (!found.isEmpty()) {
                backlog.push(found.removeLast());
            }
            return true;
        } finally {
            mutex.unlock();
        }
    }
}
