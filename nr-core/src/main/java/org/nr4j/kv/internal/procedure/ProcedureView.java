package org.nr4j.kv.internal.procedure;

import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.tree.EntryConsumer;

/**
 * What a procedure sees of a replica: its entries at one moment, without due ones. Valid while the procedure runs, on
 * its thread.
 *
 * <p>All methods throw {@link IllegalArgumentException} for a key that the procedure has not named. Methods over a
 * range or over all keys throw {@link IllegalStateException} if the procedure names keys.
 */
public abstract class ProcedureView {
    final StoreReplica replica;
    final ProcedureKeys keys;
    final long now;

    ProcedureView(StoreReplica replica, ProcedureKeys keys, long now) {
        this.replica = replica;
        this.keys = keys;
        this.now = now;
    }

    /** Returns the time of the procedure, in milliseconds since 1970. */
    public final long now() {
        return now;
    }

    /** Returns the value of a key, or null if there is none. */
    public abstract byte @Nullable [] get(byte[] key);

    /** Returns when a key expires; null if there is no entry. */
    public abstract @Nullable Long expiry(byte[] key);

    /** Brings the entries of some keys into the processor's caches. */
    public final void prefetch(Collection<byte[]> some) {
        some.forEach(keys::require);
        replica.prefetch(some);
    }

    /** Passes up to {@code limit} entries of a range to {@code consumer}. */
    public abstract void scan(
            byte @Nullable [] low, byte @Nullable [] end, boolean descending, int limit, EntryConsumer consumer);

    /** Returns all entries, for an answer in which each entry counts. */
    abstract Contents all();

    /** Returns the number of keys in a range. */
    public final long count(byte @Nullable [] low, byte @Nullable [] end) {
        return all().count(low, end);
    }

    /** Returns how many keys are less than {@code key}. */
    public final long rank(byte[] key) {
        return all().rank(key);
    }

    /** Returns the key that has {@code rank} keys before it; null if there are not that many. */
    public final byte @Nullable [] keyAt(long rank) {
        return all().select(rank);
    }
}
