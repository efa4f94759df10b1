package org.nr4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.topology.NumaTopology;

/** Tests reads that a structure allows beside writes ({@link Dispatch#isOptimistic}). */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class OptimisticReadTest {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    /** Two numbers that each write makes one larger, one after the other: where they differ, a read met a write. */
    private static final class Pair implements Dispatch<ToIntFunction<Pair>, Runnable, Integer> {
        private int first;
        private int second;

        @Override
        public boolean isOptimistic(ToIntFunction<Pair> op) {
            return true;
        }

        @Override
        public Integer dispatch(ToIntFunction<Pair> op) {
            return op.applyAsInt(this);
        }

        @Override
        public Integer dispatchMut(Runnable between) {
            first++;
            between.run();
            return ++second;
        }

        Pair copy() {
            Pair copy = new Pair();
            copy.first = first;
            copy.second = second;
            return copy;
        }
    }

    private static final Runnable NOTHING = () -> {};

    private static NodeReplicated<ToIntFunction<Pair>, Runnable, Integer> pairs(int replicas) {
        return NodeReplicated.builder(Pair::new)
                .topology(NumaTopology.simulated(2, 2))
                .replicas(replicas)
                .logCapacity(2)
                .copier(Pair::copy)
                .build();
    }

    /** Stops in the middle, the first time, until a write has come and gone. */
    private static ToIntFunction<Pair> heldUpOnce(Gate gate, AtomicInteger tries) {
        return pair -> {
            int first = pair.first;
            if (tries.getAndIncrement() == 0) {
                gate.pass();
            }
            return first - pair.second;
        };
    }

    /** A thread reads and comes to the gate; then the other one writes, and opens it. */
    private static void readWhileOtherWrites(Runnable read, Gate gate, Runnable write) throws InterruptedException {
        new ConcurrentRun()
                .threads(1, i -> read.run())
                .threads(1, i -> {
                    gate.awaitEntered();
                    write.run();
                    gate.open();
                })
                .deadline(DEADLINE)
                .run();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aWriteComes_doesNotWaitForTheReader_whoReadsAgain(int replicas) throws InterruptedException {
        try (var nr = pairs(replicas)) {
            Gate gate = new Gate();
            AtomicInteger tries = new AtomicInteger();
            readWhileOtherWrites(
                    () -> assertThat(nr.register(0).execute(heldUpOnce(gate, tries)))
                            .isZero(),
                    gate,
                    () -> assertThat(nr.register(0).executeMut(NOTHING)).isEqualTo(1));
            assertThat(tries).hasValue(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void noWriteComes_oneTryIsEnough(int replicas) {
        try (var nr = pairs(replicas)) {
            nr.executeMut(NOTHING);
            AtomicInteger tries = new AtomicInteger();
            nr.execute(pair -> tries.incrementAndGet());
            assertThat(tries).hasValue(1);
        }
    }

    /** With one replica the write is in the middle of its change; with two, the reader has to have applied it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aWriterIsAtWork_theReadWaitsForIt(int replicas) throws InterruptedException {
        try (var nr = pairs(replicas)) {
            Gate gate = new Gate();
            Waiters waiters = new Waiters();
            new ConcurrentRun()
                    .threads(1, i -> nr.register(0).executeMut(gate::passFirst))
                    .threads(1, i -> {
                        gate.awaitEntered();
                        waiters.add();
                        assertThat(nr.register(0).execute(pair -> 10 * pair.first + pair.second))
                                .isEqualTo(11);
                    })
                    .threads(1, i -> {
                        waiters.awaitParked(1);
                        gate.open();
                    })
                    .deadline(DEADLINE)
                    .run();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void itThrows_isThrownUnlessAWriteCame(int replicas) throws InterruptedException {
        try (var nr = pairs(replicas)) {
            assertThatThrownBy(() -> nr.execute(pair -> {
                        throw new IllegalArgumentException("undisturbed");
                    }))
                    .isInstanceOf(IllegalArgumentException.class);
            Gate gate = new Gate();
            AtomicInteger tries = new AtomicInteger();
            readWhileOtherWrites(
                    () -> assertThat(nr.register(0).execute(pair -> {
                                if (tries.getAndIncrement() == 0) {
                                    gate.pass();
                                    throw new OutOfMemoryError("of what was found half-way");
                                }
                                return pair.first;
                            }))
                            .isEqualTo(1),
                    gate,
                    () -> nr.register(0).executeMut(NOTHING));
        }
    }

    @Test
    void itCallsBack_isRefusedAndNothingIsDone() {
        try (var nr = pairs(2)) {
            assertThatThrownBy(() -> nr.execute(pair -> nr.executeMut(NOTHING)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("must not call back");
            assertThatThrownBy(() -> nr.execute(pair -> nr.execute(other -> 0)))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(nr.execute(pair -> pair.first)).isZero();
        }
    }

    /** With a single replica, an optimistic reader has no mark. Its write makes the read run again, and be refused. */
    @Test
    void itCallsBack_singleReplica_aWriteIsDoneOnceThenRefused() {
        try (var nr = pairs(1)) {
            assertThat(nr.execute(pair -> nr.execute(other -> 7))).isEqualTo(7);
            assertThatThrownBy(() -> nr.execute(pair -> nr.executeMut(NOTHING)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("must not call back");
            assertThat(nr.execute(pair -> pair.first)).isEqualTo(1);
        }
    }

    /** A structure goes from one lock to another while a reader is half through; then it changes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void replicasChange_theReaderReadsAgain(int replicas) throws InterruptedException {
        try (var nr = pairs(replicas)) {
            Gate gate = new Gate();
            AtomicInteger tries = new AtomicInteger();
            readWhileOtherWrites(
                    () -> assertThat(nr.register(0).execute(heldUpOnce(gate, tries)))
                            .isZero(),
                    gate,
                    () -> {
                        if (replicas == 1) {
                            nr.addReplica(1);
                        } else {
                            nr.removeReplica(1);
                        }
                        nr.register(0).executeMut(NOTHING);
                    });
            assertThat(tries).hasValue(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void besideManyWrites_nobodySeesHalfAWriteOrGoesBack(int replicas) throws InterruptedException {
        int writes = 20_000;
        try (var nr = pairs(replicas)) {
            new ConcurrentRun()
                    .threads(2, i -> {
                        for (int n = 0; n < writes; n++) {
                            nr.executeMut(NOTHING);
                        }
                    })
                    .threads(2, i -> {
                        for (int last = 0; last < 2 * writes; ) {
                            int now = nr.execute(pair -> pair.first == pair.second ? pair.first : -1);
                            assertThat(now).isGreaterThanOrEqualTo(last);
                            last = now;
                        }
                    })
                    .deadline(DEADLINE)
                    .run();
        }
    }
}
