package org.nr4j.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.Dispatch;
import org.nr4j.NodeReplicated;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.Soak;

/** A thread calls operations with its stack nearly used up. Afterwards it and another thread must finish. */
@Timeout(value = 600, threadMode = ThreadMode.SEPARATE_THREAD)
class StackDepthTest {
    private static final Duration DEADLINE = Duration.ofSeconds(8);
    private static final long STACK_BYTES = 256 << 10;
    private static final int KINDS = 5;
    private static final int TRIALS = Soak.times(60);
    private static final int FRAMES = 150;

    /** The structure: counts writes by key. */
    private static final class Counts implements Dispatch<Integer, Integer, Integer> {
        private final TreeMap<Integer, Integer> counts = new TreeMap<>();

        @Override
        public Integer dispatch(Integer key) {
            return counts.getOrDefault(key, 0);
        }

        @Override
        public Integer dispatchMut(Integer key) {
            return counts.merge(key, 1, Integer::sum);
        }
    }

    private static NodeReplicated<Integer, Integer, Integer> build(int replicas) {
        return NodeReplicated.builder(Counts::new).replicas(replicas).build();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void operations_oneALevelUntilTheStackOverflows_everybodyGoesOn(int replicas) throws InterruptedException {
        for (int trial = 0; trial < TRIALS * KINDS; trial++) {
            int kind = trial % KINDS;
            int offset = trial;
            NodeReplicated<Integer, Integer, Integer> nr = build(replicas);
            inSmallStack(nr, () -> descend(offset % 40, () -> recurse(nr, 0, kind)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void operation_someFramesFromTheOverflow_everybodyGoesOn(int replicas) throws InterruptedException {
        int[] deepest = new int[1];
        Thread probe = new Thread(null, () -> catchOverflow(() -> measure(deepest)), "probe", STACK_BYTES);
        probe.start();
        probe.join();
        for (int kind = 0; kind < KINDS - 1; kind++) {
            NodeReplicated<Integer, Integer, Integer> nr = build(replicas);
            for (int frames = 0; frames <= FRAMES; frames++) {
                int kindOfThis = kind;
                int depth = Math.max(0, deepest[0] - frames);
                NodeReplicated<Integer, Integer, Integer> used = nr;
                if (inSmallStack(nr, () -> descend(depth, () -> operate(used, 1, kindOfThis)))) {
                    nr = build(replicas);
                }
            }
        }
    }

    /** Runs it in a thread with a small stack. True if the instance has stopped, as is documented. */
    private static boolean inSmallStack(NodeReplicated<Integer, Integer, Integer> nr, Runnable work)
            throws InterruptedException {
        boolean[] stopped = new boolean[2];
        Throwable[] failure = new Throwable[1];
        Thread small = new Thread(
                null,
                () -> {
                    catchOverflow(work);
                    failure[0] = catchThrowable(() -> stopped[0] = goOn(nr));
                },
                "small",
                STACK_BYTES);
        small.setDaemon(true);
        small.start();
        small.join(DEADLINE.toMillis());
        assertThat(small.isAlive())
                .as("hangs %s\n%s", List.of(small.getStackTrace()), LockWords.of(nr))
                .isFalse();
        assertThat(failure[0]).isNull();
        try {
            new ConcurrentRun()
                    .threads(1, i -> stopped[1] = goOn(nr))
                    .deadline(DEADLINE)
                    .run();
        } catch (AssertionError e) {
            throw new AssertionError(LockWords.of(nr), e);
        }
        return stopped[0] || stopped[1];
    }

    private static boolean goOn(NodeReplicated<Integer, Integer, Integer> nr) {
        try {
            int count = nr.executeMut(-5);
            assertThat(nr.execute(-5)).isGreaterThanOrEqualTo(count);
            return false;
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageContaining("dispatchMut must not exhaust the memory or the stack");
            return true;
        }
    }

    /** An instance that stops in the middle says so by an exception, which is as good as an overflow here. */
    private static void catchOverflow(Runnable work) {
        try {
            work.run();
        } catch (StackOverflowError | IllegalStateException e) {
            // the purpose
        }
    }

    private static int descend(int frames, Runnable then) {
        if (frames == 0) {
            then.run();
            return 0;
        }
        return descend(frames - 1, then) + 1;
    }

    @SuppressWarnings("InfiniteRecursion") // the purpose
    private static int measure(int[] depth) {
        depth[0]++;
        return measure(depth) + 1;
    }

    @SuppressWarnings("InfiniteRecursion") // the purpose
    private static int recurse(NodeReplicated<Integer, Integer, Integer> nr, int level, int kind) {
        operate(nr, level, kind == KINDS - 1 ? level % kind : kind);
        return recurse(nr, level + 1, kind) + 1;
    }

    private static void operate(NodeReplicated<Integer, Integer, Integer> nr, int key, int kind) {
        switch (kind) {
            case 0 -> nr.executeMut(key);
            case 1 -> nr.execute(key);
            case 2 -> nr.executeMutAll(List.of(key, key));
            default -> nr.executeStale(key);
        }
    }
}
