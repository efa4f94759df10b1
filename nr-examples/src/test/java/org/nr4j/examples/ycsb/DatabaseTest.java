package org.nr4j.examples.ycsb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nr4j.examples.command.Progress;

@Timeout(120)
class DatabaseTest {
    private static final int THREADS = 7;

    private final SkipListStore store = new SkipListStore();

    private static Database database(Store store) {
        return new Database(store, THREADS, Executors.defaultThreadFactory());
    }

    private static Outcome run(Database database, Workload workload, long operations) throws Exception {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        return database.run(workload, operations, new Progress(nowhere, false));
    }

    /** A skip list that is not as it should be. */
    private static class BrokenStore implements Store {
        private final SkipListStore store = new SkipListStore();

        @Override
        public void insert(byte[] key, byte[] record) {
            store.insert(key, record);
        }

        @Override
        public byte[] read(byte[] key) {
            return store.read(key);
        }

        @Override
        public boolean update(byte[] key, int number, byte[] field) {
            return store.update(key, number, field);
        }

        @Override
        public List<byte[]> scan(byte[] start, int limit) {
            return store.scan(start, limit);
        }

        @Override
        public long size() {
            return store.size();
        }

        @Override
        public void close() {}
    }

    @Test
    void run_operationsThatThreadsCannotShareEvenly_allDoneOnce() throws Exception {
        try (Database database = database(store)) {
            Outcome load = run(database, Workload.LOAD, 1_000);
            Outcome latest = run(database, Workload.D, 9_999);

            assertThat(load.all().getTotalCount()).isEqualTo(1_000);
            assertThat(load.latencies()).containsOnlyKeys(Operation.INSERT);
            assertThat(latest.all().getTotalCount()).isEqualTo(9_999);
            assertThat(latest.latencies()).containsOnlyKeys(Operation.READ, Operation.INSERT);
            Histogram inserts = latest.latencies().get(Operation.INSERT);
            assertThat(database.records()).isEqualTo(1_000 + inserts.getTotalCount());
            assertThat(database.size()).isEqualTo(database.records());
            assertThat(database.spoilt()).isZero();
        }
    }

    @Test
    void run_fewerOperationsThanThreads_allDone() throws Exception {
        try (Database database = database(store)) {
            assertThat(run(database, Workload.LOAD, 3).all().getTotalCount()).isEqualTo(3);
            assertThat(database.records()).isEqualTo(3);
        }
    }

    @Test
    void run_storeFails_endsAtOnceWithItsException() throws Exception {
        Store failing = new BrokenStore() {
            @Override
            public byte[] read(byte[] key) {
                throw new IllegalStateException("out of order");
            }
        };
        try (Database database = database(failing)) {
            run(database, Workload.LOAD, 10);
            assertThatThrownBy(() -> run(database, Workload.C, 999_999_999))
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseMessage("out of order");
        }
    }

    @Test
    void spoilt_someRecordsAreLostOrCut_counted() throws Exception {
        byte[] lost = Records.key(3);
        byte[] cut = Records.key(5);
        Store losing = new BrokenStore() {
            @Override
            public void insert(byte[] key, byte[] record) {
                if (Arrays.equals(key, cut)) {
                    super.insert(key, new byte[999]);
                } else if (!Arrays.equals(key, lost)) {
                    super.insert(key, record);
                }
            }
        };
        try (Database database = database(losing)) {
            run(database, Workload.LOAD, 1_000);

            assertThat(database.records()).isEqualTo(1_000);
            assertThat(database.size()).isEqualTo(999);
            assertThat(database.spoilt()).isEqualTo(2);
        }
    }
}
