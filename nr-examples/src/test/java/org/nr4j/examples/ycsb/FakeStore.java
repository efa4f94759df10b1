package org.nr4j.examples.ycsb;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Notes what is asked of it. For one thread. */
final class FakeStore implements Store {
    final List<String> keys = new ArrayList<>();
    final List<Integer> lengths = new ArrayList<>();
    int reads;
    int updates;
    int inserts;
    int scans;

    /** Whether it has what it is asked for. */
    boolean isFull = true;

    /** Whether it can be updated. */
    boolean isUpdatable = true;

    /** How long a read takes. */
    long delayMillis;

    @Override
    public void insert(byte[] key, byte[] record) {
        inserts++;
        lengths.add(record.length);
        keys.add(Records.show(key));
    }

    @Override
    public byte[] read(byte[] key) {
        reads++;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMillis);
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        keys.add(Records.show(key));
        return isFull ? new byte[Records.BYTES] : null;
    }

    @Override
    public boolean update(byte[] key, int number, byte[] field) {
        updates++;
        lengths.add(field.length);
        keys.add(Records.show(key));
        return isUpdatable;
    }

    @Override
    public List<byte[]> scan(byte[] start, int limit) {
        scans++;
        lengths.add(limit);
        keys.add(Records.show(start));
        return isFull ? List.of(new byte[Records.BYTES]) : List.of();
    }

    @Override
    public long size() {
        return inserts;
    }

    @Override
    public void close() {}
}
