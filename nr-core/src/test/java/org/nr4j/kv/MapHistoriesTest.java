package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.nr4j.linearizability.Command;
import org.nr4j.linearizability.History;
import org.nr4j.linearizability.HistoryRecorder;
import org.nr4j.linearizability.LinearizabilityChecker;
import org.nr4j.linearizability.LinearizabilityChecker.Verdict;
import org.nr4j.linearizability.Model;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.Rounds;
import org.nr4j.testing.Seeded;

/** Checks that histories of map operations are linearizable. Some of these operations take functions. */
@Timeout(value = 100, threadMode = ThreadMode.SEPARATE_THREAD)
@ParameterizedClass(name = "{0}")
@MethodSource("forms")
class MapHistoriesTest {
    private static final int THREADS = 5;
    private static final int ROUNDS = 3;
    private static final Model<Map<Integer, Integer>, Command<Map<Integer, Integer>>, Object> MODEL =
            Command.model(TreeMap::new, TreeMap::new);

    @Parameter
    MapForm form;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    static Stream<MapForm> forms() {
        return MapForm.all();
    }

    @Rounds(ROUNDS)
    void operationsOnKeys() throws InterruptedException {
        var history = record(600, random -> MapCommands.ofKey(random, random.nextInt(24)));
        LinearizabilityChecker.of(MODEL).partitionedBy(Command::partition).assertLinearizable(history);
    }

    @Rounds(ROUNDS)
    void operationsOnFewKeysAndTheWhole() throws InterruptedException {
        var history = record(
                60,
                random -> random.nextInt(4) == 0
                        ? MapCommands.ofAll(random)
                        : MapCommands.ofKey(random, random.nextInt(3)));
        LinearizabilityChecker.of(MODEL).assertLinearizable(history);
    }

    @Rounds(ROUNDS)
    void operationsOfSortedMaps() throws InterruptedException {
        assumeTrue(form.sorted(), "a hashed map has none");
        var history = record(
                60,
                random -> random.nextInt(3) == 0
                        ? MapCommands.ofKey(random, random.nextInt(3))
                        : MapCommands.ofOrder(random));
        LinearizabilityChecker.of(MODEL).assertLinearizable(history);
    }

    /** The tests above can fail: a map whose merge is a get and a put. */
    @Rounds(1)
    void mergeThatIsNotAtomic_isCaught() throws InterruptedException {
        var torn = Command.<Map<Integer, Integer>>write("mergeSum(0, 1)", map -> {
            Integer old = map.get(0);
            if (!(map instanceof TreeMap)) {
                Thread.yield();
            }
            int sum = old == null ? 1 : old + 1;
            map.put(0, sum);
            return sum;
        });
        var history = record(100, random -> torn);
        assertThat(LinearizabilityChecker.check(MODEL, history).verdict()).isEqualTo(Verdict.NOT_LINEARIZABLE);
    }

    private History<Command<Map<Integer, Integer>>, Object> record(
            int operations, Function<RandomGenerator, Command<Map<Integer, Integer>>> next)
            throws InterruptedException {
        HistoryRecorder<Command<Map<Integer, Integer>>, Object> recorder = new HistoryRecorder<>();
        ConcurrentMap<Integer, Integer> map = form.newMap();
        try {
            new ConcurrentRun()
                    .threads(THREADS, i -> {
                        RandomGenerator random = seeded.random(i);
                        for (int n = 0; n < operations; n++) {
                            recorder.record(next.apply(random), command -> command.applyTo(map));
                        }
                    })
                    .run();
            MapReplicas.assertEqual(map);
        } finally {
            MapForm.close(map);
        }
        return recorder.history();
    }
}
