package org.nr4j.cnr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.nr4j.kv.MapCommands;
import org.nr4j.linearizability.Command;
import org.nr4j.linearizability.History;
import org.nr4j.linearizability.HistoryRecorder;
import org.nr4j.linearizability.LinearizabilityChecker;
import org.nr4j.linearizability.LinearizabilityChecker.Verdict;
import org.nr4j.linearizability.Maps;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.Seeded;

/** Histories of map operations, those with functions and those of all logs among them, are linearizable. */
@Timeout(value = 100, threadMode = ThreadMode.SEPARATE_THREAD)
@ParameterizedClass(name = "{0}")
@MethodSource("forms")
class LogMapHistoriesTest {
    private static final int THREADS = 5;

    @Parameter
    LogMapForm form;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    static Stream<LogMapForm> forms() {
        return LogMapForm.all();
    }

    @RepeatedTest(2)
    void operationsOnKeys() throws InterruptedException {
        var history = record(form.newMap(), 400, random -> MapCommands.ofKey(random, random.nextInt(24)));
        LinearizabilityChecker.of(Maps.model())
                .partitionedBy(Command::partition)
                .assertLinearizable(history);
    }

    @RepeatedTest(3)
    void operationsOnFewKeysAndTheWhole() throws InterruptedException {
        var history = record(form.newMap(), 60, LogMapHistoriesTest::ofFewKeysOrAll);
        LinearizabilityChecker.of(Maps.model()).assertLinearizable(history);
    }

    private static Command<Map<Integer, Integer>> ofFewKeysOrAll(RandomGenerator random) {
        return switch (random.nextInt(8)) {
            case 0 -> MapCommands.ofAll(random);
            case 1 -> Command.read("size", Map::size);
            case 2 -> Command.read("copy", map -> new TreeMap<>(map).toString());
            default -> MapCommands.ofKey(random, random.nextInt(3));
        };
    }

    /** The tests above can fail: a putAll that is one put after the other. */
    @RepeatedTest(1)
    void putAllInSteps_isCaught() throws InterruptedException {
        var history = record(
                form.newMap(),
                80,
                random -> random.nextBoolean()
                        ? putOneByOne(random.nextInt(9))
                        : Command.read("copy", map -> new TreeMap<>(map).toString()));
        assertThat(LinearizabilityChecker.check(Maps.model(), history).verdict())
                .isEqualTo(Verdict.NOT_LINEARIZABLE);
    }

    private static Command<Map<Integer, Integer>> putOneByOne(int value) {
        return Command.write("putOneByOne(" + value + ")", map -> {
            for (int key = 0; key < 4; key++) {
                map.put(key, value);
                if (map instanceof MapOverLogs) {
                    Thread.yield();
                }
            }
            return value;
        });
    }

    private History<Command<Map<Integer, Integer>>, Object> record(
            MapOverLogs<Integer, Integer> map,
            int operations,
            Function<RandomGenerator, Command<Map<Integer, Integer>>> next)
            throws InterruptedException {
        HistoryRecorder<Command<Map<Integer, Integer>>, Object> recorder = new HistoryRecorder<>();
        try (map) {
            new ConcurrentRun()
                    .threads(THREADS, i -> {
                        RandomGenerator random = seeded.random(i);
                        for (int n = 0; n < operations; n++) {
                            recorder.record(next.apply(random), command -> command.applyTo(map));
                        }
                    })
                    .run();
            LogMapForm.assertReplicasEqual(map);
        }
        return recorder.history();
    }
}
