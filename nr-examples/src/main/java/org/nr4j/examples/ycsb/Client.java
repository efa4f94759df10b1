package org.nr4j.examples.ycsb;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/** Does operations of a workload one after the other, and notes how long the store takes for each. For one thread. */
final class Client {
    private final Store store;
    private final Inserted inserted;
    private final Workload workload;
    private final SplittableRandom random;
    private final ScrambledZipfian popular;
    private final Latest latest = new Latest();
    private final Map<Operation, Histogram> latencies = new EnumMap<>(Operation.class);

    /** Something of each field read; whoever asks for it makes the reads worth their while to the compiler. */
    private long sum;

    /** @param mostRecords how many there may be in the end */
    Client(Store store, Inserted inserted, Workload workload, long mostRecords, SplittableRandom random) {
        this.store = store;
        this.inserted = inserted;
        this.workload = workload;
        this.random = random;
        this.popular = new ScrambledZipfian(mostRecords);
        workload.percent().keySet().forEach(operation -> latencies.put(operation, Outcome.emptyHistogram()));
    }

    /** One operation. What it is about is drawn before the clock starts. */
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
            // As in YCSB a read and then an update. They need not be one step, since what is written does not depend
            // on what was read. Where it does, do as ReplicatedStore.update: write if the record is still as read.
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

    /** The number of a record that is there. */
    private long nextNumber() {
        long count = inserted.count();
        return switch (workload.choice()) {
            case LATEST -> latest.next(count, random);
            case ZIPFIAN -> {
                // Drawn from all that there may be in the end, so that what is popular stays so as records are added.
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
