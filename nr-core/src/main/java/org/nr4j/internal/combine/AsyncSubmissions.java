package org.nr4j.internal.combine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.lock.Backoff;

/**
 * Writes submitted without waiting: a bounded queue that a task on an executor empties in batches. Submitters are many,
 * the one who empties it is one at a time, hence JCTools' multi-producer single-consumer queue.
 *
 * <p>Operations of one thread are applied in the order it submitted them. Who finds the queue full applies a batch
 * itself, so that it does not depend on the executor, whose only thread it may be. Futures are completed by tasks of
 * their own on the executor: completing one runs code of the user, which may block or wait for another of these
 * futures.
 */
/*
 * No submission stays behind. A submitter offers, then makes sure that a task is on its way (`taskPending`). The task
 * clears taskPending before it looks at the queue, so a submitter that finds it set offered before that look.
 * `draining` makes the consumer single; who gives it up looks at the queue once more, so whoever was refused the role
 * may go. A queue that is not empty may still have nothing to give, while a submitter is in the middle of its offer:
 * then, too, one has to look again. All are volatile.
 */
public final class AsyncSubmissions<W, A extends @Nullable Object> {
    private static final int CAPACITY = 4096;
    private static final int LARGEST_BATCH = 256;
    private static final long SLEEP_NANOS = 50_000;
    private static final int BUSY = -1;

    private final MpscVarHandleArrayQueue<Submission<A>> queue = new MpscVarHandleArrayQueue<>(CAPACITY);
    private final AtomicBoolean taskPending = new AtomicBoolean();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final Function<Object[], Responses> apply;
    private final Executor executor;
    private final Supplier<Backoff> backoffs;

    /** Submissions that {@code apply} applies in batches, on threads of the executor. */
    public AsyncSubmissions(Function<Object[], Responses> apply, Executor executor, Supplier<Backoff> backoffs) {
        this.apply = apply;
        this.executor = executor;
        this.backoffs = backoffs;
    }

    /** Submits a write. */
    public CompletableFuture<A> submit(W op) {
        Submission<A> submission = new Submission<>(op);
        if (!queue.offer(submission)) {
            submitSlowPath(submission);
        }
        if (taskPending.compareAndSet(false, true)) {
            run(this::drainTask);
        }
        return submission;
    }

    private void submitSlowPath(Submission<A> submission) {
        try (Backoff backoff = backoffs.get()) {
            do {
                if (drainBatch() <= 0) {
                    backoff.pauseOrSleep(this, SLEEP_NANOS);
                }
            } while (!queue.offer(submission));
        }
    }

    /** Applies batches until the queue is empty, or another thread is at it, which then looks again. */
    private void drainTask() {
        taskPending.set(false);
        try (Backoff backoff = backoffs.get()) {
            int drained = 0;
            while (drained != BUSY && !queue.isEmpty()) {
                drained = drainBatch();
                if (drained == 0) { // a submitter is in the middle of its offer
                    backoff.pauseOrSleep(this, SLEEP_NANOS);
                }
            }
        }
    }

    /** Applies a batch and returns its size, or {@link #BUSY} if another thread is applying one. */
    private int drainBatch() {
        if (!draining.compareAndSet(false, true)) {
            return BUSY;
        }
        List<Submission<A>> batch = new ArrayList<>();
        Runnable completion;
        try {
            queue.drain(batch::add, LARGEST_BATCH);
            completion = batch.isEmpty() ? () -> {} : applyAll(batch);
        } finally {
            draining.set(false);
        }
        completion.run();
        return batch.size();
    }

    /** Applies a batch; returns what is left to do, outside: telling the futures. */
    private Runnable applyAll(List<Submission<A>> batch) {
        try {
            Responses answers =
                    apply.apply(batch.stream().map(submission -> submission.op).toArray());
            return () -> {
                for (int i = 0; i < batch.size(); i++) {
                    Submission<A> submission = batch.get(i);
                    int index = i;
                    run(() -> submission.complete(answers, index));
                }
            };
        } catch (Throwable e) {
            return () -> batch.forEach(submission -> run(() -> submission.completeExceptionally(e)));
        }
    }

    /**
     * Runs a task on the executor; on the calling thread if the executor fails to take it: late is better than never.
     */
    private void run(Runnable task) {
        Once once = new Once(task);
        try {
            executor.execute(once);
        } catch (Throwable e) { // it is full, shut down, cannot make a thread
            once.run();
        }
    }

    /** Runs a task the first time only: an executor that throws may have run it all the same. */
    private static final class Once extends AtomicBoolean implements Runnable {
        private static final long serialVersionUID = 1;

        private final transient Runnable task;

        Once(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (compareAndSet(false, true)) {
                task.run();
            }
        }
    }

    /** The future of one operation. */
    private static final class Submission<A extends @Nullable Object> extends CompletableFuture<A> {
        final Object op;

        Submission(Object op) {
            this.op = op;
        }

        @SuppressWarnings("unchecked")
        void complete(Responses answers, int index) {
            Throwable failure = answers.failure(index);
            if (failure != null) {
                completeExceptionally(failure);
            } else {
                complete((A) answers.value(index));
            }
        }
    }
}
