package org.nr4j.examples.ycsb;

import java.util.List;
import org.nr4j.kv.Entry;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.ScanOrder;
import org.nr4j.topology.NumaTopology;

/** nr4j's {@link KeyValueStore}. */
final class ReplicatedStore implements Store {
    private final KeyValueStore store;

    ReplicatedStore(int replicas, int logs, NumaTopology topology) {
        this.store = KeyValueStore.builder()
                .replicas(replicas)
                .logs(logs)
                .topology(topology)
                .build();
    }

    @Override
    public void insert(byte[] key, byte[] record) {
        store.set(key, record);
    }

    @Override
    public byte[] read(byte[] key) {
        return store.get(key);
    }

    @Override
    public boolean update(byte[] key, int number, byte[] field) {
        byte[] record = store.get(key);
        while (record != null && !store.compareAndSet(key, record, Records.with(record, number, field))) {
            record = store.get(key); // another thread was faster
        }
        return record != null;
    }

    @Override
    public List<byte[]> scan(byte[] start, int limit) {
        return store.scan(KeyRange.atLeast(start), ScanOrder.ASCENDING, limit).stream()
                .map(Entry::value)
                .toList();
    }

    @Override
    public long size() {
        return store.size();
    }

    @Override
    public void close() {
        store.close();
    }
}
