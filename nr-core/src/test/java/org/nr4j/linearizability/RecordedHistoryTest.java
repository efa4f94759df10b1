package org.nr4j.linearizability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nr4j.linearizability.History.Operation;
import org.nr4j.linearizability.HistoryRecorder.Call;
import org.nr4j.linearizability.LinearizabilityChecker.Verdict;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.Seeded;
import org.nr4j.testing.TestThreads;

/** Tests recorder and checker together, on correct structures and on broken ones. */
class RecordedHistoryTest {
    private static final int THREADS = 4;
    private static final int AT_ONCE = 100_000; // configurations that take well under a second

    @RegisterExtension
    final Seeded seeded = new Seeded();

    @ParameterizedTest
    @EnumSource(TestThreads.class)
    void concurrentHashMap_partitionedByKey_isLinearizable(TestThreads kind) throws InterruptedException {
        assumeTrue(kind.isSupported(), "needs JDK 21");
        Map<Integer, Integer> map = new ConcurrentHashMap<>();
        var history = record(kind, 2000, random -> mapCommand(random, 64), command -> command.applyTo(map));
        assertThat(history.size()).isEqualTo(THREADS * 2000);
        LinearizabilityChecker.of(Maps.model())
                .partitionedBy(Command::partition)
                .limitedTo(AT_ONCE)
                .assertLinearizable(history);
    }

    @Test
    void cellUnderALock_isLinearizable() throws InterruptedException {
        Cell cell = new Cell();
        var history = record(
                TestThreads.PLATFORM,
                300,
                random -> random.nextBoolean() ? Cell.add(1) : Cell.read(),
                command -> applyLocked(command, cell));
        LinearizabilityChecker.of(Cell.model()).limitedTo(AT_ONCE).assertLinearizable(history);
    }

    @Test
    void queueUnderALock_isLinearizable() throws InterruptedException {
        Deque<Integer> queue = new ArrayDeque<>();
        List<Command<Deque<Integer>>> applied = new ArrayList<>();
        var history = record(
                TestThreads.PLATFORM,
                300,
                random -> random.nextBoolean() ? Deques.offer(random.nextInt(1000)) : Deques.poll(),
                command -> {
                    synchronized (queue) {
                        applied.add(command);
                        return command.applyTo(queue);
                    }
                });
        LinearizabilityChecker.of(Deques.model())
                .expecting(applied)
                .limitedTo(AT_ONCE)
                .assertLinearizable(history);
    }

    @Test
    void queueUnderALock_thatIsNearlyEmpty_isLinearizable() throws InterruptedException {
        Deque<Integer> queue = new ArrayDeque<>();
        var history = record(
                TestThreads.PLATFORM,
                100,
                random -> random.nextInt(3) == 0 ? Deques.offer(random.nextInt(1000)) : Deques.poll(),
                command -> applyLocked(command, queue));
        LinearizabilityChecker.of(Deques.model()).assertLinearizable(history);
    }

    @Test
    void mapUnderALock_withBatchesAndSize_isLinearizable() throws InterruptedException {
        Map<Integer, Integer> map = new HashMap<>();
        var history = record(
                TestThreads.PLATFORM,
                300,
                random -> switch (random.nextInt(4)) {
                    case 0 -> Maps.size();
                    case 1 -> Maps.batch(List.of(mapCommand(random, 8), mapCommand(random, 8)));
                    default -> mapCommand(random, 8);
                },
                command -> applyLocked(command, map));
        LinearizabilityChecker.of(Maps.model()).assertLinearizable(history);
    }

    @Test
    void readsFromAStaleCopy_areCaught() throws InterruptedException {
        Map<Integer, Integer> map = new ConcurrentHashMap<>();
        Map<Integer, Integer> copy = new ConcurrentHashMap<>();
        var history = record(TestThreads.PLATFORM, 300, random -> mapCommand(random, 4), command -> {
            Object answer = command.applyTo(command.readOnly() ? copy : map);
            if (!command.readOnly() && command.key() == 0) {
                copy.putAll(map); // now and then
            }
            return answer;
        });
        var checker = LinearizabilityChecker.of(Maps.model()).partitionedBy(Command::partition);
        assertThat(checker.check(history).verdict()).isEqualTo(Verdict.NOT_LINEARIZABLE);
    }

    @Test
    void updateThatForgetsTheLock_isCaught() throws InterruptedException {
        Cell cell = new Cell();
        var history = record(TestThreads.PLATFORM, 300, random -> Cell.add(1), command -> {
            long seen = (long) Cell.read().applyTo(cell);
            Thread.yield();
            Cell.write(seen + 1).applyTo(cell);
            return seen + 1;
        });
        assertThat(LinearizabilityChecker.check(Cell.model(), history).verdict())
                .isEqualTo(Verdict.NOT_LINEARIZABLE);
    }

    @Test
    void record_operationThrows_isItsOutcome() {
        HistoryRecorder<String, Integer> recorder = new HistoryRecorder<>();
        assertThat(recorder.record("parse", text -> Integer.parseInt("x")).failure())
                .isInstanceOf(NumberFormatException.class);
        assertThat(recorder.history().operations().get(0).outcome().failure())
                .isInstanceOf(NumberFormatException.class);
    }

    @Test
    void history_operationsAfterEachOther_areOrdered() {
        HistoryRecorder<String, Integer> recorder = new HistoryRecorder<>();
        recorder.record("a", text -> 1);
        recorder.record("b", text -> 2);
        var operations = recorder.history().operations();
        assertThat(operations).extracting(Operation::operation).containsExactly("a", "b");
        assertThat(operations.get(0).precedes(operations.get(1))).isTrue();
        assertThat(operations.get(1).precedes(operations.get(0))).isFalse();
    }

    @Test
    void history_callsThatOverlap_areNotOrdered_andMayEndInAnyThread() throws InterruptedException {
        HistoryRecorder<String, Integer> recorder = new HistoryRecorder<>();
        Call<String, Integer> a = recorder.invoke("a");
        Call<String, Integer> b = recorder.invoke("b");
        b.end(Outcome.of(2));
        new ConcurrentRun().threads(1, i -> a.end(Outcome.of(1))).run();
        var operations = recorder.history().operations();
        assertThat(operations.get(0).precedes(operations.get(1))).isFalse();
        assertThat(operations.get(1).precedes(operations.get(0))).isFalse();
        assertThat(operations).extracting(each -> each.outcome().value()).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void history_callNotEnded_isPending() {
        HistoryRecorder<String, Integer> recorder = new HistoryRecorder<>();
        recorder.invoke("a");
        assertThat(recorder.history().operations()).singleElement().matches(Operation::isPending);
    }

    /** As after a deadline: what is known of threads that still run must be consistent. */
    @Test
    void history_whileThreadsRun_isACut() throws InterruptedException {
        HistoryRecorder<Command<Cell>, Object> recorder = new HistoryRecorder<>();
        Cell cell = new Cell();
        List<History<Command<Cell>, Object>> cuts = new ArrayList<>();
        new ConcurrentRun()
                .threads(THREADS, i -> {
                    for (int n = 0; n < 500; n++) {
                        recorder.record(Cell.add(1), command -> applyLocked(command, cell));
                        LockSupport.parkNanos(20_000);
                    }
                })
                .threads(1, i -> {
                    for (int cut = 0; cut < 50; cut++) {
                        cuts.add(recorder.history());
                        LockSupport.parkNanos(200_000);
                    }
                })
                .run();
        cuts.forEach(LinearizabilityChecker.of(Cell.model())::assertLinearizable);
        assertThat(cuts).anyMatch(each -> each.size() > 0 && each.size() < THREADS * 500);
    }

    private static Command<Map<Integer, Integer>> mapCommand(RandomGenerator random, int keys) {
        int key = random.nextInt(keys);
        return switch (random.nextInt(5)) {
            case 0 -> Maps.put(key, random.nextInt(1000));
            case 1 -> Maps.putIfAbsent(key, random.nextInt(1000));
            case 2 -> Maps.remove(key);
            default -> Maps.get(key);
        };
    }

    private static <S> Object applyLocked(Command<S> command, S structure) {
        synchronized (structure) {
            return command.applyTo(structure);
        }
    }

    private <S> History<Command<S>, Object> record(
            TestThreads kind,
            int operations,
            Function<RandomGenerator, Command<S>> commands,
            Function<Command<S>, Object> target)
            throws InterruptedException {
        HistoryRecorder<Command<S>, Object> recorder = new HistoryRecorder<>();
        new ConcurrentRun()
                .threads(kind, THREADS, i -> {
                    RandomGenerator random = seeded.random(i);
                    for (int n = 0; n < operations; n++) {
                        recorder.record(commands.apply(random), target);
                    }
                })
                .run();
        return recorder.history();
    }
}
