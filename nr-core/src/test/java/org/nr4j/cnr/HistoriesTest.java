package org.nr4j.cnr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.nr4j.cnr.Cells.Op;
import org.nr4j.linearizability.History;
import org.nr4j.linearizability.HistoryRecorder;
import org.nr4j.linearizability.LinearizabilityChecker;
import org.nr4j.linearizability.Outcome;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.Rounds;
import org.nr4j.testing.Seeded;
import org.nr4j.testing.TestThreads;

/**
 * Checks that histories of random operations, of one log and of several, are linearizable, and that the replicas end up
 * equal. There are more threads than processors, and the logs are so small that they wrap around all the time.
 */
@Timeout(value = 100, threadMode = ThreadMode.SEPARATE_THREAD)
@ParameterizedClass(name = "{0}")
@MethodSource("setups")
class HistoriesTest {
    private static final int THREADS = 6;
    private static final int OPERATIONS = 150;

    @Parameter
    Setup setup;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    record Setup(int replicas, int logs, int logCapacity) {}

    static Stream<Setup> setups() {
        return Stream.of(1, 2, 3)
                .flatMap(replicas -> Stream.of(1, 2, 4)
                        .flatMap(logs -> (replicas == 1
                                        ? Stream.of(4096) // there is no log
                                        : Stream.of(1, 4, 4096))
                                .map(capacity -> new Setup(replicas, logs, capacity))));
    }

    @Rounds(2)
    void synchronousOperations() throws InterruptedException {
        check(record(TestThreads.PLATFORM, (client, random) -> client.run(Cells.random(random))));
    }

    /** So many of several logs that they are in each other's way all the time. */
    @Rounds(2)
    void mostlyOfSeveralLogs() throws InterruptedException {
        check(record(TestThreads.PLATFORM, (client, random) -> {
            int one = random.nextInt(Cells.COUNT);
            int other = (one + random.nextInt(1, Cells.COUNT)) % Cells.COUNT;
            switch (random.nextInt(5)) {
                case 0 -> client.run(Cells.read(one, other));
                case 1 -> client.run(Cells.add(1, one));
                case 2 -> client.run(Cells.add(1, 0, 1, 2, 3));
                default -> client.run(Cells.add(random.nextInt(1, 9), one, other));
            }
        }));
    }

    @Rounds(1)
    void asynchronousWritesAndBatches() throws InterruptedException {
        check(record(TestThreads.PLATFORM, (client, random) -> {
            switch (random.nextInt(6)) {
                case 0 -> client.runAsync(Cells.add(1, random.nextInt(Cells.COUNT)));
                case 1 -> client.runAll(random.nextInt(Cells.COUNT), random.nextInt(Cells.COUNT));
                default -> client.run(Cells.random(random));
            }
        }));
    }

    @Rounds(1)
    void virtualThreads() throws InterruptedException {
        assumeTrue(TestThreads.VIRTUAL.isSupported(), "needs JDK 21");
        check(record(TestThreads.VIRTUAL, (client, random) -> client.run(Cells.random(random))));
    }

    private static void check(History<Op, Object> history) {
        LinearizabilityChecker.of(Cells.model()).assertLinearizable(history);
    }

    @FunctionalInterface
    private interface Step {
        void run(Client client, RandomGenerator random);
    }

    private History<Op, Object> record(TestThreads kind, Step step) throws InterruptedException {
        HistoryRecorder<Op, Object> recorder = new HistoryRecorder<>();
        List<Cells> structures = new CopyOnWriteArrayList<>();
        try (var cnr = newInstance(structures)) {
            new ConcurrentRun()
                    .threads(kind, THREADS, i -> {
                        RandomGenerator random = seeded.random(i);
                        try (var token = cnr.register(i % cnr.replicas())) {
                            Client client = new Client(token, recorder, new ArrayList<>());
                            for (int n = 0; n < OPERATIONS; n++) {
                                step.run(client, random);
                            }
                            client.awaitSubmitted();
                        }
                    })
                    .deadline(Duration.ofSeconds(60))
                    .run();
            cnr.sync();
            assertThat(cnr.stats().logs()).allMatch(log -> log.logOccupancy() == 0);
        }
        assertThat(structures).hasSize(setup.replicas).allMatch(cells -> cells.closed == 1);
        assertThat(structures).allMatch(cells -> cells.isLike(structures.get(0)));
        return recorder.history();
    }

    private ConcurrentNodeReplicated<Op, Op, Object> newInstance(List<Cells> structures) {
        return ConcurrentNodeReplicated.<Op, Object>builder(
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

    /** A thread's way to the instance; records what it does. */
    private record Client(
            ConcurrentThreadToken<Op, Op, Object> token,
            HistoryRecorder<Op, Object> recorder,
            List<CompletableFuture<Object>> submitted) {
        void run(Op op) {
            recorder.record(op, each -> each.readOnly() ? token.execute(each) : token.executeMut(each));
        }

        /** Few at a time: what all of many at once may have done is more than can be checked. */
        void runAsync(Op op) {
            if (submitted.size() == 3) {
                awaitSubmitted();
            }
            var call = recorder.invoke(op);
            submitted.add(token.executeMutAsync(op)
                    .whenComplete((answer, failure) ->
                            call.end(failure == null ? Outcome.of(answer) : Outcome.threw(failure))));
        }

        void awaitSubmitted() {
            submitted.forEach(CompletableFuture::join);
            submitted.clear();
        }

        void runAll(int one, int other) {
            Op batch = Cells.write("batch", cells -> List.of(cells.plus(1, one), cells.plus(2, other)), one, other);
            recorder.record(batch, each -> token.executeMutAll(List.of(Cells.add(1, one), Cells.add(2, other))));
        }
    }
}
