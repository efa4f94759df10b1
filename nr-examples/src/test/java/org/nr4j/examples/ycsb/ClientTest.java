package org.nr4j.examples.ycsb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClientTest {
    private static final int OPERATIONS = 20_000;
    private static final int RECORDS = 100;

    private final FakeStore store = new FakeStore();
    private final Inserted inserted = new Inserted();

    private Client client(Workload workload, long mostRecords) {
        return new Client(store, inserted, workload, mostRecords, new SplittableRandom(3));
    }

    private void insertRecords() {
        for (int i = 0; i < RECORDS; i++) {
            inserted.acknowledge(inserted.begin());
        }
    }

    private static Set<String> keysBelow(long count) {
        Set<String> keys = new HashSet<>();
        for (long number = 0; number < count; number++) {
            keys.add(Records.show(Records.key(number)));
        }
        return keys;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LOAD")
    void operate_manyTimes_storeIsAskedWhatIsCounted(Workload workload) {
        insertRecords();
        Client client = client(workload, workload.mostRecords(RECORDS, OPERATIONS));
        for (int i = 0; i < OPERATIONS; i++) {
            client.operate();
        }

        Map<Operation, Long> counts = client.latencies().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().getTotalCount()));
        long both = counts.getOrDefault(Operation.READ_MODIFY_WRITE, 0L);
        assertThat(counts.keySet()).isEqualTo(workload.percent().keySet());
        assertThat(counts.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(OPERATIONS);
        assertThat(store.reads).isEqualTo(counts.getOrDefault(Operation.READ, 0L) + both);
        assertThat(store.updates).isEqualTo(counts.getOrDefault(Operation.UPDATE, 0L) + both);
        assertThat((long) store.inserts).isEqualTo(counts.getOrDefault(Operation.INSERT, 0L));
        assertThat((long) store.scans).isEqualTo(counts.getOrDefault(Operation.SCAN, 0L));
        assertThat(inserted.count()).isEqualTo(RECORDS + store.inserts);
        assertThat(keysBelow(inserted.count())).containsAll(store.keys);
    }

    @Test
    void operate_load_insertsEachRecordOnce() {
        Client client = client(Workload.LOAD, RECORDS);
        for (int i = 0; i < RECORDS; i++) {
            client.operate();
        }

        assertThat(store.keys).hasSize(RECORDS).containsExactlyInAnyOrderElementsOf(keysBelow(RECORDS));
        assertThat(store.lengths).containsOnly(1_000);
    }

    @ParameterizedTest
    @EnumSource(names = {"D", "E"})
    void operate_othersInsert_neverOneThatIsNotAcknowledged(Workload workload) {
        insertRecords();
        inserted.begin(); // somebody else, who takes long
        Client client = client(workload, 2 * RECORDS);
        for (int i = 0; i < OPERATIONS; i++) {
            client.operate();
        }

        assertThat(inserted.count()).isEqualTo(RECORDS);
        assertThat(store.inserts).isPositive();
        assertThat(store.keys.stream().filter(keysBelow(RECORDS)::contains)).hasSize(store.reads + store.scans);
        assertThat(new HashSet<>(store.keys)).contains(Records.show(Records.key(RECORDS - 1)));
    }

    @Test
    void operate_scans_fromOneToHundredRecords() {
        insertRecords();
        Client client = client(Workload.E, RECORDS);
        for (int i = 0; i < OPERATIONS; i++) {
            client.operate();
        }

        assertThat(new TreeSet<>(store.lengths).headSet(1_000)).hasSize(100).contains(1, 100);
    }

    @Test
    void operate_updates_oneField() {
        insertRecords();
        Client client = client(Workload.A, RECORDS);
        for (int i = 0; i < 100; i++) {
            client.operate();
        }

        assertThat(store.lengths).isNotEmpty().containsOnly(100);
    }

    @ParameterizedTest
    @EnumSource(names = {"C", "D", "E"})
    void operate_recordIsMissing_failsAndNamesIt(Workload workload) {
        store.isFull = false;
        assertFails(workload);
    }

    @ParameterizedTest
    @EnumSource(names = {"A", "B", "F"})
    void operate_recordToUpdateIsMissing_failsAndNamesIt(Workload workload) {
        store.isUpdatable = false;
        assertFails(workload);
    }

    private void assertFails(Workload workload) {
        insertRecords();
        Client client = client(workload, RECORDS);

        assertThatThrownBy(() -> {
                    for (int i = 0; i < OPERATIONS; i++) {
                        client.operate();
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching("a record that was inserted must be there: key=user\\d+;"
                        + " the store has lost it, please report this");
    }

    @Test
    void operate_slowStore_latencyIsItsInNanoseconds() {
        insertRecords();
        store.delayMillis = 20;
        Client client = client(Workload.C, RECORDS);
        client.operate();

        assertThat(client.latencies().get(Operation.READ).getMaxValue()).isBetween(19_000_000L, 60_000_000_000L);
    }
}
