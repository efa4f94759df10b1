package org.nr4j.examples.ycsb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class InsertedTest {
    private final Inserted inserted = new Inserted();

    @Test
    void acknowledge_outOfOrder_countsOnlyWithoutGaps() {
        assertThat(List.of(inserted.begin(), inserted.begin(), inserted.begin(), inserted.begin()))
                .containsExactly(0L, 1L, 2L, 3L);
        assertThat(inserted.count()).isZero();

        inserted.acknowledge(2);
        assertThat(inserted.count()).isZero();
        inserted.acknowledge(0);
        assertThat(inserted.count()).isEqualTo(1);
        inserted.acknowledge(1);
        assertThat(inserted.count()).isEqualTo(3);
        inserted.acknowledge(3);
        assertThat(inserted.count()).isEqualTo(4);
    }

    @Test
    void count_manyThreadsInsert_nothingMissingBelow() throws Exception {
        int threads = 4;
        int each = 50_000;
        AtomicIntegerArray store = new AtomicIntegerArray(threads * each);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Future<Integer>> missing = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            missing.add(executor.submit(() -> insert(store, each)));
        }

        for (Future<Integer> future : missing) {
            assertThat(future.get()).isZero();
        }
        executor.shutdown();
        assertThat(inserted.count()).isEqualTo(threads * each);
    }

    /** Returns how many records were missing that should have been there. */
    private int insert(AtomicIntegerArray store, int times) {
        int missing = 0;
        long seen = 0;
        for (int i = 0; i < times; i++) {
            int number = (int) inserted.begin();
            store.set(number, 1);
            inserted.acknowledge(number);
            for (long count = inserted.count(); seen < count; seen++) {
                missing += 1 - store.get((int) seen);
            }
        }
        return missing;
    }
}
