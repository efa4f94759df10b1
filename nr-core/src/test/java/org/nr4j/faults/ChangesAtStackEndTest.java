package org.nr4j.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nr4j.NodeReplicated;
import org.nr4j.cnr.ConcurrentDispatch;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.cnr.LogSet;
import org.nr4j.testing.Soak;

/**
 * A thread with its stack nearly used up calls what concerns all replicas or all logs. Afterwards it and another thread
 * must finish. They read and write, and do what needs each lock that the call takes.
 */
@Timeout(value = 600, threadMode = ThreadMode.SEPARATE_THREAD)
class ChangesAtStackEndTest {
    private static final Duration DEADLINE = Duration.ofSeconds(8);
    private static final long STACK_BYTES = 256 << 10;
    private static final int KEYS = 3;

    /** The overflow comes within so many frames, and in the call itself if it has no reserve. */
    private static final int NEAR = 120;

    private static final int NEAR_STRIDE = Soak.stride(8);

    /** More frames than the reserve. */
    private static final int FAR = 1200;

    private static final int FAR_STRIDE = Soak.stride(200);

    /** How often the depth of the stack is measured. It changes when the JIT compiles the frames. In trials. */
    private static final int MEASURED_EVERY = 4;

    /** What the thread calls. */
    enum Door {
        SYNC,
        SNAPSHOT,
        VERIFY,
        ADD,
        REMOVE,
        CLOSE,
        WRITE_ALL,
        READ_ALL
    }

    /** An instance of either façade. With several logs, key 0 belongs to all. */
    private record Instance(IntUnaryOperator write, IntUnaryOperator read, Map<Door, Runnable> doors) {
        static Instance ofOneLog(int replicas) {
            NodeReplicated<Integer, Integer, Integer> nr = NodeReplicated.builder(() -> new Counts(new int[KEYS]))
                    .replicas(replicas)
                    .copier(Counts::copy)
                    .build();
            return new Instance(
                    nr::executeMut,
                    nr::execute,
                    Map.of(
                            Door.SYNC, nr::sync,
                            Door.SNAPSHOT, () -> nr.snapshot(Counts::contents),
                            Door.VERIFY, () -> nr.verify(Counts::contents),
                            Door.ADD, () -> nr.addReplica(0),
                            Door.REMOVE, () -> nr.removeReplica(0),
                            Door.CLOSE, nr::close));
        }

        static Instance ofSeveralLogs(int replicas) {
            ConcurrentNodeReplicated<Integer, Integer, Integer> cnr = ConcurrentNodeReplicated.builder(
                            () -> new Counts(new int[KEYS]),
                            (Integer key, int logs) -> key == 0 ? LogSet.all() : LogSet.one(key % logs))
                    .logs(2)
                    .replicas(replicas)
                    .copier(Counts::copy)
                    .build();
            return new Instance(
                    cnr::executeMut,
                    cnr::execute,
                    Map.of(
                            Door.SYNC, cnr::sync,
                            Door.SNAPSHOT, () -> cnr.snapshot(Counts::contents),
                            Door.VERIFY, () -> cnr.verify(Counts::contents),
                            Door.ADD, () -> cnr.addReplica(0),
                            Door.REMOVE, () -> cnr.removeReplica(0),
                            Door.CLOSE, cnr::close,
                            Door.WRITE_ALL, () -> cnr.executeMut(0),
                            Door.READ_ALL, () -> cnr.execute(0)));
        }

        void call(Door door) {
            doors.get(door).run();
        }

        /** Returns false if the instance has stopped, as is documented, since the structure overflowed the stack. */
        boolean goOn() {
            try {
                for (int key = 0; key < KEYS; key++) {
                    int count = write.applyAsInt(key);
                    assertThat(read.applyAsInt(key)).isGreaterThanOrEqualTo(count);
                }
                call(Door.SYNC);
                call(Door.SNAPSHOT);
                call(Door.VERIFY);
                return true;
            } catch (IllegalStateException e) {
                assertThat(e).hasMessageContaining("dispatchMut must not exhaust the memory or the stack");
                return false;
            }
        }
    }

    /** The structure: counts writes by key. */
    private static final class Counts implements ConcurrentDispatch<Integer, Integer, Integer> {
        private final int[] counts;

        Counts(int[] counts) {
            this.counts = counts;
        }

        Counts copy() {
            return new Counts(counts.clone());
        }

        List<Integer> contents() {
            return Arrays.stream(counts).boxed().toList();
        }

        @Override
        public Integer dispatch(Integer key) {
            return counts[key];
        }

        @Override
        public Integer dispatchMut(Integer key) {
            return ++counts[key];
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"VERIFY", "ADD", "CLOSE"})
    void oneLog_soleReplica(Door door) throws InterruptedException {
        callNearTheOverflow(Instance::ofOneLog, 1, door);
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC", "SNAPSHOT", "VERIFY", "ADD", "REMOVE", "CLOSE"})
    void oneLog_twoReplicas(Door door) throws InterruptedException {
        callNearTheOverflow(Instance::ofOneLog, 2, door);
    }

    @ParameterizedTest
    @EnumSource(names = {"VERIFY", "ADD", "CLOSE", "WRITE_ALL", "READ_ALL"})
    void severalLogs_soleReplica(Door door) throws InterruptedException {
        callNearTheOverflow(Instance::ofSeveralLogs, 1, door);
    }

    @ParameterizedTest
    @EnumSource
    void severalLogs_twoReplicas(Door door) throws InterruptedException {
        callNearTheOverflow(Instance::ofSeveralLogs, 2, door);
    }

    private static void callNearTheOverflow(IntFunction<Instance> builder, int replicas, Door door)
            throws InterruptedException {
        boolean changes = door == Door.ADD || door == Door.REMOVE || door == Door.CLOSE;
        int[] deepest = new int[1];
        int trials = 0;
        int returns = 0;
        Instance instance = builder.apply(replicas);
        for (int frames = 0; frames <= FAR; frames += frames < NEAR ? NEAR_STRIDE : FAR_STRIDE) {
            boolean[] returned = new boolean[1];
            boolean[] goesOn = new boolean[2];
            Instance used = instance;
            boolean measures = trials++ % MEASURED_EVERY == 0;
            int left = frames;
            inThread(STACK_BYTES, "near the overflow", frames, () -> {
                if (measures) {
                    deepest[0] = 0;
                    attempt(() -> descend(Integer.MAX_VALUE, deepest, () -> {}));
                }
                int depth = Math.max(0, deepest[0] - left);
                returned[0] = attempt(() -> descend(depth, new int[1], () -> used.call(door)));
                goesOn[0] = (returned[0] && changes) || used.goOn();
            });
            inThread(0, "other thread", frames, () -> goesOn[1] = (returned[0] && changes) || used.goOn());
            returns += returned[0] ? 1 : 0;
            if ((returned[0] && changes) || !goesOn[0] || !goesOn[1]) {
                inThread(0, "close", frames, () -> used.call(Door.CLOSE));
                instance = builder.apply(replicas);
            }
        }
        assertThat(returns).as("calls far from the overflow").isPositive();
        Instance last = instance;
        inThread(0, "close", FAR, () -> last.call(Door.CLOSE));
        assertThat(catchThrowable(() -> last.write.applyAsInt(1))).hasMessageContaining("closed=true");
    }

    private static void inThread(long stackBytes, String what, int frames, Runnable work) throws InterruptedException {
        Throwable[] failure = new Throwable[1];
        Thread thread = new Thread(null, () -> failure[0] = catchThrowable(work::run), what, stackBytes);
        thread.setDaemon(true);
        thread.start();
        thread.join(DEADLINE.toMillis());
        assertThat(thread.isAlive())
                .as("%s, frames=%s: hangs %s", what, frames, List.of(thread.getStackTrace()))
                .isFalse();
        if (failure[0] != null) {
            throw new AssertionError(what + ", frames=" + frames, failure[0]);
        }
    }

    /**
     * Returns whether the work returned. An exception is as good as an overflow here. So is the InternalError that the
     * JDK may make of an overflow.
     */
    private static boolean attempt(Runnable work) {
        try {
            work.run();
            return true;
        } catch (VirtualMachineError | RuntimeException e) {
            return false;
        }
    }

    private static int descend(int frames, int[] depth, Runnable then) {
        if (frames == 0) {
            then.run();
            return 0;
        }
        depth[0]++;
        return descend(frames - 1, depth, then) + 1;
    }
}
