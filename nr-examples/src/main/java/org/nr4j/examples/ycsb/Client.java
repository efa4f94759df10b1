package org.nr4j.examples.ycsb;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/** Runs the operations of a workload one after the other, and records how long each takes. One thread may use it. */
final class Client {
    private final Store store;
    private final Inserted inserted;
    private final Workload workload;
    private final SplittableRandom random;
    private final ScrambledZipfian popular;
    private final Latest latest = new Latest();
    private final Map<Operation, Histogram> latencies = new EnumMap<>(Operation.class);

    /** A sum that depends on each field read, so that the JIT cannot remove the reads. */
    private long sum;

    /** @param mostRecords how many records there may be at the end */
    Client(Store store, Inserted inserted, Workload workload, long mostRecords, SplittableRandom random) {
        this.store = store;
        this.inserted = inserted;
        this.workload = workload;
        this.random = random;
        this.popular = new ScrambledZipfian(mostRecords);
        workload.percent().keySet().forEach(operation -> latencies.put(operation, Outcome.emptyHistogram()));
    }

    /** Runs one operation. It draws the operation's record before the clock starts. */
    void operate() {
        Operation operation = workload.nextOperation(random);
        if (operation == Operation.INSERT) {
            insert();
            return;
        }
        byte[] key = Records.key(nextNumber());
        int number = random.nextInt(Records.FIELDS);
        switch (operation) {
            case READ -> timed(operation, () -> read(key));
            case SCAN -> {
                int length = Workload.nextScanLength(random);
                timed(operation, () -> scan(key, length));
            }
            case UPDATE -> {
                byte[] field = Records.nextField(random);
                timed(operation, () -> update(key, number, field));
            }
            // As in YCSB, this is a read and then an update. They need not be one step, since the update does not
            // depend on what was read. If yours does, do as ReplicatedStore.update: write only if the record is
            // unchanged.
            case READ_MODIFY_WRITE -> {
                byte[] field = Records.nextField(random);
                timed(operation, () -> {
                    read(key);
                    update(key, number, field);
                });
            }
            default -> throw new AssertionError(operation);
        }
    }

    private void timed(Operation operation, Runnable action) {
        long start = System.nanoTime();
        action.run();
        latencies.get(operation).recordValue(System.nanoTime() - start);
    }

    private void insert() {
        long number = inserted.begin();
        byte[] key = Records.key(number);
        byte[] record = Records.next(random);
        timed(Operation.INSERT, () -> store.insert(key, record));
        inserted.acknowledge(number);
    }

    private void read(byte[] key) {
        byte[] record = store.read(key);
        require(record != null, key);
        sum += Records.readFields(record);
    }

    private void scan(byte[] start, int length) {
        List<byte[]> records = store.scan(start, length);
        require(!records.isEmpty(), start);
        for (byte[] record : records) {
            sum += Records.readFields(record);
        }
    }

    private void update(byte[] key, int number, byte[] field) {
        require(store.update(key, number, field), key);
    }

    private static void require(boolean isThere, byte[] key) {
        if (!isThere) {
            throw new IllegalStateException("a record that was inserted must be there: key=" + Records.show(key)
                    + "; the store has lost it, please report this");
        }
    }

    /** Returns the number of a record that exists. */
    private long nextNumber() {
        long count = inserted.count();
        return switch (workload.choice()) {
            case LATEST -> latest.next(count, random);
            case ZIPFIAN -> {
                // It draws from all records that may exist at the end, so popular records stay popular as records are
                // added.
                long number = popular.next(random);
                while (number >= count) {
                    number = popular.next(random);
                }
                yield number;
            }
        };
    }

    Map<Operation, Histogram> latencies() {
        return latencies;
    }

    long sum() {
        return sum;
    }
}
