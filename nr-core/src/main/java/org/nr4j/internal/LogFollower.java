package org.nr4j.internal;

import java.lang.System.Logger;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nr4j.LogConsumer;

/**
 * A follower at work: hands the writes that its {@link LogReader} takes to a consumer, in a task on an executor that runs while there is something to do and a little longer.
 *
 * <p>Writers only ever look whether it is idle. Under a steady stream of writes it is not, and looks into the log every now and then by itself, so that nobody pays for waking it.
 */
/*
 * state   IDLE: no task, a writer that publishes something starts one. QUEUED: the executor has it. RUNNING: somebody has the role of the one who delivers and ends. Whoever moves it from
 *         IDLE or QUEUED to RUNNING has the role: the task, or one who closes a follower whose executor does not run it.
 * ending  null while it goes on; else where it ends and why. An end at once replaces one further on, nothing replaces an end at once.
 */
public final class LogFollower<W> implements Runnable {
    private static final Logger LOGGER = System.getLogger(LogFollower.class.getName());

    private static final int IDLE = 0;
    private static final int QUEUED = 1;
    private static final int RUNNING = 2;

    /** How often, and how long each time, it sleeps beside an empty log before it needs waking. */
    private static final int NAPS = 20;

    private static final long NAP_NANOS = 50_000;
    private static final long NOBODY = 0;

    private final String name;
    private final long maxLag;
    private final boolean slowsWriters;
    private final LogReader<W> reader;
    private final Executor executor;
    private final Consumer<LogFollower<W>> onEnd;

    private final AtomicInteger state = new AtomicInteger(RUNNING);
    private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
    private final CompletableFuture<Long> ended = new CompletableFuture<>();

    /** The number of the first write not consumed. Release after the consumer's call, acquire by whoever waits for it. */
    private final PaddedLong index = new PaddedLong();

    /** The thread inside the consumer. Volatile: only an answer about the asking thread itself needs to be exact. */
    private volatile long delivering = NOBODY;

    private @Nullable LogConsumer<W> consumer;

    /** The thread that hands the task to the executor; each looks for itself only. */
    private volatile @Nullable Thread submitter;

    /** Ends before the write number {@code index}, or {@link #AT_ONCE}. */
    private record Ending(long index, @Nullable Throwable failure) {
        static final long AT_ONCE = -1;

        boolean isAtOnce() {
            return index == AT_ONCE;
        }
    }

    /**
     * A follower that does not run yet.
     *
     * @param onEnd called once when it ends, by the thread that ends it
     */
    LogFollower(
            String name,
            long maxLag,
            boolean slowsWriters,
            LogReader<W> reader,
            long start,
            Executor executor,
            Consumer<LogFollower<W>> onEnd) {
        this.name = name;
        this.maxLag = maxLag;
        this.slowsWriters = slowsWriters;
        this.reader = reader;
        this.executor = executor;
        this.onEnd = onEnd;
        index.setRelease(start);
    }

    /** Begins to deliver. */
    void start(LogConsumer<W> consumer) {
        this.consumer = consumer;
        state.set(QUEUED);
        submit();
    }

    // ---- what the writers see ----

    LogReader<W> reader() {
        return reader;
    }

    /** The first write that is more than it may be behind. */
    long limit() {
        long index = this.index.getAcquire();
        return index > Long.MAX_VALUE - maxLag ? Long.MAX_VALUE : index + maxLag;
    }

    boolean slowsWriters() {
        return slowsWriters;
    }

    /** Whether it takes no more from the log. */
    boolean isStopping() {
        Ending ending = this.ending.get();
        return ending != null && ending.isAtOnce();
    }

    boolean isDelivering(long threadId) {
        return delivering == threadId;
    }

    /** Starts the task if there is none. Never throws. */
    void wake() {
        if (state.get() == IDLE && state.compareAndSet(IDLE, QUEUED)) {
            submit();
        }
    }

    private void submit() {
        submitter = Thread.currentThread();
        try {
            executor.execute(this);
            submitter = null;
        } catch (Throwable e) { // it is full, shut down, cannot make a thread
            submitter = null;
            if (state.compareAndSet(QUEUED, RUNNING)) {
                stop(e);
                end();
            }
        }
    }

    // ---- the task ----

    @Override
    public void run() {
        if (submitter == Thread.currentThread()) {
            // The executor runs tasks where they are submitted: there a writer is inside an operation, perhaps with a
            // lock.
            Thread thread = new Thread(this, "nr4j-" + name);
            thread.setDaemon(true);
            thread.start();
        } else if (state.compareAndSet(QUEUED, RUNNING)) {
            try {
                work();
            } catch (Throwable e) { // out of memory, or a defect; nobody else would notice
                stop(e);
                end();
            }
        }
    }

    private void work() {
        for (int naps = 0; ; naps++) {
            if (deliverAll()) {
                naps = 0;
            }
            if (isAtEnd()) {
                end();
                return;
            }
            if (naps < NAPS) {
                LockSupport.parkNanos(this, NAP_NANOS);
            } else {
                state.set(IDLE); // volatile, then look again: see Followers
                if ((!reader.hasNext() && !isAtEnd()) || !state.compareAndSet(IDLE, RUNNING)) {
                    return;
                }
            }
        }
    }

    /** Delivers all there is; true if there was something. */
    private boolean deliverAll() {
        boolean delivered = false;
        while (!isAtEnd()) {
            WriteRun<W> run = reader.poll();
            if (run == null) {
                break;
            }
            deliver(run);
            delivered = true;
        }
        return delivered;
    }

    @SuppressWarnings("deprecation") // threadId() is there from JDK 19 on only
    private void deliver(WriteRun<W> run) {
        delivering = Thread.currentThread().getId();
        try {
            requireNext(run);
            consumer().accept(run.index(), run);
            index.setRelease(run.end()); // pairs with getAcquire in limit and index
        } catch (Throwable e) {
            stop(e);
            LOGGER.log(
                    Logger.Level.WARNING,
                    "a consumer must not throw unless it wants to stop: follower=" + name + " index=" + run.index()
                            + "; it was stopped, ended() tells",
                    e);
        } finally {
            delivering = NOBODY;
        }
    }

    /** In order, each once: should a defect break that, nobody is to go on as if nothing were. */
    private void requireNext(WriteRun<W> run) {
        if (run.index() != index()) {
            throw new IllegalStateException("a follower must receive each write once and in order: index=" + run.index()
                    + " expected=" + index() + "; this is a defect of nr4j, please report it");
        }
    }

    private LogConsumer<W> consumer() {
        LogConsumer<W> consumer = this.consumer;
        if (consumer == null) {
            throw new IllegalStateException("a follower must be started before it delivers: follower=" + name);
        }
        return consumer;
    }

    private boolean isAtEnd() {
        Ending ending = this.ending.get();
        return ending != null && index.getOpaque() >= ending.index;
    }

    /** For the thread that has the role: tells everybody that this is over. */
    private void end() {
        try {
            reader.abandon();
            reader.clear();
            onEnd.accept(this);
        } finally {
            Throwable failure = failure();
            if (failure != null) {
                ended.completeExceptionally(failure);
            } else {
                ended.complete(index());
            }
        }
    }

    /** Why it ends or has ended, if something went wrong. */
    @Nullable
    Throwable failure() {
        Ending ending = this.ending.get();
        return ending == null ? null : ending.failure;
    }

    // ---- ending ----

    /** Ends without delivering more, because of a failure if there is one. Does not wait. */
    void stop(@Nullable Throwable failure) {
        Ending before = ending.get();
        while ((before == null || !before.isAtOnce())
                && !ending.compareAndSet(before, new Ending(Ending.AT_ONCE, failure))) {
            before = ending.get();
        }
        reader.abandon();
    }

    /** Ends one that was not started. */
    void cancel() {
        stop(/* failure= */ null);
        end();
    }

    /** Ends before the write number {@code end}, with a failure if there is one. Does not wait. */
    public void finish(long end, @Nullable Throwable failure) {
        ending.compareAndSet(null, new Ending(end, failure));
        wake();
    }

    /** Ends without delivering more, and waits until no call of the consumer is under way, except from inside that call. */
    public void close(long threadId, Backoff backoff) {
        stop(/* failure= */ null);
        if (state.compareAndSet(IDLE, RUNNING) || state.compareAndSet(QUEUED, RUNNING)) {
            end();
            return;
        }
        while (!ended.isDone() && !isDelivering(threadId)) {
            backoff.pauseOrSleep(this, NAP_NANOS);
        }
    }

    // ---- what the owner sees ----

    /** Its name. */
    public String name() {
        return name;
    }

    /** The number of the first write not consumed. */
    public long index() {
        return index.getAcquire();
    }

    /** How many writes it may be behind. */
    public long maxLag() {
        return maxLag;
    }

    /** Completed when it has ended, with the index, or with why. */
    public CompletableFuture<Long> ended() {
        return ended.copy();
    }
}
