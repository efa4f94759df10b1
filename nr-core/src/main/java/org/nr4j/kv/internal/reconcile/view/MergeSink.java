package org.nr4j.kv.internal.reconcile.view;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.AtomicBatch;
import org.nr4j.kv.Entry;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.ScanOrder;
import org.nr4j.kv.internal.reconcile.wire.TransferredEntry;
import org.nr4j.kv.reconcile.EntryHead;
import org.nr4j.kv.reconcile.MergePolicy;

/**
 * Takes an entry if its key is missing, or if a policy prefers it. A write applies only if the value on which the
 * policy has decided is still there. If it has changed, the sink asks the policy again. For any number of threads.
 */
public final class MergeSink implements EntrySink {
    private final KeyValueStore store;
    private final MergePolicy policy;
    private final boolean twoWay;

    public MergeSink(KeyValueStore store, MergePolicy policy, boolean twoWay) {
        this.store = store;
        this.policy = policy;
        this.twoWay = twoWay;
    }

    public static byte[] valueOf(TransferredEntry entry) {
        return Objects.requireNonNull(entry.value(), "an entry must be whole to be written");
    }

    @Override
    public boolean wants(EntryHead head) {
        return wants(head, local(head.key()));
    }

    private boolean wants(EntryHead head, @Nullable Entry local) {
        return local == null || policy.replaces(headOf(local), head);
    }

    private static EntryHead headOf(Entry entry) {
        return EntryHead.of(entry.key(), entry.value(), entry.valueLength(), expiryOf(entry));
    }

    /** Returns when an entry expires, in milliseconds since 1970. */
    public static long expiryOf(Entry entry) {
        return entry.expiry().map(instant -> instant.toEpochMilli()).orElse(TransferredEntry.NEVER);
    }

    private @Nullable Entry local(byte[] key) {
        List<Entry> found = store.scan(KeyRange.atLeast(key).atMost(key), ScanOrder.ASCENDING, 1);
        return found.isEmpty() ? null : found.get(0);
    }

    @Override
    public int write(List<TransferredEntry> entries) {
        AtomicBatch batch = new AtomicBatch();
        int taken = 0;
        for (TransferredEntry entry : entries) {
            taken += add(batch, entry) ? 1 : 0;
        }
        if (taken == 0 || store.apply(batch).applied()) {
            return taken;
        }
        int written = 0;
        for (TransferredEntry entry : entries) {
            written += writeAlone(entry) ? 1 : 0;
        }
        return written;
    }

    private boolean writeAlone(TransferredEntry entry) {
        while (true) {
            AtomicBatch batch = new AtomicBatch();
            if (!add(batch, entry)) {
                return false;
            }
            if (store.apply(batch).applied()) {
                return true;
            }
        }
    }

    private boolean add(AtomicBatch batch, TransferredEntry entry) {
        Entry local = local(entry.key());
        if (!wants(entry.head(), local)) {
            return false;
        }
        if (local == null) {
            batch.requireAbsent(entry.key());
        } else {
            batch.requireValue(entry.key(), local.value());
        }
        batch.set(entry.key(), valueOf(entry), MirrorSink.expiryOf(entry));
        return true;
    }

    @Override
    public long remove(Collection<byte[]> keys) {
        return 0;
    }

    @Override
    public long removeAll(Span span) {
        return 0;
    }

    @Override
    public boolean isTwoWay() {
        return twoWay;
    }
}
