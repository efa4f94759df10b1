package org.nr4j.examples.ycsb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nr4j.topology.NumaTopology;

@Timeout(120)
class StoreTest {
    private final SplittableRandom random = new SplittableRandom(1);

    static Stream<Store> stores() {
        return Stream.of(
                new ReplicatedStore(2, 1, NumaTopology.simulated(2, 1)),
                new ReplicatedStore(2, 3, NumaTopology.simulated(2, 1)),
                new SkipListStore());
    }

    private static byte[] key(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @MethodSource("stores")
    void read_inserted_theCallersOwnCopy(Store store) {
        try (store) {
            byte[] record = Records.next(random);
            store.insert(key("a"), record.clone());

            Arrays.fill(store.read(key("a")), (byte) 0);
            Arrays.fill(store.scan(key("a"), 1).get(0), (byte) 0);

            assertThat(store.read(key("a"))).isEqualTo(record);
            assertThat(store.read(key("b"))).isNull();
            assertThat(store.size()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("stores")
    void scan_fromAKeyOn_inOrderUpToTheLimit(Store store) {
        try (store) {
            List<byte[]> records = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                records.add(Records.next(random));
            }
            for (int i : new int[] {3, 0, 4, 2, 1}) {
                store.insert(key("key" + i), records.get(i));
            }

            assertThat(store.scan(key("key1"), 3)).containsExactly(records.get(1), records.get(2), records.get(3));
            assertThat(store.scan(key("key10"), 100)).containsExactly(records.get(2), records.get(3), records.get(4));
        }
    }

    @ParameterizedTest
    @MethodSource("stores")
    void update_oneField_theOthersStay(Store store) {
        try (store) {
            byte[] record = Records.next(random);
            byte[] field = Records.nextField(random);
            store.insert(key("a"), record);

            assertThat(store.update(key("a"), 4, field)).isTrue();
            assertThat(store.read(key("a"))).isEqualTo(Records.with(record, 4, field));
            assertThat(store.update(key("b"), 4, field)).isFalse();
            assertThat(store.size()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("stores")
    void update_otherFieldsAtTheSameTime_noneIsLost(Store store) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(Records.FIELDS);
        try (store) {
            store.insert(key("a"), new byte[Records.BYTES]);
            List<Future<Integer>> lost = new ArrayList<>();
            for (int i = 0; i < Records.FIELDS; i++) {
                int number = i;
                lost.add(executor.submit(() -> updateField(store, number)));
            }
            for (Future<Integer> future : lost) {
                assertThat(future.get()).isZero();
            }
        } finally {
            executor.shutdownNow();
        }
    }

    /** Writes a field that nobody else writes. Returns how often it was not as written. */
    private static int updateField(Store store, int number) {
        int lost = 0;
        for (int i = 0; i < 2_000; i++) {
            byte[] field = new byte[Records.FIELD_BYTES];
            Arrays.fill(field, (byte) i);
            store.update(key("a"), number, field);
            lost += store.read(key("a"))[number * Records.FIELD_BYTES] == (byte) i ? 0 : 1;
        }
        return lost;
    }
}
