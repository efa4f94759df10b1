package org.nr4j.internal.async;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.combine.Responses;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.StackReserve;

/**
 * Writes that threads submit without waiting. A task on an executor applies them in batches.
 *
 * <p>The writes of one thread are applied in the order in which it submitted them. A submitter that finds
 * {@value #CAPACITY} writes waiting applies a batch itself. So it does not depend on the executor, whose only thread it
 * may be.
 *
 * <p>A task of its own completes each future, on the executor. Completing a future runs code of the user, which may
 * block or wait for another of these futures.
 *
 * <p>Every future is completed, whatever error comes: with its answer if the write was applied and answered, else with
 * the error. The executor must run each task that it accepts.
 */
/*
 * A submission is a node of a linked stack, and one CAS publishes it. So a failed submission leaves nothing behind, and
 * taking submissions allocates nothing.
 *
 * No submission stays behind. A submitter publishes, then makes sure that a task is on its way (taskPending). The task
 * clears taskPending before it looks for submissions. `draining` ensures that there is one drainer at a time. A thread
 * that cannot become the drainer may leave, since the drainer looks for submissions once more after it has given the
 * role up.
 *
 * Giving up a role is a store to a volatile field, which needs no stack and no memory.
 */
public final class AsyncSubmissions<W, A extends @Nullable Object> {
    private static final int CAPACITY = 4096;
    private static final int LARGEST_BATCH = 256;

    /** How long a submitter without room sleeps while another thread applies a batch, in nanoseconds. */
    private static final long SLEEP_NANOS = 50_000;

    /** The pause after an error before the next attempt to complete a future, in nanoseconds. */
    private static final long RETRY_NANOS = 1_000_000;

    /**
     * The frames that must fit on the stack before a thread takes submissions. Completing submissions needs far fewer.
     */
    private static final int FRAMES_NEEDED = 200;

    private static final VarHandle NEWEST = handle("newest", Submission.class);
    private static final VarHandle TASK_PENDING = handle("taskPending", boolean.class);
    private static final VarHandle DRAINING = handle("draining", boolean.class);

    private static VarHandle handle(String field, Class<?> type) {
        return ConstantBootstraps.fieldVarHandle(
                MethodHandles.lookup(), field, VarHandle.class, AsyncSubmissions.class, type);
    }

    /** The stack of published submissions, linked by {@link Submission#next}. */
    private volatile @Nullable Submission<A> newest;

    /** Whether a task is on its way that will look for submissions. */
    @SuppressWarnings("UnusedVariable") // read through TASK_PENDING
    private volatile boolean taskPending;

    /** Whether a thread is the drainer. The drainer owns {@link #oldest}. */
    @SuppressWarnings("UnusedVariable") // read through DRAINING
    private volatile boolean draining;

    /**
     * The submissions that a drainer has taken off the stack and that are not in a batch, in the order of submission.
     */
    private @Nullable Submission<A> oldest;

    /** The length of the list {@link #oldest}. Written by the drainer only. */
    private volatile int taken;

    private final Runnable drainTask = this::drain;
    private final Function<Object[], Responses> apply;
    private final Executor executor;
    private final Supplier<Backoff> backoffs;

    /** Creates an instance whose writes {@code apply} applies in batches, on threads of the executor. */
    public AsyncSubmissions(Function<Object[], Responses> apply, Executor executor, Supplier<Backoff> backoffs) {
        this.apply = apply;
        this.executor = executor;
        this.backoffs = backoffs;
    }

    /** Submits a write. An error thrown here means that the write may or may not be applied. */
    public CompletableFuture<A> submit(W op) {
        Submission<A> submission = new Submission<>(op);
        try {
            if (!publish(submission)) {
                publishSlowPath(submission);
            }
        } finally { // after an error, for the submissions of others
            ensureTask();
        }
        return submission;
    }

    private void ensureTask() {
        if (!isEmpty() && TASK_PENDING.compareAndSet(this, false, true)) {
            try {
                executor.execute(drainTask);
            } catch (Throwable e) { // it is full, shut down, cannot make a thread
                taskPending = false; // also if the stack has no room for drain
                drain();
            }
        }
    }

    /** Publishes a submission. Returns false if there is no room. */
    private boolean publish(Submission<A> submission) {
        Submission<A> top;
        do {
            top = newest;
            int depth = top == null ? 0 : top.depth;
            if (depth + taken >= CAPACITY) {
                return false;
            }
            submission.next = top;
            submission.depth = depth + 1;
        } while (!NEWEST.compareAndSet(this, top, submission));
        return true;
    }

    private void publishSlowPath(Submission<A> submission) {
        try (Backoff backoff = backoffs.get()) {
            do {
                if (!tryDrainBatch()) {
                    backoff.pauseOrSleep(this, SLEEP_NANOS);
                }
            } while (!publish(submission));
        }
    }

    private boolean isEmpty() {
        return newest == null && taken == 0;
    }

    /** Applies batches until none is left, or until another thread is the drainer, which then looks once more. */
    private void drain() {
        taskPending = false;
        while (!isEmpty() && tryDrainBatch()) {}
    }

    /** Applies a batch and completes its futures. Returns false if another thread is the drainer. */
    private boolean tryDrainBatch() {
        StackReserve.require(FRAMES_NEEDED);
        Submission<A> batch = null;
        Throwable failure = null;
        if (!DRAINING.compareAndSet(this, false, true)) {
            return false;
        }
        try {
            batch = takeBatch();
            applyAll(batch);
        } catch (Throwable e) {
            failure = e;
        } finally {
            draining = false;
        }
        completeAll(batch, failure);
        return true;
    }

    /** Takes the oldest submissions, linked in their order. Allocates nothing. */
    @SuppressWarnings("unchecked")
    private @Nullable Submission<A> takeBatch() {
        int count = taken;
        if (oldest == null) {
            Submission<A> top = (Submission<A>) NEWEST.getAndSet(this, null);
            count = top == null ? 0 : top.depth;
            while (top != null) {
                Submission<A> below = top.next;
                top.next = oldest;
                oldest = top;
                top = below;
            }
        }
        Submission<A> first = oldest;
        Submission<A> last = null;
        Submission<A> rest = first;
        int size = 0;
        for (; rest != null && size < LARGEST_BATCH; rest = rest.next) {
            last = rest;
            size++;
        }
        if (last != null) {
            last.next = null;
        }
        oldest = rest;
        taken = count - size;
        return first;
    }

    /** Applies a batch and keeps each answer in its submission. */
    private void applyAll(@Nullable Submission<A> batch) {
        int size = 0;
        for (Submission<A> each = batch; each != null; each = each.next) {
            size++;
        }
        if (size == 0) {
            return;
        }
        Object[] ops = new Object[size];
        int i = 0;
        for (Submission<A> each = batch; each != null; each = each.next) {
            ops[i++] = each.op;
        }
        Responses answers = apply.apply(ops);
        i = 0;
        for (Submission<A> each = batch; each != null; each = each.next) {
            each.answer(answers.value(i), answers.failure(i));
            i++;
        }
    }

    /**
     * Completes the futures of a batch, each in a task on the executor, or on this thread if the executor throws.
     *
     * @param failure the failure of the submissions without an answer
     */
    private void completeAll(@Nullable Submission<A> batch, @Nullable Throwable failure) {
        Submission<A> incomplete = null;
        for (Submission<A> each = batch, next; each != null; each = next) {
            next = each.next;
            if (!each.answered) {
                each.answer(null, failure);
            }
            if (!tryComplete(each)) {
                each.next = incomplete;
                incomplete = each;
            } else {
                each.next = null;
            }
        }
        while (incomplete != null) { // no memory: some may be free later
            LockSupport.parkNanos(this, RETRY_NANOS);
            Submission<A> next = incomplete.next;
            if (tryComplete(incomplete)) {
                incomplete = next;
            }
        }
    }

    private boolean tryComplete(Submission<A> submission) {
        try {
            executor.execute(submission);
            return true;
        } catch (Throwable e) { // it is full, shut down, cannot make a thread
            try {
                submission.run();
                return true;
            } catch (Throwable again) {
                return submission.isDone();
            }
        }
    }

    /** The future of one write, and the task that completes it. Running the task twice does nothing. */
    private static final class Submission<A extends @Nullable Object> extends CompletableFuture<A> implements Runnable {
        /** The write; null once it is answered. */
        @Nullable
        Object op;

        /**
         * The submission below on the stack. After it is taken off the stack, the submission that was submitted next.
         */
        @Nullable
        Submission<A> next;

        /** How many submissions the stack has up to this one. */
        int depth;

        private @Nullable Object value;
        private @Nullable Throwable failure;

        /** Whether {@link #value} and {@link #failure} are known. */
        boolean answered;

        Submission(Object op) {
            this.op = op;
        }

        void answer(@Nullable Object value, @Nullable Throwable failure) {
            this.value = value;
            this.failure = failure;
            this.answered = true;
            this.op = null;
        }

        @Override
        @SuppressWarnings({"unchecked", "NullAway"}) // null is an answer where A is nullable
        public void run() {
            if (failure != null) {
                completeExceptionally(failure);
            } else if (answered) {
                complete((A) value);
            }
        }
    }
}
