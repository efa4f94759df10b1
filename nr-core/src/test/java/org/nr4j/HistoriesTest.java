package org.nr4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.nr4j.Subject.Access;
import org.nr4j.Subject.Setup;
import org.nr4j.linearizability.Cell;
import org.nr4j.linearizability.Command;
import org.nr4j.linearizability.Deques;
import org.nr4j.linearizability.History;
import org.nr4j.linearizability.HistoryRecorder;
import org.nr4j.linearizability.LinearizabilityChecker;
import org.nr4j.linearizability.LinearizabilityChecker.Verdict;
import org.nr4j.linearizability.Maps;
import org.nr4j.linearizability.Outcome;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.Rounds;
import org.nr4j.testing.Seeded;

/**
 * Checks that histories of random operations are linearizable, and that those of broken structures are not. There are
 * more threads than processors, and the logs are so small that they wrap around all the time.
 */
@Timeout(value = 100, threadMode = ThreadMode.SEPARATE_THREAD)
@ParameterizedClass(name = "{0}")
@MethodSource("setups")
class HistoriesTest {
    private static final int THREADS = 6;
    private static final int ROUNDS = 3;

    @Parameter
    Setup setup;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    static Stream<Setup> setups() {
        return Stream.concat(
                Stream.of(1, 2, 4).flatMap(replicas -> Stream.of(1, 4).map(log -> Setup.tokens(replicas, log))),
                Stream.of(1, 4).map(log -> new Setup(1, log, Access.TOKENS, /* turmoil= */ true)));
    }

    @Rounds(ROUNDS)
    void counter_synchronousAndAsynchronousWrites() throws InterruptedException {
        var history = this.<Cell>record(() -> new Commanded<>(new Cell()), Cell::copy, 400, (client, random) -> {
            switch (random.nextInt(4)) {
                case 0 -> client.run(Cell.add(random.nextInt(1, 5)));
                case 1 -> client.runAsync(Cell.add(1));
                case 2 -> client.run(Cell.compareAndSet(random.nextInt(50), 0));
                default -> client.run(Cell.read());
            }
        });
        LinearizabilityChecker.of(Cell.model()).assertLinearizable(history);
    }

    @Rounds(ROUNDS)
    void map_ofManyKeys() throws InterruptedException {
        var history = this.<Map<Integer, Integer>>record(
                () -> new Commanded<>(new TreeMap<>()),
                TreeMap::new,
                1_000,
                (client, random) -> client.run(mapCommand(random, random.nextInt(32))));
        LinearizabilityChecker.of(Maps.model())
                .partitionedBy(Command::partition)
                .assertLinearizable(history);
    }

    @Rounds(ROUNDS)
    void map_ofFewKeys_withBatches() throws InterruptedException {
        var history = this.<Map<Integer, Integer>>record(
                () -> new Commanded<>(new TreeMap<>()), TreeMap::new, 80, (client, random) -> {
                    switch (random.nextInt(4)) {
                        case 0 ->
                            client.runAll(List.of(
                                    Maps.put(0, random.nextInt(9)), Maps.put(1, random.nextInt(9)), Maps.remove(2)));
                        case 1 -> client.run(Maps.batch(List.of(Maps.get(0), Maps.get(1), Maps.get(2))));
                        case 2 -> client.run(Maps.size());
                        default -> client.run(mapCommand(random, random.nextInt(3)));
                    }
                });
        LinearizabilityChecker.of(Maps.model()).assertLinearizable(history);
    }

    @Rounds(ROUNDS)
    void queue() throws InterruptedException {
        List<Commanded<Deque<Integer>>> structures = new ArrayList<>();
        Supplier<Commanded<Deque<Integer>>> supplier = () -> {
            structures.add(new Commanded<>(new LinkedList<>()));
            return structures.get(structures.size() - 1);
        };
        List<Command<Deque<Integer>>> followed = new ArrayList<>();
        var history = record(
                supplier,
                LinkedList::new,
                300,
                (client, random) -> client.run(
                        switch (random.nextInt(5)) {
                            case 0, 1 -> Deques.offer(random.nextInt(1_000));
                            case 2, 3 -> Deques.poll();
                            default -> random.nextBoolean() ? Deques.peek() : Deques.size();
                        }),
                followed);
        // In turmoil no structure need have seen all writes; a follower has.
        LinearizabilityChecker.of(Deques.model())
                .expecting(followed.isEmpty() ? structures.get(0).applied : followed)
                .assertLinearizable(history);
        assertThat(setup.turmoil() ? List.<Commanded<Deque<Integer>>>of() : structures)
                .allSatisfy(each -> {
                    assertThat(each.structure).isEqualTo(structures.get(0).structure);
                    assertThat(each.applied).isEqualTo(structures.get(0).applied);
                });
    }

    // ---- these tests can fail ----

    /** A façade that reads a replica without waiting until it is up to date. */
    @Rounds(1)
    void readsThatDoNotWait_areCaught() throws InterruptedException {
        assumeTrue(setup.replicas() > 1 && !setup.turmoil(), "a single replica is up to date after each write");
        List<Commanded<Cell>> structures = new ArrayList<>();
        Supplier<Commanded<Cell>> supplier = () -> {
            structures.add(new Commanded<>(new Cell()));
            return structures.get(structures.size() - 1);
        };
        int other = setup.replicas() - 1;
        var history = record(supplier, Cell::copy, 100, (client, random) -> {
            if (random.nextBoolean()) {
                client.run(Cell.add(1));
            } else {
                client.recorder.record(Cell.read(), read -> read.applyTo(structures.get(other).structure));
            }
        });
        assertThat(LinearizabilityChecker.check(Cell.model(), history).verdict())
                .isEqualTo(Verdict.NOT_LINEARIZABLE);
    }

    /** A structure that loses a write now and then. */
    @Rounds(1)
    void lostWrites_areCaught() throws InterruptedException {
        Supplier<Commanded<Cell>> losing = () -> new Commanded<>(new Cell()) {
            @Override
            public Object dispatchMut(Command<Cell> op) {
                Object answer = super.dispatchMut(op);
                if (applied.size() % 50 == 0) {
                    Cell.add(-1).applyTo(structure);
                }
                return answer;
            }
        };
        assumeTrue(!setup.turmoil(), "a copy would lose nothing");
        var history = record(losing, Cell::copy, 100, (client, random) -> client.run(Cell.add(1)));
        assertThat(LinearizabilityChecker.check(Cell.model(), history).verdict())
                .isEqualTo(Verdict.NOT_LINEARIZABLE);
    }

    private static Command<Map<Integer, Integer>> mapCommand(RandomGenerator random, int key) {
        return switch (random.nextInt(6)) {
            case 0 -> Maps.put(key, random.nextInt(1_000));
            case 1 -> Maps.putIfAbsent(key, random.nextInt(1_000));
            case 2 -> Maps.remove(key);
            default -> Maps.get(key);
        };
    }

    @FunctionalInterface
    private interface Step<S> {
        void run(Client<S> client, RandomGenerator random);
    }

    private <S> History<Command<S>, Object> record(
            Supplier<Commanded<S>> supplier, UnaryOperator<S> copy, int operations, Step<S> step)
            throws InterruptedException {
        return record(supplier, copy, operations, step, new ArrayList<>());
    }

    /** @param followed in turmoil gets all writes in order, as a follower saw them */
    private <S> History<Command<S>, Object> record(
            Supplier<Commanded<S>> supplier,
            UnaryOperator<S> copy,
            int operations,
            Step<S> step,
            List<Command<S>> followed)
            throws InterruptedException {
        HistoryRecorder<Command<S>, Object> recorder = new HistoryRecorder<>();
        try (var nr = NodeReplicated.builder(supplier)
                .replicas(setup.replicas())
                .logCapacity(setup.logCapacity())
                .copier((Commanded<S> commanded) -> new Commanded<>(copy.apply(commanded.structure)))
                .build()) {
            Turmoil<Command<S>> turmoil = setup.turmoil() ? new Turmoil<>(nr, 1, 4) : null;
            new ConcurrentRun()
                    .threads(THREADS, i -> {
                        RandomGenerator random = seeded.random(i);
                        try (var token = setup.turmoil() ? nr.register() : nr.register(i % nr.replicas())) {
                            Client<S> client = new Client<>(token, recorder, new ArrayList<>());
                            for (int n = 0; n < operations; n++) {
                                step.run(client, random);
                            }
                            for (CompletableFuture<Object> each : client.submitted) {
                                each.get(30, TimeUnit.SECONDS);
                            }
                        }
                    })
                    .deadline(Duration.ofSeconds(60))
                    .run();
            if (turmoil != null) {
                turmoil.close();
                followed.addAll(turmoil.writes());
            }
        }
        return recorder.history();
    }

    /** A thread's way to the instance; records what it does. */
    private record Client<S>(
            ThreadToken<Command<S>, Command<S>, Object> token,
            HistoryRecorder<Command<S>, Object> recorder,
            List<CompletableFuture<Object>> submitted) {
        void run(Command<S> command) {
            recorder.record(command, each -> each.readOnly() ? token.execute(each) : token.executeMut(each));
        }

        void runAsync(Command<S> command) {
            var call = recorder.invoke(command);
            submitted.add(token.executeMutAsync(command)
                    .whenComplete((answer, failure) ->
                            call.end(failure == null ? Outcome.of(answer) : Outcome.threw(failure))));
        }

        void runAll(List<Command<Map<Integer, Integer>>> commands) {
            @SuppressWarnings("unchecked")
            List<Command<S>> parts = (List<Command<S>>) (List<?>) commands;
            @SuppressWarnings("unchecked")
            Command<S> batch = (Command<S>) (Command<?>) Maps.batch(commands);
            recorder.record(batch, each -> token.executeMutAll(parts));
        }
    }
}
