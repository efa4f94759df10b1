package org.nr4j.kv.internal.reconcile.view;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.nr4j.kv.AtomicBatch;
import org.nr4j.kv.Expiry;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.internal.reconcile.wire.TransferredEntry;
import org.nr4j.kv.reconcile.EntryHead;

/** Makes a store equal to its source: takes each entry, and removes what the source does not have. */
public final class MirrorSink implements EntrySink {
    private final KeyValueStore store;

    public MirrorSink(KeyValueStore store) {
        this.store = store;
    }

    @Override
    public boolean wants(EntryHead head) {
        return true;
    }

    @Override
    public int write(List<TransferredEntry> entries) {
        AtomicBatch batch = new AtomicBatch();
        for (TransferredEntry entry : entries) {
            batch.set(entry.key(), MergeSink.valueOf(entry), expiryOf(entry));
        }
        store.apply(batch);
        return entries.size();
    }

    public static Expiry expiryOf(TransferredEntry entry) {
        return entry.expiry() == TransferredEntry.NEVER
                ? Expiry.never()
                : Expiry.at(Instant.ofEpochMilli(entry.expiry()));
    }

    @Override
    public long remove(Collection<byte[]> keys) {
        AtomicBatch batch = new AtomicBatch();
        keys.forEach(batch::delete);
        store.apply(batch);
        return keys.size();
    }

    @Override
    public long removeAll(Span span) {
        return store.removeRange(span.range());
    }

    @Override
    public boolean isTwoWay() {
        return false;
    }
}
