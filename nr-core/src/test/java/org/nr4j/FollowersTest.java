package org.nr4j;

import static java.util.stream.IntStream.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nr4j.Journal.append;
import static org.nr4j.Journal.appendThenThrow;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.nr4j.Journal.Refusal;
import org.nr4j.Subject.Handle;
import org.nr4j.Subject.Setup;
import org.nr4j.linearizability.Command;

/**
 * Checks that followers see every write, in order, once, for all numbers of replicas and sizes of logs. They leave and
 * fail without harm.
 */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
@ParameterizedClass(name = "{0}")
@MethodSource("setups")
class FollowersTest {
    private static final FollowerOptions OPTIONS = FollowerOptions.defaults();

    @Parameter
    Setup setup;

    private Subject subject;
    private NodeReplicated<Command<Journal>, Command<Journal>, Object> nr;

    static Stream<Setup> setups() {
        return Stream.of(1, 2, 3).flatMap(replicas -> Stream.of(1, 2, 0).map(log -> Setup.tokens(replicas, log)));
    }

    @BeforeEach
    void build() {
        subject = new Subject(setup);
        nr = subject.nr;
    }

    @AfterEach
    void close() {
        subject.close();
    }

    /** Applies what it receives to a journal of its own. */
    private static final class Fold implements LogConsumer<Command<Journal>> {
        final Journal journal;
        final List<Integer> calls = Collections.synchronizedList(new ArrayList<>());
        private long next;

        Fold(Snapshot<Journal> start) {
            this.journal = start.state();
            this.next = start.index();
        }

        Fold(long start) {
            this(new Snapshot<>(start, new Journal(-1)));
        }

        @Override
        public void accept(long index, List<Command<Journal>> writes) {
            assertThat(index).isEqualTo(next);
            for (Command<Journal> write : writes) {
                try {
                    journal.dispatchMut(write);
                } catch (Refusal e) {
                    // as on every replica
                }
            }
            next += writes.size();
            calls.add(writes.size());
        }
    }

    private static long endOf(Follower follower) throws Exception {
        return follower.ended().get(30, TimeUnit.SECONDS);
    }

    private static Throwable failureOf(Follower follower) throws Exception {
        try {
            throw new AssertionError("ended without failure at " + endOf(follower));
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    private static void awaitIndex(Follower follower, long index) {
        Gate.awaitTrue(() -> follower.index() >= index, "does not get to " + index + ": " + follower);
    }

    // ---- what they see ----

    @Test
    void fromTheStart_underLoad_foldEqualsTheReplicas() throws Exception {
        Fold fold = new Fold(0);
        Follower follower = nr.follow(fold);
        subject.run(4, (handle, thread) -> {
            for (int n = 0; n < 150; n++) {
                if (n % 10 == 0) {
                    handle.writeAll(List.of(append(thread, n), append(thread, -n)));
                } else if (n % 10 == 5) {
                    assertThatThrownBy(() -> handle.write(appendThenThrow("refused")))
                            .isInstanceOf(Refusal.class);
                } else {
                    handle.write(append(thread, n));
                }
            }
        });
        follower.finish();
        assertThat(endOf(follower)).isEqualTo(nr.writeCount()).isEqualTo(4 * 165);
        assertThat(fold.journal.entries).isEqualTo(subject.entries());
        assertThat(nr.stats().followers()).isEmpty();
        subject.assertConsistent();
    }

    @Test
    void fromNow_leavesOutWhatWasBefore() throws Exception {
        try (Handle handle = subject.handle(0)) {
            range(0, 10).forEach(n -> handle.write(append(n)));
            Fold fold = new Fold(10);
            Follower follower = nr.follow(fold, OPTIONS.name("late"));
            assertThat(follower.index()).isEqualTo(10);
            assertThat(follower.name()).isEqualTo("late");
            range(10, 20).forEach(n -> handle.write(append(n)));
            follower.finish();
            assertThat(endOf(follower)).isEqualTo(20);
            assertThat(fold.journal.entries)
                    .containsExactlyElementsOf(
                            range(10, 20).<Object>mapToObj(n -> n).toList());
        }
    }

    @Test
    void fromSnapshot_underLoad_foldEqualsTheReplicas() throws Exception {
        List<Fold> folds = Collections.synchronizedList(new ArrayList<>());
        List<Follower> followers = Collections.synchronizedList(new ArrayList<>());
        subject.run(4, (handle, thread) -> {
            for (int n = 0; n < 100; n++) {
                handle.write(append(thread, n));
                if (n % 40 == thread) {
                    followers.add(nr.followSnapshot(
                            (Journal journal) -> journal.copyFor(-1),
                            (Snapshot<Journal> snapshot) -> {
                                assertThat(snapshot.state().entries).hasSize((int) snapshot.index());
                                Fold fold = new Fold(snapshot);
                                folds.add(fold);
                                return fold;
                            },
                            OPTIONS));
                }
            }
        });
        followers.forEach(Follower::finish);
        for (Follower follower : followers) {
            assertThat(endOf(follower)).isEqualTo(400);
        }
        List<Object> entries = subject.entries();
        assertThat(folds)
                .hasSizeGreaterThanOrEqualTo(8)
                .allSatisfy(fold -> assertThat(fold.journal.entries).isEqualTo(entries));
    }

    @Test
    void batch_comesInOnePiece() throws Exception {
        Fold fold = new Fold(0);
        Follower follower = nr.follow(fold);
        try (Handle handle = subject.handle(0)) {
            handle.write(append("a"));
            handle.writeAll(Collections.nCopies(200, append("b")));
            handle.write(append("c"));
            follower.finish();
            endOf(follower);
            assertThat(fold.calls).contains(200);
            assertThat(fold.calls.stream().mapToInt(size -> size).sum()).isEqualTo(202);
        }
    }

    @Test
    void consumer_readsWhatItReceived() throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Follower follower = nr.follow(
                (index, writes) -> {
                    int size = (int) nr.execute(Journal.size());
                    if (size < index + writes.size()) {
                        failure.set(new AssertionError("size=" + size + " index=" + index));
                    }
                },
                OPTIONS.maxLag(2));
        subject.run(3, (handle, thread) -> {
            for (int n = 0; n < 100; n++) {
                handle.write(append(thread, n));
                if (n % 20 == 0) {
                    handle.writeAll(List.of(append("x"), append("y"), append("z")));
                }
            }
        });
        follower.finish();
        endOf(follower);
        assertThat(failure.get()).isNull();
    }

    @Test
    void fromIndex_ofAWriteThatIsHeld_startsThere() throws Exception {
        try (Follower holding = nr.follow((index, writes) -> {}, OPTIONS);
                Handle handle = subject.handle(0)) {
            Snapshot<Integer> snapshot = nr.snapshot((Journal journal) -> journal.entries.size());
            assertThat(snapshot).isEqualTo(new Snapshot<>(0L, 0));
            int held = setup.logCapacity() == 0 ? 5 : 0;
            range(0, held).forEach(n -> handle.write(append(n)));
            Fold fold = new Fold(snapshot.index());
            Follower follower = nr.follow(snapshot.index(), fold, OPTIONS);
            handle.write(append("later"));
            follower.finish();
            assertThat(endOf(follower)).isEqualTo(held + 1);
            assertThat(fold.journal.entries).isEqualTo(subject.entries());
            assertThat(holding.ended()).isNotDone();
        }
    }

    @Test
    void fromIndex_outsideOfTheLog_isRefused() {
        try (Handle handle = subject.handle(0)) {
            range(0, 10).forEach(n -> handle.write(append(n)));
            nr.sync();
            for (long index : new long[] {0, 9}) {
                assertThatThrownBy(() -> nr.follow(index, new Fold(0), OPTIONS))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("log still holds")
                        .hasMessageContaining("index=" + index + " next=10")
                        .hasMessageContaining("from a snapshot");
            }
            assertThatThrownBy(() -> nr.follow(11, new Fold(0), OPTIONS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("index=11 next=10");
            assertThatThrownBy(() -> nr.follow(-1, new Fold(0), OPTIONS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("index=-1");
            assertThat(nr.stats().followers()).isEmpty();
            assertThat(handle.write(append("more"))).isEqualTo(10);
            nr.sync();
            subject.assertConsistent();
        }
    }

    // ---- lag ----

    @Test
    void slowWriters_waitForIt_andReadsGoOn() throws Exception {
        Gate gate = new Gate();
        Fold fold = new Fold(0);
        int lag = 4;
        Follower follower = nr.follow(
                (index, writes) -> {
                    gate.pass();
                    fold.accept(index, writes);
                },
                OPTIONS.maxLag(lag));
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            try (Handle handle = subject.handle(0)) {
                range(0, 50).forEach(n -> handle.write(append(n)));
            }
        });
        gate.awaitEntered();
        Gate.awaitTrue(() -> nr.writeCount() == lag, "does not get to the limit");
        Thread.sleep(20);
        assertThat(nr.writeCount()).as("nor beyond").isEqualTo(lag);
        assertThat(follower.lag()).isEqualTo(lag);
        assertThat(nr.stats().followers()).containsExactly(new NrStats.FollowerStats("follower", 0, lag, lag));
        assertThat((int) nr.execute(Journal.size())).isBetween(lag - 1, lag);
        gate.open();
        writer.get(30, TimeUnit.SECONDS);
        follower.finish();
        assertThat(endOf(follower)).isEqualTo(50);
        assertThat(fold.journal.entries).isEqualTo(subject.entries());
    }

    @Test
    void dropWhenBehind_isDroppedAndWritersDoNotWait() throws Exception {
        Gate gate = new Gate();
        Follower follower =
                nr.follow((index, writes) -> gate.pass(), OPTIONS.maxLag(4).dropWhenBehind());
        try (Handle handle = subject.handle(0)) {
            handle.write(append("first"));
            gate.awaitEntered();
            range(0, 50).forEach(n -> handle.write(append(n)));
            assertThat(follower.ended()).as("the consumer is not disturbed").isNotDone();
            gate.open();
            assertThat(failureOf(follower))
                    .isInstanceOfSatisfying(
                            FollowerDroppedException.class,
                            e -> assertThat(e.index()).isEqualTo(0))
                    .hasMessageContaining("follower=follower lag=4 maxLag=4 index=0");
            assertThat(nr.stats().followers()).isEmpty();
            nr.sync();
            assertThat(nr.stats().logOccupancy()).isZero();
        }
    }

    /** The room in the log does not limit what a follower may have before it: it takes that from there. */
    @Test
    void lagBeyondTheLog_doesNotHoldUpWriters() throws Exception {
        Gate gate = new Gate();
        Fold fold = new Fold(0);
        Follower follower = nr.follow(
                (index, writes) -> {
                    gate.pass();
                    fold.accept(index, writes);
                },
                OPTIONS.maxLag(1_000));
        try (Handle handle = subject.handle(0)) {
            range(0, 500).forEach(n -> handle.write(append(n)));
        }
        assertThat(follower.index()).isZero();
        gate.open();
        follower.finish();
        assertThat(endOf(follower)).isEqualTo(500);
        assertThat(fold.journal.entries).isEqualTo(subject.entries());
    }

    // ---- ends ----

    @Test
    void consumerThrows_itIsStoppedAndNobodyElseNotices() throws Exception {
        for (Throwable thrown :
                List.of(new Exception("checked"), new AssertionError("error"), new StackOverflowError())) {
            Fold other = new Fold(nr.writeCount());
            Follower good = nr.follow(other);
            Follower bad = nr.follow((index, writes) -> sneak(thrown), OPTIONS.maxLag(1));
            subject.run(3, (handle, thread) -> {
                for (int n = 0; n < 50; n++) {
                    handle.write(append(thread, n));
                }
            });
            assertThat(failureOf(bad)).isSameAs(thrown);
            good.finish();
            assertThat(endOf(good)).isEqualTo(nr.writeCount());
            assertThat(other.journal.entries).hasSize(150);
        }
        subject.assertConsistent();
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @Test
    void close_waitsForTheCallUnderWay_andEndsAtAnIndex() throws Exception {
        Gate gate = new Gate();
        Fold fold = new Fold(0);
        Follower follower = nr.follow((index, writes) -> {
            gate.pass();
            fold.accept(index, writes);
        });
        try (Handle handle = subject.handle(0)) {
            handle.write(append("a"));
            gate.awaitEntered();
            handle.write(append("b"));
            CompletableFuture<Void> closing = CompletableFuture.runAsync(follower::close);
            Thread.sleep(20);
            assertThat(closing).isNotDone();
            gate.open();
            closing.get(30, TimeUnit.SECONDS);
            assertThat(endOf(follower)).isEqualTo(fold.journal.entries.size()).isEqualTo(follower.index());
            handle.write(append("c"));
            follower.close();
            assertThat(fold.journal.entries).hasSize((int) follower.index());
        }
    }

    @Test
    void close_insideTheConsumer_ends() throws Exception {
        AtomicReference<Follower> self = new AtomicReference<>();
        AtomicInteger calls = new AtomicInteger();
        self.set(nr.follow((index, writes) -> {
            Gate.awaitTrue(() -> self.get() != null, "no follower");
            calls.incrementAndGet();
            self.get().close();
        }));
        try (Handle handle = subject.handle(0)) {
            range(0, 10).forEach(n -> handle.write(append(n)));
            assertThat(endOf(self.get())).isPositive();
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void closeOfTheInstance_letsItReceiveTheRest() throws Exception {
        Gate gate = new Gate();
        Fold fold = new Fold(0);
        Follower follower = nr.follow(
                (index, writes) -> {
                    gate.pass();
                    fold.accept(index, writes);
                },
                OPTIONS.maxLag(3));
        AtomicInteger answered = new AtomicInteger();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            try (Handle handle = subject.handle(0)) {
                for (int n = 0; n < 10; n++) {
                    handle.write(append(n));
                    answered.incrementAndGet();
                }
            } catch (IllegalStateException e) {
                assertThat(e).hasMessageContaining("closed");
            }
        });
        Gate.awaitTrue(
                () -> nr.stats().waits().behind() > 0 || nr.stats().waits().logFull() > 0, "nobody waits");
        subject.close();
        writer.get(30, TimeUnit.SECONDS);
        assertThat(follower.ended()).isNotDone();
        assertThatThrownBy(() -> nr.follow(fold)).hasMessageContaining("closed=true");
        gate.open();
        assertThat(endOf(follower)).isEqualTo(answered.get()).isGreaterThanOrEqualTo(3);
        assertThat(fold.journal.entries).hasSize(answered.get());
    }

    // ---- executors ----

    @Test
    void executor_runsOneTaskAtATime() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(3);
        try {
            AtomicInteger inside = new AtomicInteger();
            Fold fold = new Fold(0);
            Follower follower = nr.follow(
                    (index, writes) -> {
                        assertThat(inside.getAndIncrement()).isZero();
                        fold.accept(index, writes);
                        inside.decrementAndGet();
                    },
                    OPTIONS.executor(executor));
            try (Handle handle = subject.handle(0)) {
                for (int n = 0; n < 60; n++) {
                    handle.write(append(n));
                    if (n % 20 == 19) {
                        awaitIndex(follower, n + 1);
                        Thread.sleep(20); // until it is idle
                    }
                }
            }
            follower.finish();
            assertThat(endOf(follower)).isEqualTo(60);
            assertThat(fold.journal.entries).hasSize(60);
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void executorThatRunsTasksOnTheSubmitter_doesNotRunThemInsideAWrite() throws Exception {
        Fold fold = new Fold(0);
        Follower follower = nr.follow(
                (index, writes) -> {
                    assertThat(nr.execute(Journal.size())).isNotNull();
                    fold.accept(index, writes);
                },
                OPTIONS.executor(Runnable::run).maxLag(2));
        try (Handle handle = subject.handle(0)) {
            for (int n = 0; n < 30; n++) {
                handle.write(append(n));
                Thread.sleep(n % 10 == 0 ? 5 : 0);
            }
        }
        follower.finish();
        assertThat(endOf(follower)).isEqualTo(30);
        assertThat(fold.journal.entries).hasSize(30);
    }

    @Test
    void executorThatRefuses_endsIt() throws Exception {
        Follower follower = nr.follow(new Fold(0), OPTIONS.maxLag(1).executor(task -> {
            throw new RejectedExecutionException("full");
        }));
        assertThat(failureOf(follower)).isInstanceOf(RejectedExecutionException.class);
        try (Handle handle = subject.handle(0)) {
            range(0, 10).forEach(n -> handle.write(append(n)));
        }
    }

    @Test
    void executorThatNeverRuns_doesNotKeepItFromClosing() throws Exception {
        Follower follower = nr.follow(
                new Fold(0), OPTIONS.executor(task -> {}).dropWhenBehind().maxLag(5));
        try (Handle handle = subject.handle(0)) {
            range(0, 20).forEach(n -> handle.write(append(n)));
        }
        follower.close();
        assertThat(follower.ended()).isDone();
        assertThat(nr.stats().followers()).isEmpty();
    }

    // ---- calling back ----

    @Test
    void writeFromAConsumer_ofOneThatSlowsWriters_isRefused() throws Exception {
        Follower follower = nr.follow((index, writes) -> {
            List<Runnable> calls = List.of(
                    () -> nr.executeMut(append("no")),
                    () -> nr.executeMutAll(List.of(append("no"))),
                    () -> nr.executeMutAsync(append("no")),
                    () -> nr.snapshot((Journal journal) -> 1),
                    () -> nr.follow((other, more) -> {}),
                    () -> nr.verify((Journal journal) -> 1),
                    () -> nr.addReplica(0));
            assertThat(calls)
                    .allSatisfy(call -> assertThatThrownBy(call::run)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("a consumer must only read")
                            .hasMessageContaining("dropWhenBehind()"));
        });
        try (Handle handle = subject.handle(0)) {
            range(0, 10).forEach(n -> handle.write(append(n)));
        }
        follower.finish();
        assertThat(endOf(follower)).isEqualTo(10);
        assertThat(subject.entries()).hasSize(10);
    }

    @Test
    void writeFromAConsumer_ofOneThatIsDropped_isApplied() throws Exception {
        Follower follower = nr.follow(
                (index, writes) -> {
                    if (index < 10) {
                        nr.executeMut(append("echo"));
                    }
                },
                OPTIONS.dropWhenBehind());
        try (Handle handle = subject.handle(0)) {
            handle.write(append("first"));
            Gate.awaitTrue(() -> nr.writeCount() == 11, "no echo");
        }
        follower.close();
        assertThat(subject.entries()).hasSize(11);
    }

    /**
     * The writers wait for the follower, and the follower's consumer waits for writes to be applied. The consumer must
     * not wait for room itself.
     */
    @Test
    void consumerThatReadsEverything_underLoad_comesThrough() throws Exception {
        Follower follower = nr.follow(
                (index, writes) -> {
                    nr.execute(Journal.all());
                    nr.executeStale(Journal.size());
                    nr.sync();
                },
                OPTIONS.maxLag(1));
        subject.run(4, (handle, thread) -> {
            for (int n = 0; n < 50; n++) {
                handle.write(append(thread, n));
                handle.size();
            }
        });
        follower.finish();
        assertThat(endOf(follower)).isEqualTo(200);
    }

    // ---- nothing is left ----

    @Test
    void afterTheLastOne_nothingIsKept() throws Exception {
        List<WeakReference<Object>> kept = new ArrayList<>();
        try (Handle handle = subject.handle(0)) {
            Follower follower = nr.follow((index, writes) -> {});
            for (int n = 0; n < 100; n++) {
                Object payload = new Object();
                kept.add(new WeakReference<>(payload));
                handle.write(Journal.write(journal -> payload.hashCode() == 0 ? 1 : 2));
            }
            follower.finish();
            endOf(follower);
            handle.write(append("one more"));
            nr.sync();
            Gate.awaitTrue(
                    () -> {
                        System.gc();
                        return kept.stream().allMatch(reference -> reference.refersTo(null));
                    },
                    "operations are kept");
            assertThat(nr.stats().logOccupancy()).isZero();
        }
    }

    @Test
    void badArguments_areRefused() {
        assertThatThrownBy(() -> nr.follow(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("consumer must not be null");
        assertThatThrownBy(() -> nr.follow(new Fold(0), null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("options must not be null");
        assertThatThrownBy(() -> nr.followSnapshot(null, snapshot -> new Fold(0), OPTIONS))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("function must not be null");
        assertThatThrownBy(() -> nr.followSnapshot((Journal journal) -> 1, null, OPTIONS))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("consumer must not be null");
        assertThatThrownBy(() -> nr.followSnapshot((Journal journal) -> 1, snapshot -> null, OPTIONS))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("follower=follower");
        assertThatThrownBy(() -> nr.followSnapshot(
                        (Journal journal) -> {
                            throw new Refusal("snapshot");
                        },
                        snapshot -> new Fold(0),
                        OPTIONS))
                .isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> OPTIONS.maxLag(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxLag=0");
        assertThatThrownBy(() -> OPTIONS.name(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> OPTIONS.executor(null)).isInstanceOf(NullPointerException.class);
        assertThat(nr.stats().followers()).isEmpty();
        subject.assertConsistent();
    }
}
