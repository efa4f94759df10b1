package org.nr4j.kv;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.file.Limits;
import org.nr4j.kv.internal.procedure.ProcedureView;
import org.nr4j.kv.internal.procedure.WriteView;
import org.nr4j.kv.internal.store.StoreAccess;
import org.nr4j.kv.transaction.Transaction;

/** The transaction of one run of a procedure: checks and copies arguments, and hands them to the view of a replica. */
final class StoreTransaction implements Transaction {
    private final ProcedureView view;
    private final Limits limits;
    private final Thread thread = Thread.currentThread();

    /** Whether the run has ended. Plain: another thread is refused in any case. */
    private boolean ended;

    /** Begins a transaction of the calling thread. */
    StoreTransaction(ProcedureView view, Limits limits) {
        this.view = view;
        this.limits = limits;
    }

    /** Ends the transaction: it can be used no more. */
    void end() {
        ended = true;
    }

    // ---- one key ----

    @Override
    public Instant now() {
        return Instant.ofEpochMilli(reading().now());
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return reading().get(limits.key(key));
    }

    @Override
    public boolean contains(byte[] key) {
        return reading().expiry(limits.key(key)) != null;
    }

    @Override
    public Optional<Instant> expiry(byte[] key) {
        return Expiry.instant(reading().expiry(limits.key(key)));
    }

    @Override
    public void prefetch(Collection<byte[]> keys) {
        ProcedureView view = reading();
        keys.forEach(limits::check);
        view.prefetch(keys);
    }

    // ---- order ----

    @Override
    public List<Entry> scan(KeyRange range, ScanOrder order, int limit) {
        ProcedureView view = reading();
        KeyRange.require(range);
        ScanOrder.require(order);
        ScanOrder.requireLimit(limit);
        return scan(view, range, order == ScanOrder.DESCENDING, limit);
    }

    private static List<Entry> scan(ProcedureView view, KeyRange range, boolean descending, int limit) {
        List<Entry> entries = new ArrayList<>(Math.min(limit, 128));
        view.scan(range.low(), range.end(), descending, limit, Entry.into(entries));
        return entries;
    }

    @Override
    public @Nullable Entry first(KeyRange range) {
        return nearest(range, /* descending= */ false);
    }

    @Override
    public @Nullable Entry last(KeyRange range) {
        return nearest(range, /* descending= */ true);
    }

    private @Nullable Entry nearest(KeyRange range, boolean descending) {
        ProcedureView view = reading();
        KeyRange.require(range);
        List<Entry> found = scan(view, range, descending, 1);
        return found.isEmpty() ? null : found.get(0);
    }

    @Override
    public long count(KeyRange range) {
        ProcedureView view = reading();
        KeyRange.require(range);
        return view.count(range.low(), range.end());
    }

    @Override
    public long rank(byte[] key) {
        return reading().rank(limits.check(key));
    }

    @Override
    public byte[] keyAt(long rank) {
        ProcedureView view = reading();
        byte[] key = view.keyAt(rank);
        if (key == null) {
            throw StoreAccess.noSuchRank(rank, view.count(null, null));
        }
        return key;
    }

    // ---- writes ----

    @Override
    public byte @Nullable [] put(byte[] key, byte[] value, Expiry expiry) {
        return put(key, value, expiry, /* answersOld= */ true);
    }

    @Override
    public void set(byte[] key, byte[] value, Expiry expiry) {
        put(key, value, expiry, /* answersOld= */ false);
    }

    private byte @Nullable [] put(byte[] key, byte[] value, Expiry expiry, boolean answersOld) {
        WriteView view = writing();
        byte[] ownKey = limits.key(key);
        byte[] ownValue = limits.value(value);
        Expiry.require(expiry);
        return view.put(ownKey, ownValue, expiry.from(view.now()), answersOld);
    }

    @Override
    public byte @Nullable [] remove(byte[] key) {
        return writing().remove(limits.key(key));
    }

    @Override
    public boolean delete(byte[] key) {
        return writing().delete(limits.key(key));
    }

    @Override
    public long removeRange(KeyRange range) {
        WriteView view = writing();
        KeyRange.require(range);
        return view.removeRange(range.low(), range.end());
    }

    @Override
    public boolean setExpiry(byte[] key, Expiry expiry) {
        WriteView view = writing();
        byte[] ownKey = limits.key(key);
        Expiry.require(expiry);
        return view.setExpiry(ownKey, expiry.from(view.now()));
    }

    // ---- who may use it, and when ----

    private ProcedureView reading() {
        Thread caller = Thread.currentThread();
        if (ended) {
            throw new IllegalStateException("a transaction must not be used after its procedure has ended: thread="
                    + caller.getName() + "; return what is needed later from the procedure");
        }
        if (caller != thread) {
            throw new IllegalStateException("a transaction must be used by the thread that runs its procedure: thread="
                    + caller.getName() + " procedure's=" + thread.getName()
                    + "; start no threads in a procedure");
        }
        return view;
    }

    private WriteView writing() {
        if (reading() instanceof WriteView writes) {
            return writes;
        }
        throw new IllegalStateException("a read-only procedure must not write: thread=" + thread.getName()
                + "; submit it with transact, or create it with Procedure.writing");
    }
}
