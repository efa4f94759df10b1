package org.nr4j.cnr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.AnswerLostException;
import org.nr4j.NrStats.ReplicaState;
import org.nr4j.NrStats.ReplicaStats;
import org.nr4j.ReplicasDifferException;
import org.nr4j.StaleRead;
import org.nr4j.cnr.Cells.Op;
import org.nr4j.linearizability.HistoryRecorder;
import org.nr4j.linearizability.LinearizabilityChecker;
import org.nr4j.linearizability.Outcome;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.Seeded;

/** Adds, removes, breaks, rebuilds and compares replicas of several logs, while operations go on. */
@Timeout(value = 100, threadMode = ThreadMode.SEPARATE_THREAD)
class LivingLogsTest {
    private static final Duration DEADLINE = Duration.ofSeconds(80);
    private static final int LOGS = 3;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    /** All that were ever part of the instance. */
    private final List<Cells> structures = new CopyOnWriteArrayList<>();

    private ConcurrentNodeReplicated.Builder<Op, Op, Object> builder(int replicas, int logCapacity) {
        return ConcurrentNodeReplicated.<Op, Object>builder(() -> kept(new Cells()), Cells::logsOf)
                .replicas(replicas)
                .logs(LOGS)
                .logCapacity(logCapacity);
    }

    private ConcurrentNodeReplicated.Builder<Op, Op, Object> withCopier(int replicas, int logCapacity) {
        return builder(replicas, logCapacity).copier((Cells cells) -> kept(cells.copy()));
    }

    private Cells kept(Cells cells) {
        structures.add(cells);
        return cells;
    }

    private static Op readAll() {
        return Cells.read(0, 1, 2, 3);
    }

    private static List<Integer> ids(ConcurrentNodeReplicated<?, ?, ?> cnr) {
        return cnr.stats().logs().get(0).replicas().stream()
                .map(ReplicaStats::id)
                .toList();
    }

    private static boolean allServe(ConcurrentNodeReplicated<?, ?, ?> cnr, int replicas) {
        return cnr.stats().logs().stream()
                .allMatch(log -> log.replicas().size() == replicas
                        && log.replicas().stream().allMatch(replica -> replica.state() == ReplicaState.SERVING));
    }

    private static void awaitAllServing(ConcurrentNodeReplicated<?, ?, ?> cnr, int replicas)
            throws InterruptedException {
        for (long end = System.nanoTime() + DEADLINE.toNanos(); !allServe(cnr, replicas); ) {
            assertThat(System.nanoTime()).as("not rebuilt").isLessThan(end);
            Thread.sleep(1);
        }
    }

    // ---- adding and removing ----

    @ParameterizedTest
    @CsvSource({"1,1", "1,16", "2,1", "3,2"})
    void addAndRemove_keepContentsAndNumbers(int replicas, int logCapacity) {
        try (var cnr = withCopier(replicas, logCapacity).build();
                var token = cnr.register(0)) {
            for (int n = 0; n < 30; n++) {
                token.executeMut(Cells.add(1, n % 4));
                token.executeMut(Cells.add(10, 0, 1, 2, 3));
                if (n % 5 == 1) {
                    assertThat(cnr.addReplica(0)).isEqualTo(replicas + n / 5);
                } else if (n % 5 == 4) {
                    List<Integer> ids = ids(cnr);
                    cnr.removeReplica(ids.get(n % 2 == 0 ? 0 : ids.size() - 1));
                }
                List<Long> expected = new ArrayList<>();
                for (int cell = 0; cell < 4; cell++) {
                    expected.add(10L * (n + 1) + (n + 4 - cell) / 4);
                }
                assertThat(token.execute(readAll())).isEqualTo(expected);
                assertThat(token.execute(Cells.read(n % 4))).isEqualTo(List.of(expected.get(n % 4)));
                assertThat(cnr.verify((Cells cells) ->
                                List.of(cells.values[0], cells.values[1], cells.values[2], cells.values[3])))
                        .as("each of one log, and the others in each of theirs")
                        .isEqualTo((long) (n + 1) * (1 + LOGS));
            }
            assertThat(cnr.replicas()).isEqualTo(replicas);
            assertThat(structures.stream().filter(cells -> cells.closed == 1)).hasSize(6);
        }
        assertThat(structures).hasSize(replicas + 6).allMatch(cells -> cells.closed == 1);
    }

    /**
     * Runs operations of all kinds while the number of replicas goes from one to three and back. The way of working
     * therefore changes again and again.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void operationsWhileReplicasComeAndGo_areLinearizable(int logCapacity) throws InterruptedException {
        HistoryRecorder<Op, Object> recorder = new HistoryRecorder<>();
        AtomicInteger running = new AtomicInteger(4);
        AtomicInteger changes = new AtomicInteger();
        try (var cnr = withCopier(1, logCapacity).build()) {
            new ConcurrentRun()
                    .threads(4, i -> {
                        RandomGenerator random = seeded.random(i);
                        try (var token = cnr.register()) {
                            for (int n = 0; n < 250; n++) {
                                recorder.record(
                                        Cells.random(random),
                                        op -> op.readOnly() ? token.execute(op) : token.executeMut(op));
                            }
                        } finally {
                            running.decrementAndGet();
                        }
                    })
                    .threads(1, i -> {
                        while (running.get() > 0) {
                            cnr.addReplica(0);
                            if (cnr.replicas() == 3) {
                                ids(cnr).stream().limit(2).forEach(cnr::removeReplica);
                            }
                            changes.incrementAndGet();
                        }
                    })
                    .deadline(DEADLINE)
                    .run();
            cnr.sync();
            structures.stream()
                    .filter(cells -> cells.closed == 0)
                    .forEach(cells -> assertThat(cells.isLike(structures.get(structures.size() - 1)))
                            .isTrue());
        }
        assertThat(changes.get()).isPositive();
        assertThat(structures).allMatch(cells -> cells.closed == 1);
        LinearizabilityChecker.of(Cells.model()).assertLinearizable(recorder.history());
    }

    @Test
    void lastReplica_andNumbersThatAreNot_areRefused() {
        try (var cnr = withCopier(2, 4).build()) {
            cnr.removeReplica(0);
            assertThatThrownBy(() -> cnr.removeReplica(1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("one replica must stay: replica=1 replicas=[1]");
            for (int id : new int[] {0, 2, -1}) {
                assertThatThrownBy(() -> cnr.removeReplica(id))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("replica=" + id + " replicas=[1]");
            }
            assertThatThrownBy(() -> cnr.addReplica(1000)).isInstanceOf(IllegalArgumentException.class);
            assertThat(cnr.executeMut(Cells.add(1, 0, 1))).isEqualTo(List.of(1L, 1L));
        }
    }

    @Test
    void badCopier_isRefusedAndNothingChanges() {
        for (int replicas = 1; replicas < 3; replicas++) {
            AtomicInteger calls = new AtomicInteger();
            var builder = builder(replicas, 4);
            AtomicBoolean stepsInside = new AtomicBoolean();
            var holder = new ConcurrentNodeReplicated<?, ?, ?>[1];
            try (var cnr = builder.copier((Cells cells) -> switch (calls.getAndIncrement()) {
                        case 0 -> throw new IllegalArgumentException("no");
                        case 1 -> cells;
                        case 2 -> {
                            assertThatThrownBy(() -> holder[0].addReplica(0))
                                    .hasMessageContaining("must not call back");
                            assertThatThrownBy(() -> holder[0].sync()).hasMessageContaining("must not call back");
                            stepsInside.set(true);
                            throw new IllegalArgumentException("inside");
                        }
                        default -> kept(cells.copy());
                    })
                    .build()) {
                holder[0] = cnr;
                assertThatThrownBy(() -> cnr.addReplica(0)).hasMessageContaining("must return a copy of the structure");
                assertThatThrownBy(() -> cnr.addReplica(0)).hasMessageContaining("must return a new structure");
                assertThatThrownBy(() -> cnr.addReplica(0)).hasMessageContaining("inside");
                assertThat(stepsInside).isTrue();
                assertThat(cnr.replicas()).isEqualTo(replicas);
                cnr.executeMut(Cells.add(1, 0, 1));
                assertThat(cnr.addReplica(0)).isEqualTo(replicas);
                assertThat(cnr.execute(readAll())).isEqualTo(List.of(1L, 1L, 0L, 0L));
            }
        }
        try (var cnr = builder(1, 4).build()) {
            assertThatThrownBy(() -> cnr.addReplica(0)).hasMessageContaining("copier=null");
        }
    }

    // ---- comparing ----

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void verify_underLoad_comparesOneState(int replicas) throws InterruptedException {
        AtomicInteger running = new AtomicInteger(3);
        try (var cnr = builder(replicas, 2).build()) {
            new ConcurrentRun()
                    .threads(3, i -> {
                        RandomGenerator random = seeded.random(i);
                        try (var token = cnr.register(i % replicas)) {
                            for (int n = 0; n < 300; n++) {
                                token.executeMut(
                                        random.nextInt(3) == 0
                                                ? Cells.add(1, 0, 1, 2, 3)
                                                : Cells.add(1, random.nextInt(4)));
                            }
                        } finally {
                            running.decrementAndGet();
                        }
                    })
                    .threads(1, i -> {
                        long last = 0;
                        while (running.get() > 0) {
                            long index = cnr.verify(LivingLogsTest::contents);
                            assertThat(index).isGreaterThanOrEqualTo(last);
                            last = index;
                        }
                    })
                    .deadline(DEADLINE)
                    .run();
        }
    }

    private static Object contents(Cells cells) {
        List<Object> copy = new ArrayList<>();
        for (int cell = 0; cell < Cells.COUNT; cell++) {
            copy.add(cells.values[cell]);
            copy.add(List.copyOf(cells.applied[cell]));
        }
        return copy;
    }

    @Test
    void verify_replicasThatDiffer_areNamed() {
        try (var cnr = builder(3, 4).build()) {
            cnr.executeMut(Cells.write("odd", cells -> cells == structures.get(1) ? cells.plus(1, 2) : 0, 2));
            assertThatThrownBy(() -> cnr.verify((Cells cells) -> cells.values[2]))
                    .isInstanceOfSatisfying(
                            ReplicasDifferException.class,
                            difference -> assertThat(difference.differing()).containsExactly(1));
        }
    }

    // ---- stale reads ----

    @Test
    void executeStale_doesNotWaitForTheLog() throws Exception {
        try (var cnr = builder(2, 16).build()) {
            var here = cnr.register(0);
            here.executeMut(Cells.add(1, 0, 1));
            cnr.sync();
            CompletableFuture<StaleRead<Object>> one = new CompletableFuture<>();
            CompletableFuture<StaleRead<Object>> both = new CompletableFuture<>();
            here.executeMut(Cells.add(1, 0));
            here.executeMut(Cells.add(1, 1));
            Thread thread = new Thread(() -> {
                try (var there = cnr.register(1)) {
                    one.complete(there.executeStale(Cells.read(0)));
                    both.complete(there.executeStale(Cells.read(0, 1)));
                }
            });
            thread.start();
            assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo(new StaleRead<>(List.of(1L), 1));
            assertThat(both.get(30, TimeUnit.SECONDS)).isEqualTo(new StaleRead<>(List.of(1L, 1L), 2));
            assertThat(cnr.execute(Cells.read(0, 1))).isEqualTo(List.of(2L, 2L));
        }
    }

    /** What is read is a state that there was: writes of several logs are seen whole. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void executeStale_underLoad_seesWritesWhole(int replicas) throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        try (var cnr = builder(replicas, 2).build()) {
            new ConcurrentRun()
                    .threads(2, i -> {
                        try (var token = cnr.register(i % replicas)) {
                            for (int n = 0; n < 500; n++) {
                                token.executeMut(Cells.add(1, 0, 1, 2));
                            }
                        } finally {
                            stop.set(true);
                        }
                    })
                    .threads(2, i -> {
                        try (var token = cnr.register(i % replicas)) {
                            while (!stop.get()) {
                                List<?> values = (List<?>)
                                        token.executeStale(Cells.read(0, 1, 2)).answer();
                                assertThat(values.get(0))
                                        .isEqualTo(values.get(1))
                                        .isEqualTo(values.get(2));
                            }
                        }
                    })
                    .deadline(DEADLINE)
                    .run();
        }
    }

    // ---- errors of the virtual machine ----

    @Test
    void brokenReplica_withoutCopier_isOutOfServiceInAllLogs_andCanBeRemoved() throws InterruptedException {
        try (var cnr = builder(2, 4).build();
                var token = cnr.register(0)) {
            token.executeMut(Cells.add(1, 0, 1, 2, 3));
            token.executeMut(Cells.breakOne(false, 1, 0));
            for (int cell = 0; cell < 4; cell++) {
                assertThat(token.execute(Cells.read(cell))).isEqualTo(List.of(cell == 0 ? 2L : 1L));
                assertThat(token.executeMut(Cells.add(1, cell))).isEqualTo(List.of(cell == 0 ? 3L : 2L));
            }
            for (long end = System.nanoTime() + DEADLINE.toNanos();
                    cnr.stats().logs().stream()
                            .anyMatch(log -> log.replicas().stream()
                                    .noneMatch(replica -> replica.state() == ReplicaState.QUARANTINED)); ) {
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.sleep(1);
            }
            assertThat(cnr.replicas()).isEqualTo(1);
            int broken = 1 - token.replica();
            cnr.removeReplica(broken);
            assertThat(cnr.execute(readAll())).isEqualTo(List.of(3L, 2L, 2L, 2L));
            assertThat(cnr.executeMut(Cells.add(1, 0, 3))).isEqualTo(List.of(4L, 3L));
            assertThat(ids(cnr)).containsExactly(1 - broken);
        }
    }

    /**
     * The error may hit any replica first, in an operation of one log or of several. Nothing is lost or applied twice,
     * every answer is right, and the replica is rebuilt.
     */
    @ParameterizedTest
    @CsvSource({"2,1", "2,16", "3,1", "3,4"})
    void errorsAtRandom_underLoad(int replicas, int logCapacity) throws InterruptedException {
        HistoryRecorder<Op, Object> recorder = new HistoryRecorder<>();
        AtomicLong added = new AtomicLong();
        AtomicInteger lost = new AtomicInteger();
        int threads = 4;
        int operations = 160;
        // All threads register before the first operation, since a quarantined replica registers no thread.
        CountDownLatch registered = new CountDownLatch(threads);
        try (var cnr = withCopier(replicas, logCapacity).build()) {
            new ConcurrentRun()
                    .threads(threads, i -> {
                        RandomGenerator random = seeded.random(i);
                        try (var token = cnr.register(i % replicas)) {
                            registered.countDown();
                            registered.await();
                            for (int n = 0; n < operations; n++) {
                                Op op = Cells.random(random);
                                // One thread, one at a time: with two errors at once there may be no replica left.
                                if (i == 0 && n % 10 == 9) {
                                    awaitRebuilt(cnr, replicas, /* failures= */ n / 10);
                                    op = random.nextBoolean()
                                            ? Cells.breakOne(random.nextBoolean(), 1, random.nextInt(4))
                                            : Cells.breakOne(random.nextBoolean(), 1, 1, 2);
                                }
                                run(token, op, recorder, added, lost);
                            }
                        }
                    })
                    .deadline(DEADLINE)
                    .run();
            awaitRebuilt(cnr, replicas, operations / 10);
            List<?> values = (List<?>) cnr.execute(readAll());
            assertThat(values.stream().mapToLong(value -> (long) value).sum()).isEqualTo(added.get());
            cnr.verify(LivingLogsTest::contents);
        }
        assertThat(structures.stream().filter(cells -> cells.closed == 1)).hasSize(structures.size());
        assertThat(structures).hasSize(replicas + operations / 10);
        assertThat(lost.get()).as("lost answers are rare").isLessThan(threads * operations / 10);
        LinearizabilityChecker.of(Cells.model()).assertLinearizable(recorder.history());
    }

    /**
     * Waits until each failure has led to a copy. An answer may come from another replica before the failure is known.
     */
    private void awaitRebuilt(ConcurrentNodeReplicated<?, ?, ?> cnr, int replicas, int failures)
            throws InterruptedException {
        for (long end = System.nanoTime() + DEADLINE.toNanos(); structures.size() < replicas + failures; ) {
            assertThat(System.nanoTime()).as("not rebuilt").isLessThan(end);
            Thread.sleep(1);
        }
        awaitAllServing(cnr, replicas);
    }

    private static void run(
            ConcurrentThreadToken<Op, Op, Object> token,
            Op op,
            HistoryRecorder<Op, Object> recorder,
            AtomicLong added,
            AtomicInteger lost) {
        var call = recorder.invoke(op);
        Outcome<Object> outcome;
        try {
            outcome = Outcome.of(op.readOnly() ? token.execute(op) : token.executeMut(op));
        } catch (AnswerLostException e) {
            lost.incrementAndGet();
            outcome = null; // it was applied, but its answer is unknown: treat it as pending
        } catch (IllegalArgumentException e) {
            outcome = Outcome.threw(e);
        }
        if (outcome != null) {
            call.end(outcome);
        }
        added.addAndGet(op.readOnly() ? 0 : delta(op));
    }

    private static long delta(Op op) {
        Cells cells = new Cells();
        try {
            Object unused = op.body().apply(cells);
        } catch (IllegalArgumentException e) {
            // it has added
        }
        long sum = 0;
        for (long value : cells.values) {
            sum += value;
        }
        return sum;
    }

    /** The error meets a close, and replicas that come and go: each operation has an answer or is refused. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void close_whileAllOfThisGoesOn_ends(int round) throws InterruptedException {
        var cnr = withCopier(1 + round % 3, 2).build();
        AtomicInteger applied = new AtomicInteger();
        CountDownLatch closed = new CountDownLatch(1);
        new ConcurrentRun()
                .threads(3, i -> {
                    RandomGenerator random = seeded.random(i);
                    runUntilClosed(() -> {
                        Op op = Cells.random(random);
                        if (op.readOnly()) {
                            cnr.execute(op);
                        } else if (random.nextInt(4) == 0) {
                            cnr.executeMutAsync(op);
                        } else {
                            cnr.executeMut(op);
                        }
                        applied.incrementAndGet();
                    });
                })
                .threads(
                        1,
                        i -> runUntilClosed(() -> {
                            cnr.addReplica(0);
                            if (cnr.replicas() > 2) {
                                // With one replica to spare: another error meanwhile would leave none.
                                cnr.executeMut(
                                        ThreadLocalRandom.current().nextBoolean()
                                                ? Cells.breakOne(true, 1, 0)
                                                : Cells.breakOne(false, 1, 0, 1));
                                List<Integer> ids = ids(cnr);
                                cnr.removeReplica(ids.get(ids.size() - 1));
                            }
                        }))
                .threads(1, i -> runUntilClosed(() -> cnr.verify(LivingLogsTest::contents)))
                .threads(1, i -> {
                    while (applied.get() < 50 + 40 * round) {
                        Thread.sleep(1);
                    }
                    cnr.close();
                    closed.countDown();
                })
                .deadline(DEADLINE)
                .run();
        assertThat(closed.getCount()).isZero();
        assertThat(structures).allMatch(cells -> cells.closed == 1);
    }

    private static void runUntilClosed(Runnable work) {
        try {
            while (true) {
                try {
                    work.run();
                } catch (AnswerLostException | IllegalArgumentException e) {
                    // has been applied; or has thrown, as it was to; or another replica was removed meanwhile
                }
            }
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageContaining("closed");
        }
    }
}
