package org.nr4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.topology.NumaTopology;

/** Tests the façade over any class, the effect of closing on structures, and the statistics. */
class ReplicatedTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void readAndWrite_anyClass(int replicas) throws Exception {
        try (Replicated<TreeMap<String, Integer>> map = Replicated.<TreeMap<String, Integer>>builder(TreeMap::new)
                .replicas(replicas)
                .logCapacity(2)
                .waitStrategy(WaitStrategy.of(10, 2))
                .topology(NumaTopology.simulated(2, 1))
                .executor(Runnable::run)
                .build()) {
            new ConcurrentRun()
                    .threads(4, thread -> {
                        for (int n = 0; n < 100; n++) {
                            map.<Integer>write(m -> m.merge("a", 1, Integer::sum));
                            int seen = map.<Integer>read(m -> m.get("a"));
                            assertThat(seen).isPositive();
                        }
                    })
                    .run();
            assertThat(map.<Integer>read(m -> m.get("a"))).isEqualTo(400);
            assertThat(map.<Integer>writeAsync(m -> m.put("b", 7)).get(30, TimeUnit.SECONDS))
                    .isNull();
            assertThatThrownBy(() -> map.<String>read(m -> m.tailMap("c").firstKey()))
                    .isInstanceOf(NoSuchElementException.class);
            map.sync();
            assertThat(map.stats().index()).isEqualTo(401);
            assertThat(map.replicas()).isEqualTo(replicas);
        }
    }

    @Test
    void builder_withoutReplicas_makesOneANode() {
        try (Replicated<List<String>> list = Replicated.<List<String>>builder(ArrayList::new)
                .topology(NumaTopology.simulated(3, 2))
                .build()) {
            assertThat(list.replicas()).isEqualTo(3);
            assertThat(list.stats().replicas())
                    .extracting(NrStats.ReplicaStats::node)
                    .containsExactly(0, 1, 2);
            assertThat(list.stats().placement()).isNotBlank();
        }
    }

    @Test
    void close_structuresThatFailToClose_closesAllAndThrowsTheFirstWithTheOthers() {
        AtomicInteger closed = new AtomicInteger();
        Replicated<Closeable> replicated = Replicated.<Closeable>builder(() -> new Closeable() {
                    @Override
                    public void close() throws IOException {
                        int number = closed.incrementAndGet();
                        if (number != 2) {
                            throw new IOException("close " + number);
                        }
                    }
                })
                .replicas(3)
                .build();
        assertThatThrownBy(replicated::close)
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("close 1")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(closed).hasValue(3);
        replicated.close();
        assertThat(closed).as("closing twice does nothing").hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void stats_countOperationsBatchesAndSizes(int replicas) {
        try (Subject subject = new Subject(Subject.Setup.tokens(replicas, 16));
                Subject.Handle handle = subject.handle(replicas - 1)) {
            handle.write(Journal.append("one"));
            handle.writeAll(List.of(Journal.append("two"), Journal.append("three"), Journal.append("four")));
            handle.writeAll(Collections.nCopies(5_000, Journal.append("many")));
            NrStats stats = subject.nr.stats();
            assertThat(stats.index()).isEqualTo(5_004);
            assertThat(stats.batches()).isEqualTo(3);
            assertThat(stats.batchSizes()).containsExactly(1L, 0L, 1L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 1L);
            assertThat(stats.replicas().get(replicas - 1).submitted()).isEqualTo(5_004);
            if (replicas == 2) {
                assertThat(stats.replicas().get(0).submitted()).isZero();
                assertThat(stats.replicas().get(0).lag()).isEqualTo(5_004);
                assertThat(stats.logOccupancy()).isEqualTo(3);
            }
            assertThat(stats.logCapacity()).isEqualTo(16);
            subject.assertConsistent();
        }
    }
}
