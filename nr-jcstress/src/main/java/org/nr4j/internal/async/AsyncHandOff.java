package org.nr4j.internal.async;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.combine.Responses;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.stats.WaitCounters;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Tests asynchronous submission. A submitter offers, then checks whether a task is pending. A task clears that flag,
 * then checks the queue. No submission stays behind, and no two threads apply at the same time.
 */
public final class AsyncHandOff {
    private AsyncHandOff() {}

    /** Runs tasks on the submitting thread, one after the other. */
    private static final class CallerRuns implements Executor {
        private final ThreadLocal<ArrayDeque<Runnable>> tasks = new ThreadLocal<>();

        @Override
        public void execute(Runnable task) {
            ArrayDeque<Runnable> running = tasks.get();
            if (running != null) {
                running.add(task);
                return;
            }
            running = new ArrayDeque<>();
            tasks.set(running);
            for (Runnable next = task; next != null; next = running.poll()) {
                next.run();
            }
            tasks.remove();
        }
    }

    private static final Executor EXECUTOR = new CallerRuns();

    @JCStressTest
    @Outcome(id = "1, 2, 2", expect = ACCEPTABLE, desc = "both applied and answered")
    @Outcome(expect = FORBIDDEN, desc = "one stayed behind, or two tasks ran at once")
    @State
    public static class TwoSubmitters {
        final AsyncSubmissions<Integer, Integer> submissions = new AsyncSubmissions<>(
                this::apply, EXECUTOR, () -> new Backoff(WaitStrategy.adaptive(), new WaitCounters()));
        private CompletableFuture<Integer> first;
        private CompletableFuture<Integer> second;
        /** Plain: only one thread at a time applies, and it sees what the one before wrote. */
        private int applied;

        private Responses apply(Object[] ops) {
            Responses answers = new Responses(ops.length);
            for (Object op : ops) {
                applied++;
                answers.add(op, null);
            }
            return answers;
        }

        @Actor
        public void first() {
            first = submissions.submit(1);
        }

        @Actor
        public void second() {
            second = submissions.submit(2);
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r1 = first.getNow(-1);
            r.r2 = second.getNow(-1);
            r.r3 = applied;
        }
    }

    /** Dropped: the task's second look at the queue, after it has said that no task is pending. */
    @JCStressTest
    @Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "both applied")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "one stayed behind")
    @State
    public static class TwoSubmittersWeakened {
        final ConcurrentLinkedQueue<Integer> queue = new ConcurrentLinkedQueue<>();
        final AtomicBoolean taskPending = new AtomicBoolean();
        private int applied;

        private void submit(int op) {
            queue.offer(op);
            if (taskPending.compareAndSet(false, true)) {
                while (queue.poll() != null) {
                    applied++;
                }
                taskPending.set(false);
            }
        }

        @Actor
        public void first(III_Result r) {
            submit(1);
            r.r1 = 1;
        }

        @Actor
        public void second(III_Result r) {
            submit(2);
            r.r2 = 1;
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r3 = applied;
        }
    }
}
