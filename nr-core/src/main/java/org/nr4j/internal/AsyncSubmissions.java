package org.nr4j.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Writes submitted without waiting: a bounded queue that a task on an executor empties in batches. Submitters are many, the task is one at a time, hence JCTools'
 * multi-producer single-consumer queue.
 *
 * <p>Operations of one thread are applied in the order it submitted them. A full queue slows submitters down: each then waits until the task has made room. Futures are completed by tasks
 * of their own on the executor, since completing one runs code of the user, which may block or wait for another of these futures.
 */
/*
 * `scheduled` makes the consumer single: set by who submits the task, cleared by the task when it found the queue empty. Submitters offer first and read it then; the
 * task clears it first and reads the queue then (both volatile): one of them sees the other, so no submission stays behind.
 */
public final class AsyncSubmissions<W, A extends @Nullable Object> {
    private static final int CAPACITY = 4096;
    private static final int LARGEST_BATCH = 256;
    private static final long FULL_QUEUE_SLEEP_NANOS = 50_000;

    private final MpscVarHandleArrayQueue<Submission<W, A>> queue = new MpscVarHandleArrayQueue<>(CAPACITY);
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Function<Object[], Answers> apply;
    private final Executor executor;

    /** Submissions that {@code apply} applies in batches, on threads of the executor. */
    public AsyncSubmissions(Function<Object[], Answers> apply, Executor executor) {
        this.apply = apply;
        this.executor = executor;
    }

    /** Submits a write; waits only while the queue is full. */
    public CompletableFuture<A> submit(W op, Backoff backoff) {
        Submission<W, A> submission = new Submission<>(op);
        while (!queue.offer(submission)) {
            schedule();
            backoff.pauseOrSleep(this, FULL_QUEUE_SLEEP_NANOS);
        }
        backoff.done();
        schedule();
        return submission;
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            run(this::drain);
        }
    }

    /** Runs a task on the executor; on the calling thread if the executor takes no more: late is better than never. */
    private void run(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    private void drain() {
        List<Submission<W, A>> batch = new ArrayList<>();
        queue.drain(batch::add, LARGEST_BATCH);
        if (!batch.isEmpty()) {
            applyAll(batch);
        }
        scheduled.set(false);
        if (!queue.isEmpty()) {
            schedule();
        }
    }

    private void applyAll(List<Submission<W, A>> batch) {
        Answers answers;
        try {
            answers =
                    apply.apply(batch.stream().map(submission -> submission.op).toArray());
        } catch (Throwable e) {
            batch.forEach(submission -> run(() -> submission.completeExceptionally(e)));
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            Submission<W, A> submission = batch.get(i);
            int index = i;
            run(() -> submission.complete(answers, index));
        }
    }

    /** The future of one operation. */
    private static final class Submission<W, A extends @Nullable Object> extends CompletableFuture<A> {
        final Object op;

        Submission(W op) {
            this.op = op;
        }

        @SuppressWarnings("unchecked")
        void complete(Answers answers, int index) {
            Throwable failure = answers.failure(index);
            if (failure != null) {
                completeExceptionally(failure);
            } else {
                complete((A) answers.value(index));
            }
        }
    }
}
