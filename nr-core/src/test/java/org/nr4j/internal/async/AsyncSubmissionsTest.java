package org.nr4j.internal.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.combine.Responses;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.stats.WaitCounters;
import org.nr4j.testing.ConcurrentRun;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class AsyncSubmissionsTest {
    private static final int QUEUE = 4096;

    /** What was applied, in order; one thread at a time must apply. */
    private final List<Object> applied = new ArrayList<>();

    private final Queue<Runnable> tasks = new ArrayDeque<>();

    private AsyncSubmissions<Object, Object> submissions(Executor executor) {
        return submissions(executor, this::answerWithPlace);
    }

    private static AsyncSubmissions<Object, Object> submissions(
            Executor executor, Function<Object[], Responses> apply) {
        return new AsyncSubmissions<>(apply, executor, () -> new Backoff(WaitStrategy.adaptive(), new WaitCounters()));
    }

    private Responses answerWithPlace(Object[] ops) {
        Responses answers = new Responses(ops.length);
        for (Object op : ops) {
            answers.add(applied.size(), null);
            applied.add(op);
        }
        return answers;
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @Test
    void submit_appliesNothingItself_andCompletesInTasksOfTheirOwn() {
        AsyncSubmissions<Object, Object> submissions = submissions(tasks::add);
        CompletableFuture<Object> first = submissions.submit("a");
        CompletableFuture<Object> second = submissions.submit("b");
        assertThat(applied).isEmpty();
        assertThat(tasks).hasSize(1);
        tasks.remove().run();
        assertThat(applied).containsExactly("a", "b");
        assertThat(tasks).hasSize(2);
        assertThat(first.isDone() || second.isDone()).isFalse();
        runTasks();
        assertThat(first).isCompletedWithValue(0);
        assertThat(second).isCompletedWithValue(1);
    }

    /** The executor may never get round to it, for instance because the submitter is its only thread. */
    @Test
    void submit_queueIsFull_makesRoomItself() {
        AsyncSubmissions<Object, Object> submissions = submissions(tasks::add);
        List<CompletableFuture<Object>> futures = new ArrayList<>();
        for (int n = 0; n < QUEUE + 10; n++) {
            futures.add(submissions.submit(n));
        }
        assertThat(applied).isNotEmpty();
        runTasks();
        for (int n = 0; n < futures.size(); n++) {
            assertThat(futures.get(n)).isCompletedWithValue(n);
            assertThat(applied.get(n)).isEqualTo(n);
        }
    }

    static Stream<Executor> executorsThatThrow() {
        return Stream.of(
                task -> {
                    throw new RejectedExecutionException("shut down");
                },
                task -> {
                    throw new OutOfMemoryError("unable to create native thread");
                },
                task -> {
                    throw new IllegalArgumentException("broken");
                },
                task -> {
                    task.run();
                    throw new IllegalArgumentException("broken, but it ran the task");
                });
    }

    @ParameterizedTest
    @MethodSource("executorsThatThrow")
    void executorThrows_submitterDoesIt_once(Executor executor) {
        AsyncSubmissions<Object, Object> submissions = submissions(executor);
        for (int n = 0; n < 10; n++) {
            assertThat(submissions.submit(n)).isCompletedWithValue(n);
        }
        assertThat(applied).hasSize(10);
    }

    @Test
    void applyThrows_allFuturesOfTheBatchGetIt() {
        RuntimeException closed = new IllegalStateException("closed");
        AsyncSubmissions<Object, Object> submissions = submissions(tasks::add, ops -> {
            throw closed;
        });
        List<CompletableFuture<Object>> futures = List.of(submissions.submit("a"), submissions.submit("b"));
        runTasks();
        assertThat(futures)
                .allSatisfy(future -> assertThatThrownBy(future::join).hasCause(closed));
    }

    @Test
    void someOperationsFail_onlyTheirFuturesDo() {
        AsyncSubmissions<Object, Object> submissions = submissions(tasks::add, ops -> {
            Responses answers = new Responses(ops.length);
            Arrays.stream(ops)
                    .forEach(op -> answers.add(op, op.equals("bad") ? new IllegalArgumentException("bad") : null));
            return answers;
        });
        CompletableFuture<Object> good = submissions.submit("good");
        CompletableFuture<Object> bad = submissions.submit("bad");
        runTasks();
        assertThat(good).isCompletedWithValue("good");
        assertThatThrownBy(bad::join).hasCauseInstanceOf(IllegalArgumentException.class);
    }

    /** The executor's only thread submits, from a callback, more than the queue holds. */
    @Test
    void callbackSubmitsMoreThanTheQueueHolds_ends() throws Exception {
        ExecutorService single = Executors.newSingleThreadExecutor();
        try {
            AsyncSubmissions<Object, Object> submissions = submissions(single);
            CompletableFuture<CompletableFuture<?>> all = submissions
                    .submit("first")
                    .thenApplyAsync(
                            answer -> CompletableFuture.allOf(Stream.generate(() -> submissions.submit("more"))
                                    .limit(3 * QUEUE)
                                    .toArray(CompletableFuture[]::new)),
                            single);
            all.get(30, TimeUnit.SECONDS).get(30, TimeUnit.SECONDS);
        } finally {
            single.shutdownNow();
        }
        assertThat(applied).hasSize(1 + 3 * QUEUE);
    }

    /**
     * Uses full queues, and tasks on two threads. Each thread's submissions stay in order, none is lost, and batches
     * run one at a time.
     */
    @Test
    void manySubmitters_keepTheirOrder() throws InterruptedException {
        ExecutorService two = Executors.newFixedThreadPool(2);
        int each = 8_000;
        try {
            AsyncSubmissions<Object, Object> submissions = submissions(two);
            new ConcurrentRun()
                    .threads(3, thread -> {
                        List<CompletableFuture<Object>> futures = new ArrayList<>();
                        for (int n = 0; n < each; n++) {
                            futures.add(submissions.submit(List.of(thread, n)));
                        }
                        for (CompletableFuture<Object> future : futures) {
                            assertThat(future).succeedsWithin(Duration.ofSeconds(30));
                        }
                    })
                    .run();
        } finally {
            two.shutdownNow();
        }
        int[] next = new int[3];
        for (Object op : applied) {
            List<?> pair = (List<?>) op;
            assertThat(pair.get(1)).isEqualTo(next[(int) pair.get(0)]++);
        }
        assertThat(next).containsOnly(each);
    }

    // ---- errors ----

    /** A future must not depend on a task that throws before it completes the future. */
    @Test
    void answersAreTooFew_futuresWithoutAnswerFail() {
        AsyncSubmissions<Object, Object> submissions = submissions(tasks::add, ops -> {
            Responses answers = new Responses(ops.length - 1);
            for (int i = 0; i < ops.length - 1; i++) {
                answers.add(ops[i], null);
            }
            return answers;
        });
        CompletableFuture<Object> first = submissions.submit("a");
        CompletableFuture<Object> second = submissions.submit("b");
        runTasks();
        assertThat(first).isCompletedWithValue("a");
        assertThat(second).isCompletedExceptionally();
    }

    /** The drain task itself must need nothing that can fail before it has taken submissions. */
    @Test
    void noMemoryForAWait_futuresAreCompleted() {
        AsyncSubmissions<Object, Object> submissions = new AsyncSubmissions<>(this::answerWithPlace, tasks::add, () -> {
            throw new OutOfMemoryError("injected");
        });
        List<CompletableFuture<Object>> futures = new ArrayList<>();
        for (int n = 0; n < QUEUE; n++) {
            futures.add(submissions.submit(n));
        }
        assertThatThrownBy(() -> submissions.submit("one too many")).isInstanceOf(OutOfMemoryError.class);
        while (!tasks.isEmpty()) {
            try {
                tasks.remove().run();
            } catch (OutOfMemoryError e) {
                // an executor goes on after a task that throws
            }
        }
        assertThat(futures).allSatisfy(future -> assertThat(future).isDone());
        assertThat(applied).hasSize(QUEUE);
    }

    /** The error comes after the writes were applied: each future must say so, and later writes must go on. */
    @Test
    void applyRunsOutOfMemory_eachFutureFails_laterOnesDoNot() {
        Error error = new OutOfMemoryError("injected");
        Queue<Error> faults = new ArrayDeque<>(List.of(error));
        AsyncSubmissions<Object, Object> submissions = submissions(tasks::add, ops -> {
            Responses answers = answerWithPlace(ops);
            if (!faults.isEmpty()) {
                throw faults.remove();
            }
            return answers;
        });
        List<CompletableFuture<Object>> futures = new ArrayList<>();
        for (int n = 0; n < 10; n++) {
            futures.add(submissions.submit(n));
        }
        runTasks();
        assertThat(futures)
                .allSatisfy(future -> assertThatThrownBy(future::join).hasCause(error));
        CompletableFuture<Object> later = submissions.submit("later");
        runTasks();
        assertThat(later).isCompletedWithValue(10);
    }

    static Stream<Executor> executorsNearOverflow() {
        return Stream.of(Runnable::run, task -> {
            throw new RejectedExecutionException("shut down");
        });
    }

    /** Submits at each depth of the stack down to its end, where any call can fail. Each future is completed. */
    @ParameterizedTest
    @MethodSource("executorsNearOverflow")
    void stackOverflowsAnywhere_eachFutureIsCompleted(Executor executor) throws InterruptedException {
        List<CompletableFuture<Object>> futures = new ArrayList<>(1 << 20);
        AsyncSubmissions<Object, Object> submissions = submissions(executor);
        for (int round = 0; round < 8; round++) {
            int skew = round;
            Thread thread = new Thread(null, () -> skew(skew, submissions, futures), "deep", 256 * 1024);
            thread.start();
            thread.join();
        }
        CompletableFuture<Object> last = submissions.submit("last");
        assertThat(last).isDone();
        assertThat(futures).isNotEmpty().allMatch(CompletableFuture::isDone);
    }

    /** Shifts the frames of the recursion, so that the rounds overflow at different calls. */
    private static void skew(
            int frames, AsyncSubmissions<Object, Object> submissions, List<CompletableFuture<Object>> futures) {
        if (frames > 0) {
            skew(frames - 1, submissions, futures);
            return;
        }
        try {
            recurse(submissions, futures);
        } catch (StackOverflowError e) {
            // the end of the stack
        }
    }

    @SuppressWarnings("InfiniteRecursion") // to the end of the stack
    private static void recurse(AsyncSubmissions<Object, Object> submissions, List<CompletableFuture<Object>> futures) {
        try {
            CompletableFuture<Object> future = submissions.submit("deep");
            futures.add(future);
        } finally {
            recurse(submissions, futures);
        }
    }
}
