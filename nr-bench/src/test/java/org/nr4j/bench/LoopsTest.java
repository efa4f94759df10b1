package org.nr4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nr4j.topology.NumaTopology;

/** What the two kinds of load make of operations whose duration is known. */
@Timeout(60)
class LoopsTest {
    private static final long MILLI = 1_000_000;
    private static final int NO_WRITES = 0;
    private static final int HALF_WRITES = 50;

    /** Operations of which the test gives the work; numbered from 0. */
    private record Known(AtomicLong operations, LongConsumer reads, LongConsumer writes) implements Workload {
        Known(LongConsumer reads, LongConsumer writes) {
            this(new AtomicLong(), reads, writes);
        }

        @Override
        public Object read(long roll) {
            reads.accept(operations.getAndIncrement());
            return this;
        }

        @Override
        public Object write(long roll) {
            writes.accept(operations.getAndIncrement());
            return this;
        }
    }

    private static void take(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    private static void nothing(long operation) {}

    @Test
    void openLoopCountsAStallForAllThatArriveMeanwhile() throws Exception {
        Known stalling = new Known(operation -> take(operation == 3000 ? 100 * MILLI : 0), LoopsTest::nothing);

        OpenLoop.Outcome outcome;
        try (Crew crew = Crew.unplaced(1)) {
            outcome = new OpenLoop(stalling, NO_WRITES, /* cpuForEach= */ true)
                    .run(crew, /* rate= */ 0.01, 1000 * MILLI, /* seed= */ 1);
        }

        // A thousand of ten thousand arrive during the stall, and wait half as long on average.
        assertThat(outcome.offered()).isCloseTo(0.01, withPercentage(5));
        Percentiles arrival = outcome.arrival().reads();
        assertThat(arrival.count()).isBetween(9_500L, 10_500L);
        assertThat(arrival.p99()).isGreaterThan(50_000);
        assertThat(arrival.p999()).isGreaterThan(90_000);
        assertThat(arrival.max()).isGreaterThanOrEqualTo(100_000);
        // Counted from the beginning of each, it is one slow operation.
        Percentiles begin = outcome.begin().reads();
        assertThat(begin.count()).isEqualTo(arrival.count());
        assertThat(begin.p99()).isLessThan(50_000);
        assertThat(begin.max()).isGreaterThanOrEqualTo(100_000);
    }

    @Test
    void openLoopSaysWhenTheLoadWasNotKept() throws Exception {
        Known slow = new Known(operation -> take(MILLI), LoopsTest::nothing);

        OpenLoop.Outcome outcome;
        try (Crew crew = Crew.unplaced(2)) {
            outcome = new OpenLoop(slow, NO_WRITES, /* cpuForEach= */ false)
                    .run(crew, /* rate= */ 0.01, 200 * MILLI, /* seed= */ 1);
        }

        assertThat(outcome.kept()).isFalse();
        assertThat(outcome.offered()).isCloseTo(0.01, withPercentage(15));
        assertThat(outcome.done()).isLessThanOrEqualTo(0.0021); // two threads, a millisecond each
        // None is left out: those that were given up count with the age they had then, 200 ms after the end.
        assertThat(outcome.arrival().reads().count()).isEqualTo(Math.round(outcome.offered() * 200_000));
        assertThat(outcome.begin().reads().count())
                .isLessThan(outcome.arrival().reads().count());
        assertThat(outcome.arrival().reads().p50()).isGreaterThan(100_000);
    }

    @Test
    void openLoopKeepsALoadThatIsLight() throws Exception {
        Known fast = new Known(LoopsTest::nothing, operation -> take(MILLI));

        OpenLoop.Outcome outcome;
        try (Crew crew = Crew.unplaced(4)) {
            outcome = new OpenLoop(fast, HALF_WRITES, /* cpuForEach= */ false)
                    .run(crew, /* rate= */ 0.0004, 500 * MILLI, /* seed= */ 1);
        }

        assertThat(outcome.arrival().writes().p50()).isGreaterThanOrEqualTo(990);
        assertThat(outcome.begin().reads().p50()).isLessThan(500);
        assertThat(outcome.done()).isGreaterThan(0.7 * outcome.offered()); // unless the machine is very busy, all
    }

    @Test
    void closedLoopCountsWhatIsDoneInTheTime() throws Exception {
        Known known = new Known(operation -> take(MILLI), LoopsTest::nothing);

        ClosedLoop.Outcome outcome;
        try (Crew crew = Crew.unplaced(3)) {
            outcome = new ClosedLoop(known, NO_WRITES, /* sample= */ 256).forTime(crew, 200 * MILLI);
        }

        assertThat(outcome.rate()).isBetween(0.0003, 0.0031); // three threads, at best a thousand a second each
        assertThat(outcome.latencies().reads().p50()).isGreaterThanOrEqualTo(990);
        assertThat(outcome.latencies().writes().count()).isZero();
        // Slow operations are all timed, but those of the lead-in are not counted.
        assertThat(outcome.latencies().reads().count())
                .isLessThan(known.operations().get());
        assertThat(outcome.latencies().reads().count() / 200e3).isCloseTo(outcome.rate(), withPercentage(1));
    }

    @Test
    void closedLoopTimesSomeOfManyOperations() throws Exception {
        Known known = new Known(LoopsTest::nothing, LoopsTest::nothing);

        ClosedLoop.Outcome outcome;
        try (Crew crew = Crew.unplaced(1)) {
            outcome = new ClosedLoop(known, HALF_WRITES, /* sample= */ 64).forWork(crew, 64_000);
        }

        long timed = outcome.latencies().reads().count()
                + outcome.latencies().writes().count();
        assertThat(timed).isBetween(1000L, 2000L); // fewer than 64 a run if the machine was busy in the lead-in
        assertThat(outcome.latencies().reads().count()).isBetween(timed / 3, 2 * timed / 3);
    }

    @Test
    void closedLoopCanTimeEachOperation() throws Exception {
        Known known = new Known(LoopsTest::nothing, LoopsTest::nothing);
        try (Crew crew = Crew.unplaced(2)) {
            ClosedLoop.Outcome outcome = new ClosedLoop(known, NO_WRITES, /* sample= */ 1).forWork(crew, 1000);

            assertThat(outcome.latencies().reads().count()).isEqualTo(2000);
        }
    }

    @Test
    void fixedWorkLastsUntilTheSlowestIsDone() throws Exception {
        ThreadLocal<Boolean> slow = new ThreadLocal<>();
        AtomicLong threads = new AtomicLong();
        Known known = new Known(
                operation -> {
                    if (slow.get() == null) {
                        slow.set(threads.getAndIncrement() == 0);
                    }
                    take(slow.get() ? 10 * MILLI : MILLI);
                },
                LoopsTest::nothing);

        ClosedLoop.Outcome outcome;
        try (Crew crew = Crew.unplaced(2)) {
            outcome = new ClosedLoop(known, NO_WRITES, /* sample= */ 1).forWork(crew, 20);
        }

        assertThat(outcome.rate()).isLessThanOrEqualTo(40 / 200e3); // 40 operations in 200 ms
        assertThat(outcome.fairness().leastOfMost()).isLessThan(0.6);
    }

    @Test
    void aFailingOperationEndsTheMeasurement() throws Exception {
        Known failing = new Known(
                operation -> {
                    if (operation == 10) {
                        throw new UnsupportedOperationException("the tenth");
                    }
                },
                LoopsTest::nothing);
        try (Crew crew = Crew.unplaced(3)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> new ClosedLoop(failing, NO_WRITES, 1).forTime(crew, 100 * MILLI))
                    .withRootCauseInstanceOf(UnsupportedOperationException.class);
            assertThatIllegalStateException()
                    .isThrownBy(() -> Section.run(crew, (worker, section) -> {
                        if (worker == 1) {
                            throw new UnsupportedOperationException("before the others are there");
                        }
                        take(worker * 10 * MILLI); // one comes when the other has failed
                        return section.awaitStart();
                    }))
                    .withRootCauseInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void allThreadsGetTheSameStart() throws Exception {
        try (Crew crew = Crew.unplaced(8)) {
            List<Long> starts = Section.run(crew, (worker, section) -> {
                take(worker * MILLI);
                long start = section.awaitStart();
                assertThat(start).isGreaterThan(System.nanoTime() - 1000 * MILLI);
                section.finish();
                while (section.goesOn()) {
                    Thread.onSpinWait();
                }
                return start;
            });

            assertThat(starts).hasSize(8).containsOnly(starts.get(0));
        }
    }

    @Test
    void aThreadThatCannotBeBoundRunsAllTheSame() throws Exception {
        int missing = 4000;
        try (Crew crew = Crew.placed(1, List.of(missing), NumaTopology.simulated(1, missing + 1))) {
            assertThat(crew.placement()).startsWith("refused: cpu=4000");
            assertThat(crew.run(worker -> worker)).containsExactly(0);
        }
    }

    @Test
    void moreThreadsThanCpusStayOnTheirNodes() throws Exception {
        NumaTopology topology = NumaTopology.simulated(2, 1);
        try (Crew crew = Crew.placed(3, List.of(1, 0), topology)) {
            assertThat(crew.placement()).isEqualTo("node");
            assertThat(crew.run(worker -> topology.currentNode())).containsExactly(1, 0, 1);
        }
    }
}
