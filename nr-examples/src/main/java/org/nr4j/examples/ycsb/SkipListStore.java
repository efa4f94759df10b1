package org.nr4j.examples.ycsb;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The JDK's {@link ConcurrentSkipListMap}, for comparison. Its scans are not atomic: they may see some of the writes
 * that run meanwhile.
 */
final class SkipListStore implements Store {
    private final ConcurrentSkipListMap<byte[], byte[]> map = new ConcurrentSkipListMap<>(Arrays::compareUnsigned);

    @Override
    public void insert(byte[] key, byte[] record) {
        map.put(key, record);
    }

    @Override
    public byte[] read(byte[] key) {
        byte[] record = map.get(key);
        return record == null ? null : record.clone();
    }

    @Override
    public boolean update(byte[] key, int number, byte[] field) {
        return map.computeIfPresent(key, (same, record) -> Records.with(record, number, field)) != null;
    }

    @Override
    public List<byte[]> scan(byte[] start, int limit) {
        return map.tailMap(start).values().stream()
                .limit(limit)
                .map(byte[]::clone)
                .toList();
    }

    @Override
    public long size() {
        return map.size();
    }

    @Override
    public void close() {}
}
