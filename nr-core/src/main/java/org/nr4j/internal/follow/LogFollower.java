package org.nr4j.internal.follow;

import java.lang.System.Logger;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.nr4j.FollowerOptions;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.log.Intake;
import org.nr4j.internal.log.LogCursor;
import org.nr4j.internal.thread.ThreadIds;

/**
 * A follower at work: takes writes from one log or several and passes them to a consumer. It does so in a task on an
 * executor. The task runs while there are writes to take, and a little longer.
 *
 * <p>A writer only looks whether the follower is idle. Under a steady stream of writes it is never idle, and looks into
 * the log by itself from time to time. So no writer pays for waking it.
 *
 * @param <B> what the consumer receives in one call
 */
/*
 * state    IDLE: there is no task. A writer that publishes an entry starts one.
 *          QUEUED: the executor has the task.
 *          RUNNING: a thread has the role of delivering and ending. The thread that moves the state from IDLE or QUEUED
 *          to RUNNING gets the role. It is the task, or a thread that closes a follower whose executor does not run it.
 * ending   null while the follower goes on; else where it ends in each log, and why. An end at once replaces a later
 *          end. Nothing replaces an end at once.
 */
public final class LogFollower<B> {
    private static final Logger LOGGER = System.getLogger(LogFollower.class.getName());

    private static final VarHandle UNSUBMITTED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "unsubmitted", VarHandle.class, LogFollower.class, boolean.class);

    private static final int IDLE = 0;
    private static final int QUEUED = 1;
    private static final int RUNNING = 2;

    /** How many naps of {@link #NAP_NANOS} the task takes at an empty log before the follower becomes idle. */
    private static final int NAPS = 20;

    private static final long NAP_NANOS = 50_000;
    private static final long NOBODY = 0;

    private final String name;
    private final long maxLag;
    private final boolean slowsWriters;
    private final List<? extends LogCursor<?>> readers;
    private final Intake<B> intake;
    private final Executor executor;
    private final OnEnd onEnd;

    private final AtomicInteger state = new AtomicInteger(RUNNING);
    private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
    private final CompletableFuture<long[]> ended = new CompletableFuture<>();

    /**
     * The thread that runs the consumer. Volatile is enough: only a thread that asks about itself needs an exact
     * answer.
     */
    private volatile long delivering = NOBODY;

    private @Nullable Consumer<B> consumer;

    /**
     * Whether an error may have kept the task from the executor; state is QUEUED then. A thread that meets the error
     * stores it as a field, since it may have no stack for a call. The thread that resets it by compareAndSet submits
     * again. The executor may have the first task all the same, and may have run it; of two tasks, one does nothing.
     */
    private volatile boolean unsubmitted;

    /** Receives pieces: the function of the follower's owner. */
    @FunctionalInterface
    public interface Consumer<B> {
        void accept(B piece) throws Exception;
    }

    /** An action at the end of a follower. The thread that ends the follower runs it once. */
    @FunctionalInterface
    public interface OnEnd {
        void accept(LogFollower<?> follower);
    }

    /**
     * Creates a follower that does not run yet.
     *
     * @param readers a cursor for each log that it follows
     * @param intake the source of pieces, which reads through the cursors
     */
    public LogFollower(
            FollowerOptions options,
            List<? extends LogCursor<?>> readers,
            Intake<B> intake,
            Executor executor,
            OnEnd onEnd) {
        this.name = options.name();
        this.maxLag = options.maxLag();
        this.slowsWriters = options.slowsWriters();
        this.readers = List.copyOf(readers);
        this.intake = intake;
        this.executor = executor;
        this.onEnd = onEnd;
    }

    /** Begins to deliver. */
    public void start(Consumer<B> consumer) {
        this.consumer = consumer;
        state.set(QUEUED);
        submit();
    }

    // ---- what the writers see ----

    boolean slowsWriters() {
        return slowsWriters;
    }

    /** Whether the follower has stopped taking writes from the log. */
    boolean isStopping() {
        Ending ending = this.ending.get();
        return ending != null && ending.isAtOnce();
    }

    boolean isDelivering(long threadId) {
        return delivering == threadId;
    }

    /**
     * Starts the task if there is none. Never throws. After an error of the virtual machine, the next call tries again.
     */
    void wake() {
        boolean mustSubmit = false;
        try {
            mustSubmit = unsubmitted && UNSUBMITTED.compareAndSet(this, true, false);
            if (state.get() == IDLE && state.compareAndSet(IDLE, QUEUED)) {
                mustSubmit = true;
            }
            if (mustSubmit) {
                submit();
                mustSubmit = false;
            }
        } catch (VirtualMachineError e) {
            // No memory, or little stack left. The calling thread is not the follower's owner and must not get the
            // error.
        } finally {
            if (mustSubmit) {
                unsubmitted = true;
            }
        }
    }

    private void submit() {
        Task task = new Task(Thread.currentThread());
        try {
            executor.execute(task);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) { // the executor is full or shut down
            if (state.compareAndSet(QUEUED, RUNNING)) {
                stop(e);
                end();
            }
        } finally {
            task.submitter = null;
        }
    }

    // ---- the task ----

    /** What the executor gets: runs the follower, but never on the thread that submits it. */
    private final class Task implements Runnable {
        /** Null once it was submitted. Volatile: only an answer about the asking thread itself needs to be exact. */
        private volatile @Nullable Thread submitter;

        Task(Thread submitter) {
            this.submitter = submitter;
        }

        @Override
        public void run() {
            if (submitter == Thread.currentThread()) {
                // The executor runs tasks on the submitting thread. That thread is a writer inside an operation,
                // perhaps with a lock.
                Thread thread = new Thread(LogFollower.this::run, "nr4j-" + name);
                thread.setDaemon(true);
                thread.start();
            } else {
                LogFollower.this.run();
            }
        }
    }

    void run() {
        if (state.compareAndSet(QUEUED, RUNNING)) {
            try {
                work();
            } catch (Throwable e) { // out of memory, or a defect; no other thread would notice
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
                if ((!intake.hasNext() && !isAtEnd()) || !state.compareAndSet(IDLE, RUNNING)) {
                    return;
                }
            }
        }
    }

    /** Delivers all pieces that there are. Returns true if there was one. */
    private boolean deliverAll() {
        boolean delivered = false;
        while (!isAtEnd()) {
            B piece = intake.poll();
            if (piece == null) {
                break;
            }
            deliver(piece);
            delivered = true;
        }
        return delivered;
    }

    private void deliver(B piece) {
        delivering = ThreadIds.current();
        try {
            consumer().accept(piece);
            intake.consumed(piece);
        } catch (Throwable e) {
            stop(e);
            LOGGER.log(
                    Logger.Level.WARNING,
                    "a consumer must not throw unless it wants to stop: follower=" + name + " index="
                            + Arrays.toString(indexes())
                            + "; the follower was stopped, see ended()",
                    e);
        } finally {
            delivering = NOBODY;
        }
    }

    private Consumer<B> consumer() {
        Consumer<B> consumer = this.consumer;
        if (consumer == null) {
            throw new IllegalStateException("a follower must be started before it delivers: follower=" + name);
        }
        return consumer;
    }

    private boolean isAtEnd() {
        Ending ending = this.ending.get();
        return ending != null && ending.isReachedBy(readers);
    }

    /** Ends the follower, and completes {@link #ended}. For the thread that has the role. */
    private void end() {
        try {
            readers.forEach(LogCursor::abandon);
            intake.clear();
            onEnd.accept(this);
        } finally {
            Throwable failure = failure();
            if (failure != null) {
                ended.completeExceptionally(failure);
            } else {
                ended.complete(intake.indexes());
            }
        }
    }

    /** Returns the failure for which the follower ends or has ended, or null. */
    public @Nullable Throwable failure() {
        Ending ending = this.ending.get();
        return ending == null ? null : ending.failure;
    }

    // ---- ending ----

    /** Ends at once, without delivering more. {@code failure} is the reason, or null. Does not wait. */
    void stop(@Nullable Throwable failure) {
        Ending before = ending.get();
        while ((before == null || !before.isAtOnce())
                && !ending.compareAndSet(before, Ending.atOnce(readers.size(), failure))) {
            before = ending.get();
        }
        readers.forEach(LogCursor::abandon);
    }

    /** Ends a follower that was not started. */
    public void cancel() {
        stop(/* failure= */ null);
        end();
    }

    /**
     * Sets the end in one of its logs: before the write number {@code end}. The follower ends once it has an end in
     * each log, and has reached them all. {@code failure} is the reason, or null. Does not wait.
     */
    void finish(LogCursor<?> reader, long end, @Nullable Throwable failure) {
        finish(Ending.endsOfOne(readers.size(), readers.indexOf(reader), end), failure);
    }

    /** Ends before the write with the given number in each log. Does not wait. */
    public void finish(long... ends) {
        finish(ends, /* failure= */ null);
    }

    private void finish(long[] ends, @Nullable Throwable failure) {
        ending.updateAndGet(before -> Ending.joined(before, ends, failure));
        wake();
    }

    /**
     * Ends without delivering more. Waits until no call of the consumer is in progress, unless the caller is inside
     * that call.
     */
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

    /** Returns the name. */
    public String name() {
        return name;
    }

    /** Returns the number of the first write not consumed. For a follower of one log. */
    public long index() {
        return readers.get(0).index();
    }

    /** Returns the number of the first write not consumed, by log. */
    public long[] indexes() {
        return intake.indexes();
    }

    /** Returns how many writes the follower may be behind. */
    public long maxLag() {
        return maxLag;
    }

    /**
     * Returns a future that completes when the follower has ended. Its value is the number of the first write not
     * consumed, by log. After a failure, the future completes with that failure.
     */
    public CompletableFuture<long[]> ended() {
        return ended.copy();
    }
}
