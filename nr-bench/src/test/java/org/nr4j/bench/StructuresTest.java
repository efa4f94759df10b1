package org.nr4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.topology.NumaTopology;

/** Every structure in every way of sharing it: benchmarks of something that is wrong measure nothing. */
@Timeout(60)
class StructuresTest {
    private static final NumaTopology TOPOLOGY = NumaTopology.simulated(2, 1);
    private static final int REPLICAS = 2;
    private static final int ENTRIES = 300;
    private static final int THREADS = 4;
    private static final int OPERATIONS = 4000;

    static Stream<Arguments> all() {
        return Structures.names().stream()
                .flatMap(name -> Structures.ways(name).stream().map(way -> Arguments.of(name, way)));
    }

    static Stream<Arguments> allButBare() {
        return all().filter(arguments -> !arguments.get()[1].equals("bare"));
    }

    static Stream<String> names() {
        return Structures.names().stream();
    }

    private static Workload workload(String structure, String way) {
        return Structures.of(structure, way, new Workload.Size(ENTRIES, REPLICAS), TOPOLOGY);
    }

    @ParameterizedTest
    @MethodSource("all")
    void oneThreadGetsTheAnswersOfTheBareStructure(String structure, String way) {
        Set<Object> answers = new HashSet<>();
        try (Workload bare = workload(structure, "bare");
                Workload shared = workload(structure, way)) {
            long roll = 1;
            for (int i = 0; i < OPERATIONS / 2; i++) {
                roll = Dice.next(roll);
                Object answer = shared.run(roll, 50);
                Object expected = bare.run(roll, 50);
                if (!Objects.deepEquals(
                        answer, expected)) { // a look of AssertJ at each takes longer than the operation
                    assertThat(answer).isEqualTo(expected);
                }
                answers.add(answer);
            }
        }
        assertThat(answers).hasSizeGreaterThan(1);
    }

    @ParameterizedTest
    @MethodSource("allButBare")
    void severalThreadsLoseNothing(String structure, String way) throws Exception {
        assertThat(imbalance(Conservation.of(structure, ENTRIES), way)).isZero();
    }

    @Test
    void thatIsSeenWhereNothingIsProtected() throws Exception {
        for (int tries = 0; tries < 1000; tries++) {
            if (imbalance(Conservation.of("Synthetic", ENTRIES), "bare") != 0) {
                return;
            }
        }
        throw new AssertionError("no increment was ever lost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nr", "ReentrantLock", "cnr1", "cnr4", "striped64"})
    void operationsOfSeveralPartsAreOneStep(String way) throws Exception {
        PartitionedMapSubject subject = new PartitionedMapSubject(MapSubject.Kind.HASHED, ENTRIES, 300);
        MapSubject.Put[][] pairs = {
            {new MapSubject.Put(5, 1), new MapSubject.Put(6, 1)}, {new MapSubject.Put(6, 2), new MapSubject.Put(5, 2)}
        };
        try (Shared<Object, Object> shared = Structures.shared(subject, way, REPLICAS, TOPOLOGY)) {
            sum(inThreads(thread -> {
                MapSubject.Put[] pair = pairs[thread % 2];
                long roll = thread + 1;
                for (int i = 0; i < OPERATIONS / 4; i++) {
                    roll = Dice.next(roll);
                    assertThat(shared.execute(PartitionedDispatch.SIZE)).isEqualTo(ENTRIES);
                    shared.executeMut(new PartitionedDispatch.Both(pair[0], pair[1]));
                    shared.execute(subject.read(roll));
                }
                return 0;
            }));
            assertThat(shared.execute(5)).isEqualTo(shared.execute(6));
        }
    }

    @Test
    void someOperationsAreOfSeveralParts() {
        PartitionedMapSubject subject = new PartitionedMapSubject(MapSubject.Kind.HASHED, ENTRIES, 300);
        int several = 0;
        long roll = 1;
        for (int i = 0; i < 10_000; i++) {
            roll = Dice.next(roll);
            several += subject.write(roll) instanceof PartitionedDispatch.Both ? 1 : 0;
            several += subject.read(roll) == PartitionedDispatch.SIZE ? 1 : 0;
        }
        assertThat(several).isBetween(5_000, 7_000);
        assertThatThrownBy(() -> Structures.of(subject, "jdk", 1, TOPOLOGY)) // has none
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** What there is in the end over what there should be. */
    private static <R, W> long imbalance(Conservation<R, W> conservation, String way) throws Exception {
        Subject<R, W> subject = conservation.subject();
        try (Shared<R, W> shared = Structures.shared(subject, way, REPLICAS, TOPOLOGY)) {
            long before = conservation.weightOf(new Shared.Direct<>(subject.plain()));
            long changed = sum(inThreads(thread -> changes(conservation, shared, thread)));
            return conservation.weightOf(shared) - before - changed;
        }
    }

    private static <R, W> long changes(Conservation<R, W> conservation, Shared<R, W> shared, int thread) {
        Rolls rolls = new Rolls(thread);
        long change = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            long roll = rolls.next();
            if (Workload.isWrite(roll, 70)) {
                W write = conservation.write(roll);
                change += conservation.change(write, shared.executeMut(write));
            } else {
                conservation.check(shared.execute(conservation.subject().read(roll)));
            }
        }
        return change;
    }

    @ParameterizedTest
    @MethodSource("names")
    void sizesStayWhatTheyAre(String structure) throws Exception {
        assertStationary(Conservation.of(structure, ENTRIES / 2));
    }

    private static <R, W> void assertStationary(Conservation<R, W> conservation) throws Exception {
        Subject<R, W> subject = conservation.subject();
        int before = conservation.contents(new Shared.Direct<>(subject.plain())).size();
        try (Shared<R, W> shared = Structures.shared(subject, "synchronized", 1, TOPOLOGY)) {
            long done = sum(inThreads(thread -> {
                long roll = thread + 1;
                for (int i = 0; i < 20_000; i++) {
                    roll = Dice.next(roll);
                    shared.executeMut(subject.write(roll));
                }
                return 20_000;
            }));
            assertThat(done).isEqualTo(THREADS * 20_000L);
            assertThat(conservation.contents(shared).size()).isBetween(before * 2 / 3, before * 4 / 3);
        }
    }

    @Test
    void fewZipfianKeysAreDrawnOften() {
        MapSubject map = MapSubject.zipfian(MapSubject.Kind.HASHED, 10_000);
        int[] drawn = new int[10_000];
        long roll = 1;
        for (int i = 0; i < 1_000_000; i++) {
            roll = Dice.next(roll);
            drawn[map.read(roll)]++;
        }
        int[] sorted = IntStream.of(drawn).sorted().toArray();
        assertThat(sorted[9_999]).isBetween(80_000, 120_000); // 1 / zeta(10 000, 0.99) is 0.098
        assertThat(sorted[5_000]).isLessThan(100);
        assertThat(drawn[0] + drawn[1] + drawn[2]).isLessThan(80_000); // they lie anywhere
    }

    @Test
    void theEventsOfAQueueGoOn() {
        PriorityQueueSubject subject = new PriorityQueueSubject(ENTRIES);
        Shared<Object, Object> queue = new Shared.Direct<>(subject.plain());
        long roll = 1;
        int next = 0;
        int offers = 0;
        for (int i = 0; i < 20_000; i++) {
            roll = Dice.next(roll);
            Object op = subject.write(roll);
            queue.executeMut(op);
            if (op != PriorityQueueSubject.POLL) {
                offers++;
                next += queue.execute(PriorityQueueSubject.PEEK) == op ? 1 : 0;
            }
        }
        assertThat(next).isLessThan(offers / 20); // else each new one would be the first, as in no queue
    }

    @Test
    void whatThereIsNotIsRefused() {
        assertThatThrownBy(() -> workload("Tree", "nr"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("structure=Tree");
        assertThatThrownBy(() -> workload("TreeMap", "NonBlockingHashMap"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("way=NonBlockingHashMap");
        assertThatThrownBy(() -> Structures.of("TreeMap", "nr", new Workload.Size(0, 1), TOPOLOGY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("entries=0");
    }

    private interface Work {
        long of(int thread);
    }

    private static List<Future<Long>> inThreads(Work work) throws InterruptedException {
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            return executor.invokeAll(IntStream.range(0, THREADS)
                    .mapToObj(thread -> (Callable<Long>) () -> work.of(thread))
                    .toList());
        } finally {
            executor.shutdown();
        }
    }

    private static long sum(List<Future<Long>> all) throws Exception {
        long sum = 0;
        for (Future<Long> each : all) {
            sum += each.get();
        }
        return sum;
    }
}
