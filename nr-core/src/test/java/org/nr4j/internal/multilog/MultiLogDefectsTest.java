package org.nr4j.internal.multilog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.nr4j.FollowerOptions;
import org.nr4j.WaitStrategy;
import org.nr4j.cnr.Cells;
import org.nr4j.cnr.Cells.Op;
import org.nr4j.internal.admin.Operations;
import org.nr4j.internal.follow.LogFollower;
import org.nr4j.internal.log.LogCursor;
import org.nr4j.internal.log.LogEntry;
import org.nr4j.internal.replica.Replica;
import org.nr4j.linearizability.History;
import org.nr4j.linearizability.HistoryRecorder;
import org.nr4j.linearizability.LinearizabilityChecker;
import org.nr4j.linearizability.LinearizabilityChecker.Verdict;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.Seeded;
import org.nr4j.topology.NumaTopology;

/**
 * Shows that the tests of several logs can fail: without a piece of the protocol, the histories are not linearizable.
 */
@Timeout(value = 100, threadMode = ThreadMode.SEPARATE_THREAD)
class MultiLogDefectsTest {
    private static final int LOGS = 2;
    private static final int ATTEMPTS = 20;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    private final List<Cells> structures = new CopyOnWriteArrayList<>();

    /** What is left out. */
    private class Broken extends MultiLog<Op, Op, Object> {
        Broken(int replicas, int logCapacity) {
            super(
                    LOGS,
                    newStructures(replicas),
                    new ArrayList<>(List.of(0, 0, 0)).subList(0, replicas),
                    NumaTopology.detect(),
                    logCapacity,
                    WaitStrategy.adaptive(),
                    /* copier= */ null,
                    structure -> {});
        }
    }

    private List<Cells> newStructures(int replicas) {
        structures.clear();
        for (int i = 0; i < replicas; i++) {
            structures.add(new Cells());
        }
        return structures;
    }

    @FunctionalInterface
    private interface Step {
        void run(
                MultiLog<Op, Op, Object> logs,
                int replica,
                HistoryRecorder<Op, Object> recorder,
                RandomGenerator random);
    }

    @FunctionalInterface
    private interface Instance {
        MultiLog<Op, Op, Object> make();
    }

    @Test
    void nothingLeftOut_isNotCaught() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            assertThat(verdict(() -> new Broken(2, 1), 100, MultiLogDefectsTest::anything))
                    .isEqualTo(Verdict.LINEARIZABLE);
        }
    }

    /** The upstream's violation: a read that does not wait until its replica has what had returned. */
    @Test
    void readsThatDoNotWait_areCaught() throws InterruptedException {
        assertCaught(() -> new Broken(2, 4), (logs, replica, recorder, random) -> {
            if (random.nextBoolean()) {
                recorder.record(Cells.read(0), op -> structures.get(1).dispatch(op));
            } else {
                anything(logs, replica, recorder, random);
            }
        });
    }

    /** Reads of several logs, each brought up to date, but not at one and the same moment. */
    @Test
    void readsOfSeveralLogsWithoutACut_areCaught() throws InterruptedException {
        assertCaught(
                () -> new Broken(2, 4) {
                    @Override
                    boolean isOneCut(Replica<Op, Object, Object>[] lanes) {
                        return true;
                    }
                },
                (logs, replica, recorder, random) -> run(
                        logs,
                        replica,
                        recorder,
                        random.nextBoolean() ? Cells.read(0, 1) : Cells.add(1, random.nextInt(2))));
    }

    /** Logs that go on at an operation of several logs, before the others have come to it. */
    @Test
    void logsThatDoNotMeet_areCaught() throws InterruptedException {
        assertCaught(
                () -> new Broken(2, 4) {
                    @Override
                    boolean mayPass(MultiLogOperation crossing, int replica) {
                        return true;
                    }
                },
                MultiLogDefectsTest::anything);
    }

    /** Replicas that let a log go on at a read that is answered elsewhere, before it is in all its logs. */
    @Test
    void readsInLogsThatAreOvertaken_areCaught() throws InterruptedException {
        assertCaught(
                () -> new Broken(2, 64) {
                    @Override
                    void append(LogEntry entry, int log, long threadId) {
                        super.append(entry, log, threadId);
                        LockSupport.parkNanos(100_000); // time to overtake
                    }

                    @Override
                    boolean isOneCut(Replica<Op, Object, Object>[] lanes) {
                        return false;
                    }

                    @Override
                    boolean mayPass(MultiLogOperation crossing, int replica) {
                        return !crossing.concerns(replica) || super.mayPass(crossing, replica);
                    }
                },
                (logs, replica, recorder, random) -> {
                    if (replica == 0) {
                        run(logs, replica, recorder, Cells.read(0, 1));
                    } else {
                        run(logs, replica, recorder, Cells.add(1, 0));
                        run(logs, replica, recorder, Cells.add(1, 1));
                    }
                });
    }

    /** A follower that looks at each log once: what it has is not from one moment. */
    @Test
    void cutsWithoutASecondLook_areCaught() throws InterruptedException {
        for (int replicas = 1; replicas <= 2; replicas++) {
            int of = replicas;
            boolean caught = false;
            for (int attempt = 0; attempt < ATTEMPTS && !caught; attempt++) {
                caught = isACutWrong(
                        /* writes= */ 50_000, new Broken(of, 64) {
                            @Override
                            CutReader newCutReader(List<LogCursor<Object>> readers) {
                                return new CutReader(this, readers) {
                                    @Override
                                    boolean takeAgain() {
                                        return false;
                                    }
                                };
                            }
                        });
            }
            assertThat(caught).as("with replicas=" + of).isTrue();
            assertThat(isACutWrong(/* writes= */ 3_000, new Broken(of, 64)))
                    .as("with nothing left out")
                    .isFalse();
        }
    }

    /** Whether a cut had more of the writes to log 1 than of those to log 0 that returned before they began. */
    private boolean isACutWrong(int writes, MultiLog<Op, Op, Object> logs) throws InterruptedException {
        AtomicBoolean wrong = new AtomicBoolean();
        LogFollower<?> follower = new CutFollowerRegistry<>(logs)
                .follow(
                        cut -> {
                            if (cut.after()[1] > cut.after()[0]) {
                                wrong.set(true);
                            }
                        },
                        FollowerOptions.defaults(),
                        Operations.currentThreadId());
        new ConcurrentRun()
                .threads(2, i -> {
                    for (int n = 0; n < writes; n++) {
                        long threadId = Operations.currentThreadId();
                        logs.executeMut(Cells.add(1, 0), 0, i % logs.replicas().size(), threadId);
                        logs.executeMut(Cells.add(1, 1), 1, i % logs.replicas().size(), threadId);
                    }
                })
                .deadline(Duration.ofSeconds(60))
                .run();
        follower.finish(logs.indexes());
        follower.ended().join();
        logs.close(Operations.currentThreadId());
        return wrong.get();
    }

    private static void anything(
            MultiLog<Op, Op, Object> logs, int replica, HistoryRecorder<Op, Object> recorder, RandomGenerator random) {
        run(logs, replica, recorder, Cells.random(random));
    }

    private static void run(
            MultiLog<Op, Op, Object> logs, int replica, HistoryRecorder<Op, Object> recorder, Op operation) {
        long threadId = Operations.currentThreadId();
        recorder.record(operation, op -> {
            int[] of = op.cells().stream()
                    .mapToInt(cell -> cell % LOGS)
                    .sorted()
                    .distinct()
                    .toArray();
            return op.readOnly()
                    ? logs.executeAcross(op, of, replica, threadId)
                    : Operations.<Object>answerOf(logs.executeMutAll(new Object[] {op}, of, replica, threadId));
        });
    }

    private void assertCaught(Instance instance, Step step) throws InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (verdict(instance, 200, step) == Verdict.NOT_LINEARIZABLE) {
                return;
            }
        }
        throw new AssertionError("not caught in " + ATTEMPTS + " attempts");
    }

    private Verdict verdict(Instance instance, int operations, Step step) throws InterruptedException {
        HistoryRecorder<Op, Object> recorder = new HistoryRecorder<>();
        MultiLog<Op, Op, Object> logs = instance.make();
        new ConcurrentRun()
                .threads(4, i -> {
                    RandomGenerator random = seeded.random(i);
                    for (int n = 0; n < operations; n++) {
                        step.run(logs, i % logs.replicas().size(), recorder, random);
                    }
                })
                .deadline(Duration.ofSeconds(60))
                .run();
        logs.close(Operations.currentThreadId());
        History<Op, Object> history = recorder.history();
        return LinearizabilityChecker.check(Cells.model(), history).verdict();
    }
}
