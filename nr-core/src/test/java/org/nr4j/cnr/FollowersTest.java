package org.nr4j.cnr;

import static java.util.stream.IntStream.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.nr4j.FollowerDroppedException;
import org.nr4j.FollowerOptions;
import org.nr4j.cnr.Cells.Op;
import org.nr4j.linearizability.HistoryRecorder;
import org.nr4j.linearizability.LinearizabilityChecker;
import org.nr4j.linearizability.Outcome;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.Seeded;

/**
 * Checks followers of several logs, for all numbers of replicas and logs and sizes of logs. They receive each write
 * once, each log in order. After each call they have received exactly what had taken effect at one moment.
 */
@Timeout(value = 100, threadMode = ThreadMode.SEPARATE_THREAD)
@ParameterizedClass(name = "{0}")
@MethodSource("setups")
class FollowersTest {
    private static final FollowerOptions OPTIONS = FollowerOptions.defaults();
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @Parameter
    Setup setup;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    private final List<Cells> structures = new CopyOnWriteArrayList<>();
    private ConcurrentNodeReplicated<Op, Op, Object> cnr;

    record Setup(int replicas, int logs, int logCapacity) {}

    static Stream<Setup> setups() {
        return Stream.of(
                new Setup(1, 1, 4096),
                new Setup(1, 2, 1),
                new Setup(1, 4, 4096),
                new Setup(2, 1, 4),
                new Setup(2, 2, 1),
                new Setup(2, 4, 4),
                new Setup(2, 4, 4096),
                new Setup(3, 4, 1));
    }

    @BeforeEach
    void build() {
        cnr = ConcurrentNodeReplicated.<Op, Object>builder(
                        () -> {
                            structures.add(new Cells());
                            return structures.get(structures.size() - 1);
                        },
                        Cells::logsOf)
                .replicas(setup.replicas)
                .logs(setup.logs)
                .logCapacity(setup.logCapacity)
                .build();
    }

    @AfterEach
    void close() {
        cnr.close();
    }

    /** Applies what it receives to cells of its own, and checks that nothing is missing in between. */
    private final class Fold implements CutConsumer<Op> {
        final Cells cells;
        final List<Cut<Op>> cuts = new CopyOnWriteArrayList<>();
        private LogIndexes next;

        Fold(CnrSnapshot<Cells> start) {
            this.cells = start.state();
            this.next = start.indexes();
        }

        Fold() {
            this(new CnrSnapshot<>(cnr.indexes(), new Cells()));
        }

        @Override
        public void accept(Cut<Op> cut) {
            assertThat(cut.before()).isEqualTo(next);
            long[] reached = range(0, setup.logs).mapToLong(next::of).toArray();
            CutWrite<Op> previous = null;
            for (CutWrite<Op> write : cut) {
                number(write, previous, reached);
                apply(write.op());
                previous = write;
            }
            assertThat(cut.after()).isEqualTo(new LogIndexes(reached)).isNotEqualTo(next);
            next = cut.after();
            cuts.add(cut);
        }

        /**
         * Checks the number of a write: it has the next number in its logs. Only the later writes of a batch of several
         * logs have the same number as the first.
         */
        private void number(CutWrite<Op> write, CutWrite<Op> previous, long[] reached) {
            int[] logs = write.logs().logs(setup.logs);
            boolean inBatch = logs.length > 1
                    && previous != null
                    && previous.logs().equals(write.logs())
                    && previous.index() == write.index();
            if (!inBatch) {
                assertThat(write.index()).isEqualTo(reached[logs[0]]);
                Arrays.stream(logs).forEach(log -> reached[log]++);
            }
            assertThat(write.log()).isEqualTo(logs[0]);
        }

        private void apply(Op op) {
            try {
                cells.dispatchMut(op);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageStartingWith("added: "); // as on every replica
            }
        }
    }

    private static LogIndexes endOf(CnrFollower follower) throws Exception {
        return follower.ended().get(30, TimeUnit.SECONDS);
    }

    private static Throwable failureOf(CnrFollower follower) throws Exception {
        try {
            throw new AssertionError("ended without failure at " + endOf(follower));
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    private static void awaitTrue(BooleanSupplier condition, String otherwise) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as(otherwise).isNegative();
            Thread.sleep(1);
        }
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private static Op readAll() {
        return Cells.read(0, 1, 2, 3);
    }

    /** Writes of one log, of several, of all, atomic batches of one log and of several, and some that throw. */
    private void writeAnything(RandomGenerator random, int operations) {
        for (int n = 0; n < operations; n++) {
            int one = random.nextInt(Cells.COUNT);
            int other = (one + random.nextInt(1, Cells.COUNT)) % Cells.COUNT;
            try {
                switch (random.nextInt(8)) {
                    case 0 -> cnr.executeMut(Cells.add(1, 0, 1, 2, 3));
                    case 1 -> cnr.executeMut(Cells.add(1, one, other));
                    case 2 -> cnr.executeMutAll(List.of(Cells.add(1, one), Cells.add(2, other)));
                    case 3 -> cnr.executeMut(Cells.addThenThrow(1, one, other));
                    case 4 -> cnr.execute(readAll());
                    default -> cnr.executeMut(Cells.add(1, one));
                }
            } catch (IllegalArgumentException thrown) {
                assertThat(thrown).hasMessageStartingWith("added: ");
            }
        }
    }

    private void runWriters(int threads, int operations) throws InterruptedException {
        new ConcurrentRun()
                .threads(threads, i -> writeAnything(seeded.random(i), operations))
                .deadline(DEADLINE)
                .run();
    }

    private void assertLikeTheReplicas(Fold fold) {
        cnr.sync();
        assertThat(structures).allMatch(fold.cells::isLike);
    }

    // ---- what they see ----

    @Test
    void fromTheStart_underLoad_foldEqualsTheReplicas() throws Exception {
        Fold fold = new Fold();
        CnrFollower follower = cnr.follow(fold);
        runWriters(4, 200);
        follower.finish();
        assertThat(endOf(follower)).isEqualTo(cnr.indexes()).isEqualTo(follower.indexes());
        assertThat(follower.lag()).isZero();
        assertLikeTheReplicas(fold);
        assertThat(cnr.stats().logs()).allMatch(log -> log.followers().isEmpty());
    }

    @Test
    void fromSnapshots_underLoad_foldsEqualTheReplicas() throws Exception {
        List<Fold> folds = new CopyOnWriteArrayList<>();
        List<CnrFollower> followers = new CopyOnWriteArrayList<>();
        new ConcurrentRun()
                .threads(4, i -> writeAnything(seeded.random(i), 150))
                .threads(1, i -> {
                    for (int n = 0; n < 6; n++) {
                        followers.add(cnr.followSnapshot(
                                Cells::copy,
                                (CnrSnapshot<Cells> snapshot) -> {
                                    folds.add(new Fold(snapshot));
                                    return folds.get(folds.size() - 1);
                                },
                                OPTIONS.maxLag(8)));
                        Thread.sleep(3);
                    }
                })
                .deadline(DEADLINE)
                .run();
        followers.forEach(CnrFollower::finish);
        for (CnrFollower follower : followers) {
            assertThat(endOf(follower)).isEqualTo(cnr.indexes());
        }
        assertThat(folds).hasSize(6).allSatisfy(this::assertLikeTheReplicas);
    }

    /**
     * The state after a call is one that a read of all logs could have seen at some moment between two calls. The same
     * holds for a snapshot. This is the strongest check: all reads of all threads must agree with it.
     */
    @Test
    void cutsAndSnapshots_areReadsOfAllLogs() throws Exception {
        assumeTrue(setup.logs > 1, "one log is handed over run by run, each as of an earlier moment");
        HistoryRecorder<Op, Object> recorder = new HistoryRecorder<>();
        Fold fold = new Fold();
        AtomicReference<HistoryRecorder.Call<Op, Object>> open = new AtomicReference<>(recorder.invoke(readAll()));
        CnrFollower follower = cnr.follow(
                cut -> {
                    fold.accept(cut);
                    open.get().end(Outcome.of(valuesOf(fold.cells)));
                    open.set(recorder.invoke(readAll()));
                },
                OPTIONS.maxLag(16));
        new ConcurrentRun()
                .threads(4, i -> {
                    RandomGenerator random = seeded.random(i);
                    for (int n = 0; n < 100; n++) {
                        Op op = Cells.random(random);
                        recorder.record(op, each -> each.readOnly() ? cnr.execute(each) : cnr.executeMut(each));
                    }
                })
                .threads(1, i -> {
                    for (int n = 0; n < 20; n++) {
                        recorder.record(
                                readAll(),
                                op -> cnr.snapshot((Cells cells) -> valuesOf(cells))
                                        .state());
                    }
                })
                .deadline(DEADLINE)
                .run();
        follower.finish();
        endOf(follower);
        assertLikeTheReplicas(fold);
        LinearizabilityChecker.of(Cells.model()).assertLinearizable(recorder.history());
    }

    private static List<Long> valuesOf(Cells cells) {
        return Arrays.stream(cells.values).boxed().toList();
    }

    /** A write that returned before another began is not missing where the other is there, in whatever log. */
    @Test
    void aWriteIsNeverThereWithoutThoseThatReturnedBeforeIt() throws Exception {
        Fold fold = new Fold();
        List<String> wrong = new CopyOnWriteArrayList<>();
        CnrFollower follower = cnr.follow(cut -> {
            fold.accept(cut);
            long[] values = fold.cells.values;
            if (values[0] < values[1] || values[1] < values[2] || values[3] < values[0]) {
                wrong.add(Arrays.toString(values));
            }
        });
        new ConcurrentRun()
                .threads(3, i -> {
                    for (int n = 0; n < 500; n++) {
                        cnr.executeMut(Cells.add(1, 3));
                        if (n % 10 == 0) {
                            cnr.executeMut(Cells.add(1, 0, 1));
                        } else {
                            cnr.executeMut(Cells.add(1, 0));
                            cnr.executeMut(Cells.add(1, 1));
                        }
                        cnr.executeMut(Cells.add(1, 2));
                    }
                })
                .deadline(DEADLINE)
                .run();
        follower.finish();
        endOf(follower);
        assertThat(wrong).isEmpty();
        assertThat(fold.cells.values).containsOnly(1_500);
        assertThat(fold.cuts).hasSizeGreaterThan(1);
    }

    @Test
    void fromNow_leavesOutWhatWasBefore() throws Exception {
        range(0, 10).forEach(n -> cnr.executeMut(Cells.add(1, n % 4)));
        cnr.executeMut(Cells.add(1, 0, 1, 2, 3));
        Cells before = cnr.snapshot(Cells::copy).state();
        Fold fold = new Fold();
        CnrFollower follower = cnr.follow(fold, OPTIONS.name("late"));
        assertThat(follower.indexes()).isEqualTo(cnr.indexes());
        assertThat(follower.name()).isEqualTo("late");
        cnr.executeMut(Cells.add(5, 1, 2));
        cnr.executeMut(Cells.add(7, 3));
        follower.finish();
        assertThat(endOf(follower)).isEqualTo(cnr.indexes());
        assertThat(before.values).containsExactly(4, 4, 3, 3);
        assertThat(fold.cells.values).containsExactly(0, 5, 5, 7);
    }

    /** Numbers say how many writes there were, whatever reads of several logs have done. */
    @Test
    void indexes_countWrites_andNoReads() throws Exception {
        AtomicReference<LogIndexes> seen = new AtomicReference<>();
        CnrFollower follower = cnr.follow(cut -> seen.set(cut.after()));
        new ConcurrentRun()
                .threads(4, i -> range(0, 200).forEach(n -> cnr.executeMut(Cells.add(1, i))))
                .threads(1, i -> range(0, 100).forEach(n -> cnr.execute(readAll())))
                .deadline(DEADLINE)
                .run();
        follower.finish();
        assertThat(endOf(follower)).isEqualTo(cnr.indexes()).isEqualTo(seen.get());
        assertThat(cnr.indexes().total()).isEqualTo(800);
        assertThat(cnr.indexes().of(0)).isEqualTo(800 / setup.logs);
        assertThat(cnr.indexes().logs()).isEqualTo(setup.logs);
        assertThat(cnr.snapshot((Cells cells) -> 0).indexes())
                .isEqualTo(seen.get())
                .hasSameHashCodeAs(seen.get())
                .hasToString(seen.get().toString());
    }

    /** Starts a follower, and makes a write. Returns once the consumer's call waits for the latch. */
    private CnrFollower followAndHoldInFirstCall(Fold fold, CountDownLatch open) throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CnrFollower follower = cnr.follow(cut -> {
            entered.countDown();
            await(open);
            fold.accept(cut);
        });
        cnr.executeMut(Cells.add(1, 0));
        await(entered);
        return follower;
    }

    @Test
    void writesDuringACall_areOneCut() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        Fold fold = new Fold();
        CnrFollower follower = followAndHoldInFirstCall(fold, open);
        for (int n = 0; n < 200; n++) {
            cnr.executeMut(n % 10 == 0 ? Cells.add(1, 1, 2) : Cells.add(1, n % 4));
        }
        open.countDown();
        follower.finish();
        assertThat(endOf(follower)).isEqualTo(cnr.indexes());
        assertThat(fold.cuts).extracting(Cut::size).containsExactly(1, 200);
        assertLikeTheReplicas(fold);
    }

    @Test
    void atomicBatch_staysTogether() throws Exception {
        Fold fold = new Fold();
        CnrFollower follower = cnr.follow(fold);
        List<Op> ofAll = List.of(Cells.add(1, 0), Cells.add(2, 1), Cells.add(3, 3));
        List<Op> ofOne = List.of(Cells.add(1, 2), Cells.add(2, 2), Cells.add(3, 2));
        cnr.executeMut(Cells.add(1, 0));
        cnr.executeMutAll(ofAll);
        cnr.executeMutAll(ofOne);
        cnr.executeMut(Cells.add(1, 2));
        follower.finish();
        endOf(follower);
        List<Op> received =
                fold.cuts.stream().flatMap(cut -> cut.operations().stream()).toList();
        for (List<Op> batch : List.of(ofAll, ofOne)) {
            assertThat(Collections.indexOfSubList(received, batch)).isNotNegative();
            assertThat(fold.cuts).anyMatch(cut -> cut.operations().containsAll(batch));
        }
        assertThat(fold.cuts.stream().mapToInt(Cut::size).sum())
                .isEqualTo(received.size())
                .isEqualTo(8);
    }

    @Test
    void consumer_readsWhatItReceived() throws Exception {
        Fold fold = new Fold();
        List<String> wrong = new CopyOnWriteArrayList<>();
        CnrFollower follower = cnr.follow(
                cut -> {
                    fold.accept(cut);
                    List<?> values = (List<?>) cnr.execute(readAll());
                    for (int cell = 0; cell < Cells.COUNT; cell++) {
                        long own = (Long) ((List<?>) cnr.execute(Cells.read(cell))).get(0);
                        if ((Long) values.get(cell) < fold.cells.values[cell] || own < fold.cells.values[cell]) {
                            wrong.add(cell + " in " + cut);
                        }
                    }
                    cnr.sync();
                },
                OPTIONS.maxLag(1));
        runWriters(4, 40);
        follower.finish();
        endOf(follower);
        assertThat(wrong).isEmpty();
        assertLikeTheReplicas(fold);
    }

    // ---- lag ----

    @Test
    void slowWriters_waitForIt_andReadsGoOn() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch open = new CountDownLatch(1);
        Fold fold = new Fold();
        int lag = 4;
        CnrFollower follower = cnr.follow(
                cut -> {
                    entered.countDown();
                    await(open);
                    fold.accept(cut);
                },
                OPTIONS.maxLag(lag));
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        writers.add(CompletableFuture.runAsync(() -> range(0, 30).forEach(n -> cnr.executeMut(Cells.add(1, 1)))));
        await(entered);
        int log = 1 % setup.logs;
        awaitTrue(() -> cnr.indexes().of(log) == lag, "does not get to the limit");
        writers.add(CompletableFuture.runAsync(
                () -> range(0, 30).forEach(n -> cnr.executeMut(Cells.add(1, 1, 2))))); // of another log, too
        writers.add(CompletableFuture.runAsync(() -> range(0, 30).forEach(n -> cnr.executeMut(Cells.add(1, 1)))));
        Thread.sleep(20);
        assertThat(cnr.indexes().of(log)).as("nor beyond").isEqualTo(lag);
        assertThat(follower.lag()).isEqualTo(lag);
        assertThat(cnr.stats().logs().get(log).followers())
                .singleElement()
                .satisfies(stats -> assertThat(List.of(stats.index(), stats.lag(), stats.maxLag()))
                        .containsExactly(0L, 4L, 4L));
        if (setup.logs == 4) {
            cnr.executeMut(Cells.add(1, 3)); // has room in its log
        }
        assertThat((List<?>) cnr.execute(readAll())).hasSize(4);
        open.countDown();
        for (CompletableFuture<Void> writer : writers) {
            writer.get(30, TimeUnit.SECONDS);
        }
        follower.finish();
        assertThat(endOf(follower)).isEqualTo(cnr.indexes());
        assertLikeTheReplicas(fold);
    }

    @Test
    void dropWhenBehind_isDroppedAndWritersDoNotWait() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch open = new CountDownLatch(1);
        CnrFollower follower = cnr.follow(
                cut -> {
                    entered.countDown();
                    await(open);
                },
                OPTIONS.maxLag(4).dropWhenBehind());
        cnr.executeMut(Cells.add(1, 0));
        await(entered);
        range(0, 50).forEach(n -> cnr.executeMut(n % 5 == 0 ? Cells.add(1, 0, 1, 2, 3) : Cells.add(1, n % 4)));
        assertThat(follower.ended()).as("the consumer is not disturbed").isNotDone();
        open.countDown();
        assertThat(failureOf(follower))
                .isInstanceOf(FollowerDroppedException.class)
                .hasMessageContaining("follower=follower lag=4 maxLag=4 index=0");
        assertThat(cnr.stats().logs()).allMatch(log -> log.followers().isEmpty());
        cnr.executeMut(Cells.add(1, 0, 1, 2, 3));
        cnr.sync();
        assertThat(cnr.stats().logs()).allMatch(log -> log.logOccupancy() == 0);
    }

    /** The follower gets a cut although writers never stop: it does not wait for a moment without writes. */
    @Test
    void writersWithoutEnd_doNotKeepItFromACut() throws Exception {
        AtomicInteger cuts = new AtomicInteger();
        CnrFollower follower = cnr.follow(
                cut -> cuts.incrementAndGet(), OPTIONS.maxLag(10_000_000).dropWhenBehind());
        new ConcurrentRun()
                .threads(4, i -> {
                    while (cuts.get() < 20) {
                        cnr.executeMut(Cells.add(1, i));
                    }
                })
                .deadline(DEADLINE)
                .run();
        follower.finish();
        assertThat(endOf(follower)).isEqualTo(cnr.indexes());
    }

    // ---- ends ----

    @Test
    void consumerThrows_itIsStoppedAndNobodyElseNotices() throws Exception {
        Fold other = new Fold();
        CnrFollower good = cnr.follow(other);
        for (Throwable thrown : List.of(new Exception("checked"), new StackOverflowError())) {
            CnrFollower bad = cnr.follow(cut -> FollowersTest.sneak(thrown), OPTIONS.maxLag(1));
            runWriters(3, 50);
            assertThat(failureOf(bad)).isSameAs(thrown);
        }
        good.finish();
        assertThat(endOf(good)).isEqualTo(cnr.indexes());
        assertLikeTheReplicas(other);
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @Test
    void close_waitsForTheCallUnderWay_andEndsAtACut() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        Fold fold = new Fold();
        CnrFollower follower = followAndHoldInFirstCall(fold, open);
        cnr.executeMut(Cells.add(1, 1));
        CompletableFuture<Void> closing = CompletableFuture.runAsync(follower::close);
        Thread.sleep(20);
        assertThat(closing).isNotDone();
        open.countDown();
        closing.get(30, TimeUnit.SECONDS);
        assertThat(endOf(follower)).isEqualTo(follower.indexes());
        assertThat(follower.indexes().total()).isEqualTo(1);
        cnr.executeMut(Cells.add(1, 2, 3));
        follower.close();
        assertThat(fold.cuts).hasSize(1);
    }

    @Test
    void close_insideTheConsumer_ends() throws Exception {
        AtomicReference<CnrFollower> self = new AtomicReference<>();
        AtomicInteger calls = new AtomicInteger();
        self.set(cnr.follow(cut -> {
            awaitTrue(() -> self.get() != null, "no follower");
            calls.incrementAndGet();
            self.get().close();
        }));
        range(0, 10).forEach(n -> cnr.executeMut(Cells.add(1, n % 4)));
        assertThat(endOf(self.get()).total()).isPositive();
        assertThat(calls).hasValue(1);
    }

    @Test
    void closeOfTheInstance_letsItReceiveTheRest() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        Fold fold = new Fold();
        CnrFollower follower = cnr.follow(
                cut -> {
                    await(open);
                    fold.accept(cut);
                },
                OPTIONS.maxLag(3));
        AtomicInteger answered = new AtomicInteger();
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (Integer[] of : new Integer[][] {{0}, {1}, {0, 1, 2, 3}}) {
            writers.add(CompletableFuture.runAsync(() -> {
                try {
                    for (int n = 0; n < 10; n++) {
                        cnr.executeMut(Cells.add(1, of));
                        answered.addAndGet(of.length);
                    }
                } catch (IllegalStateException e) {
                    assertThat(e).hasMessageContaining("closed");
                }
            }));
        }
        awaitTrue(
                () -> cnr.stats().logs().stream()
                        .anyMatch(log -> log.waits().behind() > 0 || log.waits().logFull() > 0),
                "nobody waits");
        cnr.close();
        for (CompletableFuture<Void> writer : writers) {
            writer.get(30, TimeUnit.SECONDS);
        }
        assertThat(follower.ended()).isNotDone();
        assertThatThrownBy(() -> cnr.follow(fold)).hasMessageContaining("closed=true");
        assertThatThrownBy(() -> cnr.snapshot(Cells::copy)).hasMessageContaining("closed=true");
        open.countDown();
        endOf(follower);
        assertThat(structures).allMatch(fold.cells::isLike);
        assertThat(Arrays.stream(fold.cells.values).sum()).isEqualTo(answered.get());
    }

    @Test
    void breakdown_endsItWithTheCause() throws Exception {
        CnrFollower follower = cnr.follow(cut -> {});
        Op overflow = Cells.write("overflow", cells -> recurse(0), 0);
        range(0, 20).forEach(n -> cnr.executeMut(Cells.add(1, n % 4)));
        assertThatThrownBy(() -> {
                    for (int n = 0; n <= setup.replicas; n++) {
                        cnr.executeMut(overflow);
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has stopped");
        assertThat(failureOf(follower))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has stopped")
                .hasCauseInstanceOf(StackOverflowError.class);
        assertThat(follower.indexes().total()).isGreaterThanOrEqualTo(20);
    }

    @SuppressWarnings("InfiniteRecursion") // the purpose
    private static int recurse(int depth) {
        return recurse(depth + 1) + 1;
    }

    // ---- executors ----

    @Test
    void executorThatRunsTasksOnTheSubmitter_doesNotRunThemInsideAWrite() throws Exception {
        Fold fold = new Fold();
        CnrFollower follower = cnr.follow(
                cut -> {
                    assertThat(cnr.execute(readAll())).isNotNull();
                    fold.accept(cut);
                },
                OPTIONS.executor(Runnable::run).maxLag(2));
        for (int n = 0; n < 30; n++) {
            cnr.executeMut(n % 3 == 0 ? Cells.add(1, 0, 3) : Cells.add(1, n % 4));
            Thread.sleep(n % 10 == 0 ? 5 : 0);
        }
        follower.finish();
        endOf(follower);
        assertLikeTheReplicas(fold);
    }

    @Test
    void executorThatRefuses_endsIt() throws Exception {
        CnrFollower follower = cnr.follow(new Fold(), OPTIONS.maxLag(1).executor(task -> {
            throw new RejectedExecutionException("full");
        }));
        assertThat(failureOf(follower)).isInstanceOf(RejectedExecutionException.class);
        runWriters(2, 20);
    }

    @Test
    void executorThatNeverRuns_doesNotKeepItFromClosing() throws Exception {
        CnrFollower follower = cnr.follow(
                new Fold(), OPTIONS.executor(task -> {}).dropWhenBehind().maxLag(5));
        runWriters(2, 20);
        follower.close();
        assertThat(follower.ended()).isDone();
        assertThat(cnr.stats().logs()).allMatch(log -> log.followers().isEmpty());
    }

    // ---- calling back ----

    @Test
    void writeFromAConsumer_ofOneThatSlowsWriters_isRefused() throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CnrFollower follower = cnr.follow(cut -> {
            List<Runnable> calls = List.of(
                    () -> cnr.executeMut(Cells.add(1, 0)),
                    () -> cnr.executeMut(Cells.add(1, 0, 1)),
                    () -> cnr.executeMutAll(List.of(Cells.add(1, 0), Cells.add(1, 1))),
                    () -> cnr.executeMutAsync(Cells.add(1, 0)),
                    () -> cnr.snapshot(Cells::copy),
                    () -> cnr.follow(other -> {}));
            for (Runnable call : calls) {
                try {
                    assertThatThrownBy(call::run)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("a consumer must only read")
                            .hasMessageContaining("dropWhenBehind()");
                } catch (AssertionError e) {
                    failure.set(e);
                }
            }
        });
        range(0, 10).forEach(n -> cnr.executeMut(Cells.add(1, n % 4)));
        follower.finish();
        assertThat(endOf(follower).total()).isEqualTo(10);
        assertThat(failure.get()).isNull();
    }

    @Test
    void writeFromAConsumer_ofOneThatIsDropped_isApplied() throws Exception {
        CnrFollower follower = cnr.follow(
                cut -> {
                    if (cut.before().total() < 10) {
                        cnr.executeMut(Cells.add(1, 1, 2));
                        cnr.snapshot(Cells::copy);
                    }
                },
                OPTIONS.dropWhenBehind());
        cnr.executeMut(Cells.add(1, 0));
        awaitTrue(() -> cnr.indexes().total() > 10, "no echo");
        follower.close();
        cnr.sync();
        assertThat(structures).allMatch(cells -> cells.values[1] >= 4);
    }

    @Test
    void callBackFromASnapshot_isRefused() {
        assertThatThrownBy(() -> cnr.snapshot((Cells cells) -> cnr.execute(readAll())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("must not call back");
        assertThatThrownBy(() -> cnr.followSnapshot(
                        (Cells cells) -> cnr.executeMut(Cells.add(1, 0)), snapshot -> cut -> {}, OPTIONS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("must not call back");
        assertThat(cnr.stats().logs()).allMatch(log -> log.followers().isEmpty());
        assertThat(cnr.execute(readAll())).isEqualTo(List.of(0L, 0L, 0L, 0L));
    }

    @Test
    void badArguments_areRefused() {
        assertThatThrownBy(() -> cnr.follow(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("consumer must not be null");
        assertThatThrownBy(() -> cnr.follow(new Fold(), null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("options must not be null");
        assertThatThrownBy(() -> cnr.snapshot(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("function must not be null");
        assertThatThrownBy(() -> cnr.followSnapshot(Cells::copy, null, OPTIONS))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("consumer must not be null");
        assertThatThrownBy(() -> cnr.followSnapshot(Cells::copy, snapshot -> null, OPTIONS))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("consumer must not be null");
        assertThatThrownBy(() -> cnr.followSnapshot(
                        (Cells cells) -> {
                            throw new IllegalArgumentException("snapshot");
                        },
                        snapshot -> new Fold(),
                        OPTIONS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("snapshot");
        assertThat(cnr.stats().logs()).allMatch(log -> log.followers().isEmpty());
        cnr.executeMut(Cells.add(1, 0, 1));
        assertThat(cnr.snapshot((Cells cells) -> cells.values[1]).state()).isEqualTo(1L);
    }
}
