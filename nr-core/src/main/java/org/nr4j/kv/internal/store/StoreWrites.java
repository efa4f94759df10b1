package org.nr4j.kv.internal.store;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.durable.DurableLog;
import org.nr4j.kv.internal.op.PutStored;
import org.nr4j.kv.internal.op.SetExpiry;
import org.nr4j.kv.internal.op.Updates.Put;
import org.nr4j.kv.internal.op.Updates.When;
import org.nr4j.kv.internal.replica.EntryHasher;
import org.nr4j.kv.internal.replica.Update;
import org.nr4j.kv.internal.value.StoredEntry;
import org.nr4j.kv.internal.value.StoredValue;

/**
 * Creates writes. The calling thread does here what takes long or may fail: it hashes entries, puts long values into
 * files, and reads values that a write will look at. For any number of threads.
 */
public final class StoreWrites {
    private final StoreAccess access;
    private final @Nullable EntryHasher hasher;

    StoreWrites(StoreAccess access, @Nullable EntryHasher hasher) {
        this.access = access;
        this.hasher = hasher;
    }

    /** Returns the hash of an entry; null where fingerprints are off. */
    public long @Nullable [] hash(byte[] key, byte[] value, long expiry) {
        return hasher == null ? null : hasher.hash(key, value, expiry);
    }

    /** Returns a write that puts a value. A durable store may put the value into a file first. */
    public Update put(byte[] key, byte[] value, long expiry, When when, boolean answersOld, long now) {
        access.refuseInProcedure();
        long[] hash = hash(key, value, expiry);
        StoredEntry kept = keep(value, hash);
        return kept == null
                ? new Put(key, value, expiry, hash, when, answersOld, now)
                : new PutStored(key, kept, expiry, when, answersOld, now);
    }

    /** Puts a value into a file if it is too long for memory. Returns null if it stays in memory. */
    @Nullable
    StoredEntry keep(byte[] value, long @Nullable [] hash) {
        DurableLog durable = access.durable();
        return durable == null ? null : durable.keep(value, hash);
    }

    /** Returns a write that changes when an entry expires. */
    public Update setExpiry(byte[] key, long expiry, long now) {
        if (hasher == null || !mayBeInFile() || !(access.answer(key) instanceof StoredValue stored)) {
            return new SetExpiry(key, expiry, now);
        }
        StoredEntry known = new StoredEntry(stored, hasher.id(), hasher.hash(key, stored.copy(), expiry));
        return new SetExpiry(key, expiry, now, known);
    }

    /**
     * Reads a value that a write will look at, if it may be in a file. Then the write finds it in the cache, and a
     * value that cannot be read concerns the caller alone.
     */
    public void prefetch(byte[] key) {
        if (mayBeInFile()) {
            byte[] unused = access.get(key);
        }
    }

    private boolean mayBeInFile() {
        DurableLog durable = access.durable();
        return durable != null && durable.keepsValues();
    }
}
