package org.nr4j.kv.internal.procedure;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.replica.EntryHasher;
import org.nr4j.kv.internal.replica.StorePart;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.tree.EntryConsumer;
import org.nr4j.kv.internal.tree.Totals;

/**
 * The view of a procedure that writes. It sees its own writes. It removes due entries before it looks for entries, so
 * that all replicas answer alike.
 *
 * <p>Nobody must change an array that the view has received.
 */
public final class WriteView extends ProcedureView {
    private boolean expiring;

    WriteView(StoreReplica replica, ProcedureKeys keys, long now) {
        super(replica, keys, now);
    }

    /** Whether the procedure has made an entry expire. */
    boolean isExpiring() {
        return expiring;
    }

    // ---- reads ----

    @Override
    public byte @Nullable [] get(byte[] key) {
        StorePart part = partOf(key);
        return part.locate(key, now) ? part.locatedValue() : null;
    }

    @Override
    public @Nullable Long expiry(byte[] key) {
        StorePart part = partOf(key);
        return part.locate(key, now) ? part.locatedExpiry() : null;
    }

    @Override
    public void scan(
            byte @Nullable [] low, byte @Nullable [] end, boolean descending, int limit, EntryConsumer consumer) {
        all().scan(low, end, descending).forEach(limit, /* now= */ Long.MIN_VALUE, consumer);
    }

    @Override
    Contents all() {
        keys.requireAll();
        for (int part = 0; part < replica.parts(); part++) {
            replica.part(part).removeDue(now, Integer.MAX_VALUE);
        }
        return replica.contents();
    }

    private StorePart partOf(byte[] key) {
        keys.require(key);
        return replica.partOf(key);
    }

    // ---- writes ----

    /**
     * Puts a value. Returns the value before, or null.
     *
     * @param answersOld whether to fetch the value before; if not, returns null
     */
    public byte @Nullable [] put(byte[] key, byte[] value, long expiry, boolean answersOld) {
        StorePart part = partOf(key);
        boolean found = part.locate(key, now);
        byte[] before = found && answersOld ? part.locatedValue() : null;
        part.storeLocated(key, found, value, expiry, hash(part, key, value, expiry), now);
        expiring |= expiry != Totals.NEVER;
        return before;
    }

    /** Removes a key. Returns the value before, or null. */
    public byte @Nullable [] remove(byte[] key) {
        StorePart part = partOf(key);
        if (!part.locate(key, now)) {
            return null;
        }
        byte[] before = part.locatedValue();
        part.removeLocated(key);
        return before;
    }

    /** Removes a key. Returns whether it existed. */
    public boolean delete(byte[] key) {
        StorePart part = partOf(key);
        boolean found = part.locate(key, now);
        if (found) {
            part.removeLocated(key);
        }
        return found;
    }

    /** Removes all keys of a range. Returns how many there were. */
    public long removeRange(byte @Nullable [] low, byte @Nullable [] end) {
        keys.requireAll();
        long removed = 0;
        for (int part = 0; part < replica.parts(); part++) {
            removed += replica.part(part).removeRange(low, end, now);
        }
        return removed;
    }

    /** Changes when an entry expires. Returns whether the entry exists. */
    public boolean setExpiry(byte[] key, long expiry) {
        StorePart part = partOf(key);
        if (!part.locate(key, now)) {
            return false;
        }
        long[] hash = part.hasher() == null ? null : hash(part, key, part.locatedValue(), expiry);
        part.expireLocated(key, expiry, hash, now);
        expiring |= expiry != Totals.NEVER;
        return true;
    }

    private static long @Nullable [] hash(StorePart part, byte[] key, byte[] value, long expiry) {
        EntryHasher hasher = part.hasher();
        return hasher == null ? null : hasher.hash(key, value, expiry);
    }
}
