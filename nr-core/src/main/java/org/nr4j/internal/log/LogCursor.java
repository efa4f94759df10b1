package org.nr4j.internal.log;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.follow.Followers;
import org.nr4j.internal.padding.PaddedLong;

/**
 * A follower's place in the log, and what it has taken from there but not yet handed over. Anybody may make it take
 * what there is: the follower itself, or a combiner that needs the room. So a slow consumer does not keep the log full;
 * how much it may have in hand is limited by {@link Followers}.
 *
 * <p>A follower of one log takes it run by run ({@link Intake}), one of several takes all there is in each ({@link
 * #drainTo}).
 */
public final class LogCursor<W> implements Intake<WriteRun<W>> {
    private final OperationLog log;
    private final long joined;
    private final long start;

    /** Guards all below; writes of {@code position} too. Held for a moment, never while user code runs. */
    private final ReentrantLock mutex = new ReentrantLock();

    private final Deque<WriteRun<W>> backlog = new ArrayDeque<>();
    private final PaddedLong position = new PaddedLong();
    private int offset;

    /**
     * The number of the first write not consumed. Release after the consumer's call, acquire by whoever waits for it.
     */
    private final PaddedLong index = new PaddedLong();

    /** Set when nobody will poll any more: the log may be reclaimed past the position then. */
    private volatile boolean abandoned;

    /**
     * A reader at a log index that cannot be reclaimed at the moment.
     *
     * @param start the number of the first write that is wanted; earlier ones at and after the index are left out
     */
    public LogCursor(OperationLog log, long position, long start) {
        this.log = log;
        this.joined = position;
        this.start = start;
        this.position.setRelease(position);
        this.index.setRelease(start);
    }

    /**
     * The number of the first write that the consumer has not dealt with. Acquire: pairs with the release in {@link
     * #setIndex}.
     */
    public long index() {
        return index.getAcquire();
    }

    /** The first write that is more than {@code maxLag} beyond what the consumer has dealt with. */
    public long limit(long maxLag) {
        long index = index();
        return index > Long.MAX_VALUE - maxLag ? Long.MAX_VALUE : index + maxLag;
    }

    /**
     * For the follower's task: the consumer has dealt with all writes below that number. Release: pairs with {@link
     * #index()}.
     */
    public void setIndex(long newIndex) {
        index.setRelease(newIndex);
    }

    /**
     * The log index up to which everything was taken. Acquire: pairs with the release in {@link #takeAll}; what was
     * read of the log was read before.
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

    /** In order, each once: should a defect break that, nobody is to go on as if nothing were. */
    public static void requireNext(WriteRun<?> run, long expected) {
        if (run.index() != expected) {
            throw new IllegalStateException("a follower must receive each write once and in order: index=" + run.index()
                    + " expected=" + expected + "; this is a defect of nr4j, please report it");
        }
    }

    /** Takes all there is and hands over all that was taken; true if that is something. */
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

    /** Takes all there is, unless another thread is at it. */
    public void tryTake() {
        if (mutex.tryLock()) {
            try {
                takeAll();
            } finally {
                mutex.unlock();
            }
        }
    }

    /** Lets go of the place in the log. */
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

    /** Whether this reader has let go of its place in the log. */
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
            boolean open = entry.isOpen(); // before its size, which is final if not
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

    /** What is not there any more was reclaimed, which nobody may do before this reader was abandoned. */
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
     * Takes the writes between {@code start} and {@code firstWrite}, that of the place in the log where this reader
     * began, if the log still has them. Reclaiming may go on meanwhile: an entry is there as a whole or not at all.
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
