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
 * A follower at work: hands what it takes from the log, or from several, to a consumer, in a task on an executor that
 * runs while there is something to do and a little longer.
 *
 * <p>Writers only ever look whether it is idle. Under a steady stream of writes it is not, and looks into the log every
 * now and then by itself, so that nobody pays for waking it.
 *
 * @param <B> what the consumer receives in one call
 */
/*
 * state   IDLE: no task, a writer that publishes something starts one. QUEUED: the executor has it. RUNNING: somebody
 *         has the role of the one who delivers and ends. Whoever moves it from
 *         IDLE or QUEUED to RUNNING has the role: the task, or one who closes a follower whose executor does not run
 *         it. ending  null while it goes on; else where it ends in each log, and why. An end at once replaces one
 *         further on, nothing replaces an end at once.
 */
public final class LogFollower<B> {
    private static final Logger LOGGER = System.getLogger(LogFollower.class.getName());

    private static final VarHandle UNSUBMITTED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "unsubmitted", VarHandle.class, LogFollower.class, boolean.class);

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
    private final List<? extends LogCursor<?>> readers;
    private final Intake<B> intake;
    private final Executor executor;
    private final OnEnd onEnd;

    private final AtomicInteger state = new AtomicInteger(RUNNING);
    private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
    private final CompletableFuture<long[]> ended = new CompletableFuture<>();

    /** The thread inside the consumer. Volatile: only an answer about the asking thread itself needs to be exact. */
    private volatile long delivering = NOBODY;

    private @Nullable Consumer<B> consumer;

    /**
     * Whether an error may have kept the task from the executor; state is QUEUED then. A thread that meets the error
     * stores it as a field, since it may have no stack for a call. The thread that resets it by compareAndSet submits
     * again. The executor may have the first task all the same, and may have run it; of two tasks, one does nothing.
     */
    private volatile boolean unsubmitted;

    /** What the follower's owner does with a piece. */
    @FunctionalInterface
    public interface Consumer<B> {
        void accept(B piece) throws Exception;
    }

    /** What is to be done once when a follower ends, by the thread that ends it. */
    @FunctionalInterface
    public interface OnEnd {
        void accept(LogFollower<?> follower);
    }

    /** Ends in each log before the write of that number. */
    private static final class Ending {
        private static final long AT_ONCE = -1;
        private static final long NOT_YET = Long.MAX_VALUE;

        final long[] ends;
        final @Nullable Throwable failure;

        private Ending(long[] ends, @Nullable Throwable failure) {
            this.ends = ends;
            this.failure = failure;
        }

        static Ending atOnce(int logs, @Nullable Throwable failure) {
            long[] ends = new long[logs];
            Arrays.fill(ends, AT_ONCE);
            return new Ending(ends, failure);
        }

        boolean isAtOnce() {
            return ends[0] == AT_ONCE;
        }

        /** With an end in each log that has none. */
        static Ending joined(@Nullable Ending before, long[] ends, @Nullable Throwable failure) {
            if (before == null) {
                return new Ending(ends, failure);
            }
            long[] joined = before.ends.clone();
            for (int log = 0; log < joined.length; log++) {
                joined[log] = joined[log] == NOT_YET ? ends[log] : joined[log];
            }
            return new Ending(joined, before.failure);
        }
    }

    /**
     * A follower that does not run yet.
     *
     * @param readers one of each log that it follows
     * @param intake what it takes from them
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

    /** Whether it takes no more from the log. */
    boolean isStopping() {
        Ending ending = this.ending.get();
        return ending != null && ending.isAtOnce();
    }

    boolean isDelivering(long threadId) {
        return delivering == threadId;
    }

    /**
     * Starts the task if there is none. Never throws. After an error of the virtual machine the next call tries again.
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
            // No memory, or little stack left in the calling thread, which is not the follower's owner.
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
        } catch (Throwable e) { // it is full, or shut down
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
                // The executor runs tasks where they are submitted. A writer is inside an operation there, perhaps with
                // a lock.
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
                if ((!intake.hasNext() && !isAtEnd()) || !state.compareAndSet(IDLE, RUNNING)) {
                    return;
                }
            }
        }
    }

    /** Delivers all there is; true if there was something. */
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
                            + "; it was stopped, ended() tells",
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
        if (ending == null) {
            return false;
        }
        for (int log = 0; log < ending.ends.length; log++) {
            if (readers.get(log).index() < ending.ends[log]) {
                return false;
            }
        }
        return true;
    }

    /** For the thread that has the role: tells everybody that this is over. */
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

    /** Why it ends or has ended, if something went wrong. */
    public @Nullable Throwable failure() {
        Ending ending = this.ending.get();
        return ending == null ? null : ending.failure;
    }

    // ---- ending ----

    /** Ends without delivering more, because of a failure if there is one. Does not wait. */
    void stop(@Nullable Throwable failure) {
        Ending before = ending.get();
        while ((before == null || !before.isAtOnce())
                && !ending.compareAndSet(before, Ending.atOnce(readers.size(), failure))) {
            before = ending.get();
        }
        readers.forEach(LogCursor::abandon);
    }

    /** Ends one that was not started. */
    public void cancel() {
        stop(/* failure= */ null);
        end();
    }

    /**
     * Ends, once that is said of all its logs, before the write number {@code end} of a log, with a failure if there is
     * one. Does not wait.
     */
    void finish(LogCursor<?> reader, long end, @Nullable Throwable failure) {
        long[] ends = new long[readers.size()];
        Arrays.fill(ends, Ending.NOT_YET);
        ends[readers.indexOf(reader)] = end;
        finish(ends, failure);
    }

    /** Ends before the write of that number in each log. Does not wait. */
    public void finish(long... ends) {
        finish(ends, /* failure= */ null);
    }

    private void finish(long[] ends, @Nullable Throwable failure) {
        ending.updateAndGet(before -> Ending.joined(before, ends, failure));
        wake();
    }

    /**
     * Ends without delivering more, and waits until no call of the consumer is under way, except from inside that call.
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

    /** Its name. */
    public String name() {
        return name;
    }

    /** The number of the first write not consumed, of a follower of one log. */
    public long index() {
        return readers.get(0).index();
    }

    /** For each log, the number of the first write not consumed. */
    public long[] indexes() {
        return intake.indexes();
    }

    /** How many writes it may be behind. */
    public long maxLag() {
        return maxLag;
    }

    /** Completed when it has ended, with the number of the first write not consumed in each log, or with why. */
    public CompletableFuture<long[]> ended() {
        return ended.copy();
    }
}
