package org.nr4j.kv;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogIndexes;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.file.Limits;
import org.nr4j.kv.internal.store.StoreAccess;
import org.nr4j.kv.internal.tree.EntryScan;
import org.nr4j.kv.internal.value.StoredValue;
import org.nr4j.kv.internal.values.ReadAhead;

/**
 * The contents of a store at one instant. Any number of threads may use it. No method waits for the store, and none
 * disturbs it. Methods that return values may read a disk: see {@link org.nr4j.kv.durable.Durability#valuesOnDisk}.
 *
 * <p>Taking a snapshot copies nothing. It shares the pages of one replica, and the replica copies a page before it next
 * changes it. So a reachable snapshot costs the memory of the pages that have changed since.
 */
public final class KeyValueSnapshot {
    private final LogIndexes indexes;
    private final Contents contents;
    private final Limits limits;

    KeyValueSnapshot(LogIndexes indexes, Contents contents, Limits limits) {
        this.indexes = indexes;
        this.contents = contents;
        this.limits = limits;
    }

    /** Returns how many writes of each log these contents have. */
    public LogIndexes indexes() {
        return indexes;
    }

    /** Whether these contents include a change of the store. If not, the change came after the snapshot. */
    public boolean includes(Change change) {
        return change.index() < indexes.of(change.log());
    }

    /** Returns the number of entries. */
    public long size() {
        return contents.count();
    }

    /** Returns the number of bytes of all keys and values. */
    public long bytes() {
        return contents.bytes();
    }

    /** Returns the value of a key, or null if there is none. */
    public byte @Nullable [] get(byte[] key) {
        return contents.get(limits.check(key));
    }

    /** Returns the number of keys in a range. */
    public long count(KeyRange range) {
        return contents.count(range.low(), range.end());
    }

    /**
     * Returns the key that has {@code rank} keys before it. Takes O(log n).
     *
     * @throws IndexOutOfBoundsException if {@code rank} is negative, or there are not that many keys
     */
    public byte[] keyAt(long rank) {
        byte[] key = contents.select(rank);
        if (key == null) {
            throw StoreAccess.noSuchRank(rank, contents.count());
        }
        return key;
    }

    /** Whether the store keeps fingerprints. */
    public boolean hasFingerprints() {
        return contents.hasHashes();
    }

    /**
     * Returns the fingerprint of a range, as {@link KeyValueStore#fingerprint} does. Takes O(log n).
     *
     * @throws IllegalStateException if the store keeps no fingerprints
     */
    public Fingerprint fingerprint(KeyRange range) {
        KeyRange.require(range);
        requireFingerprints();
        return Fingerprint.of(contents.countAndSum(range.low(), range.end()));
    }

    /**
     * Returns the fingerprints of the first entries of a range, one for each entry, in the order of their keys. Reads
     * no values.
     *
     * @param limit the largest number of fingerprints
     * @throws IllegalArgumentException if {@code limit} is negative
     * @throws IllegalStateException if the store keeps no fingerprints
     */
    public List<Fingerprint> entryFingerprints(KeyRange range, int limit) {
        KeyRange.require(range);
        ScanOrder.requireLimit(limit);
        requireFingerprints();
        List<Fingerprint> result = new ArrayList<>();
        EntryScan scan = contents.scan(range.low(), range.end(), /* descending= */ false);
        while (result.size() < limit && scan.advance()) {
            result.add(Fingerprint.ofEntry(Objects.requireNonNull(scan.hash())));
        }
        return result;
    }

    private void requireFingerprints() {
        if (!hasFingerprints()) {
            throw new IllegalStateException("fingerprints must be on to ask for one: fingerprints=false; "
                    + "call fingerprints(true) in the store's builder");
        }
    }

    /**
     * Returns an iterator over a range. It is for one thread. It cannot remove.
     *
     * @throws NullPointerException if an argument is null
     */
    public Iterator<Entry> iterator(KeyRange range, ScanOrder order) {
        KeyRange.require(range);
        ScanOrder.require(order);
        return iterator(contents, range, order);
    }

    static Iterator<Entry> iterator(Contents contents, KeyRange range, ScanOrder order) {
        return new EntryIterator(contents.scan(range.low(), range.end(), order == ScanOrder.DESCENDING));
    }

    /**
     * Writes all entries to a stream, for {@link KeyValueStore#restore}. Flushes the stream, and does not close it.
     *
     * @throws IOException if the stream throws it; the part written by then is unusable
     */
    public void writeTo(OutputStream out) throws IOException {
        if (out == null) {
            throw new NullPointerException("a stream must not be null: out=null; pass an open stream");
        }
        contents.writeTo(out);
    }

    /** Walks through a scan. Reads values that are in files ahead, several at once. */
    private static final class EntryIterator implements Iterator<Entry> {
        /** An entry, and its value if that is being read. */
        private record Next(Entry entry, @Nullable CompletableFuture<byte[]> value) {}

        private final EntryScan scan;
        private final Deque<Next> ahead = new ArrayDeque<>();
        private boolean more;

        EntryIterator(EntryScan scan) {
            this.scan = scan;
            this.more = scan.advance();
        }

        @Override
        public boolean hasNext() {
            return more || !ahead.isEmpty();
        }

        @Override
        public Entry next() {
            if (!hasNext()) {
                throw new NoSuchElementException(
                        "next must be called only while hasNext; the range has no more entries");
            }
            readAhead();
            Next next = ahead.remove();
            return next.value == null ? next.entry : next.entry.withValue(ReadAhead.end(next.value));
        }

        private void readAhead() {
            boolean stored = true;
            while (more && (ahead.isEmpty() || (stored && ahead.size() < ReadAhead.AT_ONCE))) {
                Entry entry = Entry.of(scan.key(), scan.valueToShare(), scan.expiry());
                StoredValue value = entry.storedValue();
                stored = value != null;
                ahead.add(new Next(entry, value == null ? null : ReadAhead.begin(value)));
                more = scan.advance();
            }
        }
    }
}
