package org.nr4j.kv;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.nr4j.kv.internal.value.HeapValue;
import org.nr4j.kv.transaction.Transaction;

/** A transaction over a {@link TreeMap}: what a transaction of a store should do. */
final class ModelTransaction implements Transaction {
    record Value(byte[] bytes, long expiry) {}

    private final TreeMap<byte[], Value> map;
    private final long now;

    /** Begins a transaction over a map, which it changes. */
    ModelTransaction(TreeMap<byte[], Value> map, long now) {
        this.map = map;
        this.now = now;
        map.values().removeIf(each -> each.expiry <= now);
    }

    static TreeMap<byte[], Value> emptyMap() {
        return new TreeMap<>(Arrays::compareUnsigned);
    }

    @Override
    public Instant now() {
        return Instant.ofEpochMilli(now);
    }

    @Override
    public byte[] get(byte[] key) {
        Value value = map.get(key);
        return value == null ? null : value.bytes;
    }

    @Override
    public boolean contains(byte[] key) {
        return map.containsKey(key);
    }

    @Override
    public Optional<Instant> expiry(byte[] key) {
        Value value = map.get(key);
        return value == null || value.expiry == Expiry.NEVER
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(value.expiry));
    }

    @Override
    public List<Entry> scan(KeyRange range, ScanOrder order, int limit) {
        NavigableMap<byte[], Value> ordered = order == ScanOrder.ASCENDING ? map : map.descendingMap();
        return ordered.entrySet().stream()
                .filter(each -> range.contains(each.getKey()))
                .limit(limit)
                .map(ModelTransaction::entry)
                .toList();
    }

    private static Entry entry(Map.Entry<byte[], Value> entry) {
        Value value = entry.getValue();
        return Entry.of(entry.getKey(), new HeapValue(value.bytes), value.expiry);
    }

    @Override
    public Entry first(KeyRange range) {
        return scan(range, ScanOrder.ASCENDING, 1).stream().findFirst().orElse(null);
    }

    @Override
    public Entry last(KeyRange range) {
        return scan(range, ScanOrder.DESCENDING, 1).stream().findFirst().orElse(null);
    }

    @Override
    public long count(KeyRange range) {
        return map.keySet().stream().filter(range::contains).count();
    }

    @Override
    public long rank(byte[] key) {
        return map.headMap(key).size();
    }

    @Override
    public byte[] keyAt(long rank) {
        return map.keySet().stream().skip(rank).findFirst().orElseThrow(IndexOutOfBoundsException::new);
    }

    @Override
    public byte[] put(byte[] key, byte[] value, Expiry expiry) {
        byte[] before = get(key);
        long instant = expiry.from(now);
        if (instant <= now) {
            map.remove(key);
        } else {
            map.put(key, new Value(value, instant));
        }
        return before;
    }

    @Override
    public void set(byte[] key, byte[] value, Expiry expiry) {
        put(key, value, expiry);
    }

    @Override
    public byte[] remove(byte[] key) {
        byte[] before = get(key);
        map.remove(key);
        return before;
    }

    @Override
    public boolean delete(byte[] key) {
        return map.remove(key) != null;
    }

    @Override
    public long removeRange(KeyRange range) {
        long count = count(range);
        map.keySet().removeIf(range::contains);
        return count;
    }

    @Override
    public boolean setExpiry(byte[] key, Expiry expiry) {
        byte[] value = get(key);
        if (value != null) {
            put(key, value, expiry);
        }
        return value != null;
    }
}
