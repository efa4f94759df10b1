package org.nr4j;

import static java.util.stream.IntStream.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nr4j.Journal.append;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.NrStats.ReplicaStats;
import org.nr4j.Subject.Handle;
import org.nr4j.Subject.Setup;
import org.nr4j.linearizability.Command;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.topology.NumaTopology;

/** Tests replicas that are added and removed at run time, snapshots, comparisons, and stale reads. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class LivingReplicasTest {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private static List<Integer> ids(NodeReplicated<?, ?, ?> nr) {
        return nr.stats().replicas().stream().map(ReplicaStats::id).toList();
    }

    private static NodeReplicated.Builder<Command<Journal>, Command<Journal>, Object> builder() {
        return NodeReplicated.builder(() -> new Journal(0));
    }

    // ---- adding and removing ----

    @ParameterizedTest
    @CsvSource({"1,1", "1,16", "2,1", "3,2"})
    void addAndRemove_keepContentsAndNumbers(int replicas, int log) {
        try (Subject subject = new Subject(Setup.tokens(replicas, log));
                Handle handle = subject.handle(0)) {
            NodeReplicated<Command<Journal>, Command<Journal>, Object> nr = subject.nr;
            List<Object> expected = new ArrayList<>();
            for (int n = 0; n < 30; n++) {
                assertThat(handle.write(append(n))).isEqualTo(n);
                expected.add(n);
                if (n % 5 == 1) {
                    assertThat(nr.addReplica(0)).isEqualTo(replicas + n / 5);
                } else if (n % 5 == 4) {
                    nr.removeReplica(ids(nr).get(n % 2 == 0 ? 0 : nr.replicas() - 1));
                }
                assertThat(handle.read(Journal.all())).isEqualTo(expected);
                assertThat(nr.writeCount()).isEqualTo(n + 1);
            }
            assertThat(nr.replicas()).isEqualTo(replicas);
            assertThat(subject.entries()).isEqualTo(expected);
            assertThat(nr.stats().batches()).as("of those removed too").isEqualTo(30);
        }
    }

    @Test
    void removed_isClosedAndItsTokensGoOver() throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(3, 4))) {
            subject.run(3, (handle, thread) -> {
                assertThat(handle.write(append(thread, 0))).isNotNull();
                if (thread == 0) {
                    subject.nr.removeReplica(1);
                    assertThat(subject.journals.get(1).closed).isTrue();
                }
                for (int n = 1; n < 100; n++) {
                    handle.write(append(thread, n));
                    assertThat(handle.size()).isPositive();
                }
            });
            assertThat(ids(subject.nr)).containsExactly(0, 2);
            assertThat(subject.entries()).hasSize(300);
            assertThatThrownBy(() -> subject.nr.register(1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("replica=1 replicas=[0, 2]");
        }
    }

    /** Else the reader would wait for the removal, and the removal for the reader. */
    @Test
    void removed_whileAReaderCallsBack_refusesTheReader() throws Exception {
        try (Subject subject = new Subject(Setup.tokens(2, 4))) {
            Thread remover = new Thread(() -> subject.nr.removeReplica(1));
            CompletableFuture<Object> refusal = new CompletableFuture<>();
            Command<Journal> read = Journal.read(journal -> {
                remover.start();
                while (remover.getState() != Thread.State.TIMED_WAITING) {
                    Thread.onSpinWait();
                }
                try {
                    subject.nr.close();
                } catch (IllegalStateException e) {
                    refusal.complete(e.getMessage());
                }
                return journal;
            });
            new Thread(() -> subject.nr.register(1).execute(read)).start();
            assertThat(refusal.get(30, TimeUnit.SECONDS)).asString().contains("must not call back");
            remover.join();
            assertThat(ids(subject.nr)).containsExactly(0);
        }
    }

    @Test
    void added_servesThreadsOfItsNode() throws Exception {
        NumaTopology topology = NumaTopology.simulated(2, 2);
        try (var nr = NodeReplicated.<Command<Journal>, Command<Journal>, Object>builder(() -> new Journal(0))
                .topology(topology)
                .replicas(1)
                .copier((Journal journal) -> journal.copyFor(1))
                .build()) {
            nr.executeMut(append("a"));
            assertThat(nr.addReplica(1)).isEqualTo(1);
            assertThat(nr.stats().replicas()).extracting(ReplicaStats::node).containsExactly(0, 1);
            CompletableFuture<Object> seen = new CompletableFuture<>();
            topology.threadFactory(1, "test")
                    .newThread(() -> seen.complete(nr.execute(Journal.read(journal -> journal.replica))))
                    .start();
            assertThat(seen.get(30, TimeUnit.SECONDS)).isEqualTo(1);
            nr.removeReplica(0);
            assertThat(nr.execute(Journal.read(journal -> journal.replica))).isEqualTo(1);
            assertThat(nr.execute(Journal.all())).isEqualTo(List.of("a"));
        }
    }

    @Test
    void lastReplica_isNotRemoved() {
        try (Subject subject = new Subject(Setup.tokens(2, 4))) {
            subject.nr.removeReplica(0);
            assertThatThrownBy(() -> subject.nr.removeReplica(1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("one replica must stay: replica=1 replicas=[1]");
            for (int id : new int[] {0, 2, -1}) {
                assertThatThrownBy(() -> subject.nr.removeReplica(id))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("replica=" + id + " replicas=[1]");
            }
            assertThat(subject.nr.executeMut(append("on"))).isEqualTo(0);
        }
    }

    @Test
    void withoutCopier_addingIsRefused() {
        try (var nr = builder().replicas(1).build()) {
            assertThatThrownBy(() -> nr.addReplica(0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("copier=null");
            assertThat(nr.executeMut(append("on"))).isEqualTo(0);
        }
    }

    @Test
    void nodeThatIsNot_isRefused() {
        try (Subject subject = new Subject(Setup.tokens(1, 4))) {
            for (int node : new int[] {-1, Integer.MAX_VALUE}) {
                assertThatThrownBy(() -> subject.nr.addReplica(node))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("node=" + node);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void badCopier_isRefusedAndNothingChanges(int replicas) {
        List<Function<Journal, Journal>> copiers = List.of(
                journal -> null,
                journal -> journal,
                journal -> {
                    throw new IllegalArgumentException("no copy");
                },
                journal -> {
                    throw new OutOfMemoryError("simulated");
                });
        List<String> messages = List.of("returned=null", "the structure of a replica", "no copy", "simulated");
        for (int i = 0; i < copiers.size(); i++) {
            try (var nr = builder().replicas(replicas).copier(copiers.get(i)).build()) {
                nr.executeMut(append("a"));
                assertThatThrownBy(() -> nr.addReplica(0))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("the copier must return")
                        .hasMessageContaining(messages.get(i));
                assertThat(nr.replicas()).isEqualTo(replicas);
                assertThat(nr.executeMut(append("b"))).isEqualTo(1);
                assertThat(nr.execute(Journal.all())).isEqualTo(List.of("a", "b"));
            }
        }
        assertThatThrownBy(() -> builder().copier(null)).hasMessageContaining("copier must not be null");
    }

    @Test
    void replicated_copiesToo() {
        try (Replicated<TreeMap<Integer, String>> map = Replicated.<TreeMap<Integer, String>>builder(TreeMap::new)
                .copier(TreeMap::new)
                .replicas(1)
                .build()) {
            map.write(m -> m.put(1, "a"));
            map.addReplica(0);
            map.write(m -> m.put(2, "b"));
            assertThat(map.verify(TreeMap::hashCode)).isEqualTo(2).isEqualTo(map.writeCount());
            Snapshot<Map<Integer, String>> snapshot = map.snapshot(Map::copyOf);
            assertThat(snapshot).isEqualTo(new Snapshot<>(2L, Map.of(1, "a", 2, "b")));
            assertThat(map.<String>readStale(m -> m.get(2)).answer()).isIn("b", null);
            map.removeReplica(0);
            assertThat(map.<String>read(m -> m.get(2))).isEqualTo("b");
        }
        try (Replicated<List<String>> list = Replicated.<List<String>>builder(ArrayList::new)
                .copier(same -> same)
                .build()) {
            assertThatThrownBy(() -> list.addReplica(0)).hasMessageContaining("the structure of a replica");
        }
    }

    // ---- snapshots ----

    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "3,4"})
    void snapshot_underLoad_hasItsIndex(int replicas, int log) throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(replicas, log))) {
            List<Snapshot<List<Object>>> snapshots = Collections.synchronizedList(new ArrayList<>());
            subject.run(4, (handle, thread) -> {
                for (int n = 0; n < 100; n++) {
                    int index = (int) handle.write(append(thread, n));
                    if (n % 10 == thread) {
                        Snapshot<List<Object>> snapshot =
                                subject.nr.snapshot((Journal journal) -> List.copyOf(journal.entries));
                        assertThat(snapshot.index()).isGreaterThan(index);
                        snapshots.add(snapshot);
                    }
                }
            });
            List<Object> entries = subject.entries();
            assertThat(snapshots)
                    .hasSize(40)
                    .allSatisfy(snapshot ->
                            assertThat(snapshot.state()).isEqualTo(entries.subList(0, (int) snapshot.index())));
        }
    }

    /**
     * While the function runs, reads of the same replica go on. Writes of another replica go on until the log is full.
     * Writes of the same replica wait.
     */
    @Test
    void snapshot_thatTakesLong_blocksWhatItIsSaidTo() throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(2, 8))) {
            Gate gate = new Gate();
            AtomicBoolean written = new AtomicBoolean();
            AtomicInteger read = new AtomicInteger();
            new ConcurrentRun()
                    .threads(1, i -> {
                        int replica = replicaOfThisThread(subject);
                        subject.nr.snapshot((Journal journal) -> {
                            read.set(replica);
                            gate.pass();
                            assertThat(written).isFalse();
                            return journal.entries.size();
                        });
                    })
                    .threads(1, i -> {
                        gate.awaitEntered();
                        try (var same = subject.nr.register(read.get());
                                var other = subject.nr.register(1 - read.get())) {
                            for (int n = 0; n < 8; n++) {
                                subject.issued(1);
                                assertThat(same.executeStale(Journal.size()).lag())
                                        .isEqualTo(n);
                                other.executeMut(append(n));
                            }
                            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                                subject.issued(1);
                                try (var token = subject.nr.register(read.get())) {
                                    token.executeMut(append("waits"));
                                    written.set(true);
                                }
                            });
                            Thread.sleep(30);
                            assertThat(writer).isNotDone();
                            assertThat(other.execute(Journal.size())).isEqualTo(8);
                            gate.open();
                            writer.get(30, TimeUnit.SECONDS);
                        }
                    })
                    .deadline(DEADLINE)
                    .run();
            subject.assertConsistent();
        }
    }

    private static int replicaOfThisThread(Subject subject) {
        try (var token = subject.nr.register()) {
            return token.replica();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void functionThatThrowsOrCallsBack_harmsNobody(int replicas) {
        try (Subject subject = new Subject(Setup.tokens(replicas, 2));
                Handle handle = subject.handle(0)) {
            NodeReplicated<Command<Journal>, Command<Journal>, Object> nr = subject.nr;
            List<Runnable> calls = List.of(
                    () -> nr.execute(Journal.size()),
                    () -> nr.executeMut(append("no")),
                    () -> nr.executeStale(Journal.size()),
                    () -> nr.snapshot((Journal journal) -> 1),
                    () -> nr.verify((Journal journal) -> 1),
                    () -> nr.addReplica(0),
                    () -> nr.removeReplica(0),
                    () -> nr.follow((index, writes) -> {}),
                    nr::sync,
                    nr::close);
            List<Consumer<Runnable>> functions = List.of(
                    call -> nr.snapshot((Journal journal) -> run(call)),
                    call -> nr.verify((Journal journal) -> run(call)),
                    call -> nr.followSnapshot(
                            (Journal journal) -> run(call),
                            snapshot -> (index, writes) -> {},
                            FollowerOptions.defaults()));
            for (Runnable call : calls) {
                for (Consumer<Runnable> function : functions) {
                    assertThatThrownBy(() -> function.accept(call))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("must not call back");
                    handle.write(append("on"));
                }
            }
            for (Throwable thrown : List.of(new RuntimeException("own"), new StackOverflowError("deep"))) {
                for (Consumer<Runnable> function : functions) {
                    assertThatThrownBy(() -> function.accept(() -> sneak(thrown)))
                            .isSameAs(thrown);
                    handle.write(append("on"));
                }
            }
            subject.assertConsistent();
        }
    }

    private static int run(Runnable call) {
        call.run();
        return 1;
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    /** The class that the caller says the structures have is not theirs. */
    @Test
    void functionOfAnotherClass_isRefusedByTheCast() {
        try (Subject subject = new Subject(Setup.tokens(1, 4))) {
            assertThatThrownBy(() -> subject.nr.snapshot((Commanded<Journal> wrong) -> 1))
                    .isInstanceOf(ClassCastException.class);
            assertThat(subject.nr.executeMut(append("on"))).isEqualTo(0);
        }
    }

    // ---- comparing ----

    @Test
    void verify_equalReplicas_tellsTheIndex() throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(3, 1))) {
            subject.run(3, (handle, thread) -> {
                long last = 0;
                for (int n = 0; n < 60; n++) {
                    handle.write(append(thread, n));
                    if (n % 10 == 0) {
                        long index = subject.nr.verify((Journal journal) -> List.copyOf(journal.entries));
                        assertThat(index).isGreaterThan(last);
                        last = index;
                    }
                }
            });
            assertThat(subject.nr.verify((Journal journal) -> journal.entries.size()))
                    .isEqualTo(180);
        }
    }

    /** A write that is not deterministic: the replica that differs is named. */
    @ParameterizedTest
    @CsvSource({"2,1,1", "3,0,0", "3,1,1", "4,3,3"})
    void verify_replicasThatDiffer_areNamed(int replicas, int odd, int named) {
        try (Subject subject = new Subject(Setup.tokens(replicas, 4))) {
            subject.nr.executeMut(append("same"));
            subject.nr.executeMut(Journal.write(journal -> journal.add(journal.replica == odd ? "odd" : "even")));
            assertThatThrownBy(() -> subject.nr.verify((Journal journal) -> List.copyOf(journal.entries)))
                    .isInstanceOfSatisfying(ReplicasDifferException.class, e -> {
                        assertThat(e.differing()).containsExactly(named);
                        assertThat(e.index()).isEqualTo(2);
                        assertThat(e.digests()).hasSize(replicas).containsEntry(odd, List.of("same", "odd"));
                    })
                    .hasMessageContaining("differing=[" + named + "]")
                    .hasMessageContaining("make dispatchMut deterministic");
            assertThat(subject.nr.executeMut(append("on"))).isEqualTo(2);
        }
    }

    @Test
    void verifyEvery_reportsUntilClosed() throws Exception {
        LinkedBlockingQueue<ReplicasDifferException> reports = new LinkedBlockingQueue<>();
        try (Subject subject = new Subject(Setup.tokens(2, 4))) {
            AtomicInteger checks = new AtomicInteger();
            RepeatedVerification schedule = subject.nr.verifyEvery(
                    Duration.ofMillis(1),
                    (Journal journal) -> {
                        checks.incrementAndGet();
                        return journal.entries.size();
                    },
                    reports::add);
            Gate.awaitTrue(() -> checks.get() > 4, "is not verified");
            assertThat(reports).isEmpty();
            subject.nr.executeMut(Journal.write(journal -> journal.replica == 0 ? journal.add("odd") : null));
            assertThat(reports.poll(30, TimeUnit.SECONDS).differing()).containsExactly(1);
            assertThat(reports.poll(30, TimeUnit.SECONDS)).isNotNull();
            schedule.close();
            Thread.sleep(20);
            int last = checks.get();
            Thread.sleep(20);
            assertThat(checks).hasValue(last);
            assertThatThrownBy(() -> subject.nr.verifyEvery(Duration.ofNanos(1), (Journal journal) -> 1, e -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("period=PT0.000000001S");
        }
    }

    static Stream<Throwable> failuresOfDigests() {
        return Stream.of(new IllegalStateException("of the digest"), new OutOfMemoryError("injected"));
    }

    @ParameterizedTest
    @MethodSource("failuresOfDigests")
    void verifyEvery_goesOnAfterFailures(Throwable failure) {
        AtomicInteger checks = new AtomicInteger();
        AtomicInteger reports = new AtomicInteger();
        try (Subject subject = new Subject(Setup.tokens(2, 4));
                var schedule = subject.nr.verifyEvery(
                        Duration.ofMillis(1),
                        (Journal journal) -> {
                            if (checks.incrementAndGet() == 1) {
                                throw LivingReplicasTest.<RuntimeException>sneaky(failure);
                            }
                            return journal.replica;
                        },
                        difference -> {
                            reports.incrementAndGet();
                            throw new IllegalStateException("of onDifference");
                        })) {
            Gate.awaitTrue(() -> reports.get() > 2, "is not verified after " + failure + ": " + schedule);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E sneaky(Throwable failure) throws E {
        throw (E) failure;
    }

    @Test
    void verifyEvery_instanceIsDropped_threadEnds() {
        Thread thread = startVerificationOfDroppedInstance();
        Gate.awaitTrue(
                () -> {
                    System.gc();
                    return !thread.isAlive();
                },
                "the thread keeps the instance");
    }

    private static Thread startVerificationOfDroppedInstance() {
        var digested = new CompletableFuture<Thread>();
        var nr = Replicated.builder(ArrayList::new).replicas(2).build();
        var unused = nr.verifyEvery(Duration.ofMillis(1), list -> digested.complete(Thread.currentThread()), e -> {});
        return digested.join();
    }

    // ---- waiting for an index ----

    @Test
    void awaitApplied_laterStaleReadsSeeTheWrites() {
        try (Subject subject = new Subject(Setup.tokens(2, 64));
                var zero = subject.nr.register(0);
                var one = subject.nr.register(1)) {
            for (int n = 0; n < 10; n++) {
                one.executeMut(append(n));
            }
            assertThat(zero.executeStale(Journal.size())).isEqualTo(new StaleRead<Object>(0, 10));
            zero.awaitApplied(subject.nr.writeCount());
            assertThat(zero.executeStale(Journal.size())).isEqualTo(new StaleRead<Object>(10, 0));
            subject.nr.removeReplica(0);
            one.executeMut(append(10));
            zero.awaitApplied(11);
            assertThat(zero.executeStale(Journal.size())).isEqualTo(new StaleRead<Object>(11, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void awaitApplied_indexOutOfRange_isRefused(int replicas) {
        Subject subject = new Subject(Setup.tokens(replicas, 4));
        subject.nr.executeMut(append("only"));
        subject.nr.awaitApplied(0);
        subject.nr.awaitApplied(1);
        for (long index : new long[] {-1, 2, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> subject.nr.awaitApplied(index))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("index must be")
                    .hasMessageContaining("index=" + index + " writes=1");
        }
        subject.nr.close();
        assertThatThrownBy(() -> subject.nr.awaitApplied(1)).isInstanceOf(IllegalStateException.class);
    }

    // ---- stale reads ----

    @Test
    void executeStale_doesNotWaitAndTellsTheLag() {
        try (Subject subject = new Subject(Setup.tokens(2, 64));
                var zero = subject.nr.register(0);
                var one = subject.nr.register(1)) {
            for (int n = 0; n < 10; n++) {
                one.executeMut(append(n));
                StaleRead<Object> stale = zero.executeStale(Journal.size());
                assertThat(stale).isEqualTo(new StaleRead<Object>(0, n + 1));
            }
            assertThat(one.executeStale(Journal.size())).isEqualTo(new StaleRead<Object>(10, 0));
            assertThat(zero.execute(Journal.size())).isEqualTo(10);
            assertThat(zero.executeStale(Journal.size())).isEqualTo(new StaleRead<Object>(10, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void executeStale_underLoad_isNotOlderThanItSays(int replicas) throws InterruptedException {
        try (Subject subject = new Subject(Setup.tokens(replicas, 4))) {
            subject.run(4, (handle, thread) -> {
                for (int n = 0; n < 200; n++) {
                    if (thread == 0) {
                        handle.write(append(thread, n));
                    } else {
                        long before = subject.nr.writeCount();
                        StaleRead<Object> stale = subject.nr.executeStale(Journal.size());
                        assertThat((int) stale.answer() + stale.lag()).isGreaterThanOrEqualTo(before);
                    }
                }
            });
        }
    }

    // ---- closing at any moment ----

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
    void close_whileAllOfThisGoesOn_ends(int round) throws InterruptedException {
        Subject subject = new Subject(Setup.tokens(1 + round % 3, 1 + round % 2));
        AtomicInteger progress = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Runnable> works = List.of(
                () -> subject.nr.executeMut(append("a")),
                () -> subject.nr.addReplica(0),
                () -> subject.nr.removeReplica(ids(subject.nr).get(0)),
                () -> subject.nr.snapshot((Journal journal) -> journal.entries.size()),
                () -> subject.nr.verify((Journal journal) -> journal.entries.size()),
                () -> subject.nr.follow(
                        (index, writes) -> Thread.sleep(1),
                        FollowerOptions.defaults().maxLag(3)),
                () -> subject.nr.executeStale(Journal.size()),
                subject.nr::sync);
        new ConcurrentRun()
                .threads(works.size(), i -> {
                    try {
                        while (true) {
                            runUnlessRefused(works.get(i));
                            progress.incrementAndGet();
                            Thread.sleep(i == 0 ? 0 : 1);
                        }
                    } catch (IllegalStateException e) {
                        assertThat(e).hasMessageContaining("closed=true");
                    }
                })
                .threads(1, i -> {
                    Gate.awaitTrue(() -> progress.get() > 50 * round, "no progress");
                    subject.close();
                })
                .deadline(DEADLINE)
                .run();
        assertThat(failure.get()).isNull();
        assertThat(subject.journals).allMatch(journal -> journal.closed);
    }

    private static void runUnlessRefused(Runnable work) {
        try {
            work.run();
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("replica must be one there is");
        } catch (IllegalStateException e) {
            if (!e.getMessage().contains("one replica must stay")) {
                throw e;
            }
        }
    }

    @Test
    void subscribersOfARemovedReplica_areNotDisturbed() throws Exception {
        try (Subject subject = new Subject(Setup.tokens(3, 2))) {
            List<Object> seen = new ArrayList<>();
            Follower follower = subject.nr.follow((index, writes) -> seen.addAll(writes));
            for (int n = 0; n < 40; n++) {
                subject.nr.executeMut(append(n));
                if (n == 10 || n == 20) {
                    subject.nr.removeReplica(ids(subject.nr).get(0));
                } else if (n == 30) {
                    subject.nr.addReplica(0);
                }
            }
            follower.finish();
            assertThat(follower.ended().get(30, TimeUnit.SECONDS)).isEqualTo(40);
            assertThat(seen).hasSize(40);
            assertThat(range(0, 40).mapToObj(n -> "append(" + n + ")").toList())
                    .isEqualTo(seen.stream().map(Object::toString).toList());
        }
    }
}
