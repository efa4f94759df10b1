package org.nr4j.kv.internal.procedure;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.op.SetExpiry;
import org.nr4j.kv.internal.op.Updates.Fetch;
import org.nr4j.kv.internal.op.Updates.Put;
import org.nr4j.kv.internal.op.Updates.Remove;
import org.nr4j.kv.internal.op.Updates.RemoveIf;
import org.nr4j.kv.internal.op.Updates.RemoveRange;
import org.nr4j.kv.internal.op.Updates.When;
import org.nr4j.kv.internal.replica.EntryHasher;
import org.nr4j.kv.internal.replica.NeededValue;
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
        keys.require(key);
        return bytesOf(new Fetch(key, now).applyTo(replica));
    }

    @Override
    public @Nullable Long expiry(byte[] key) {
        keys.require(key);
        StorePart part = replica.partOf(key);
        return part.locate(key, now) ? part.locatedExpiry() : null;
    }

    @Override
    public void scan(
            byte @Nullable [] low, byte @Nullable [] end, boolean descending, int limit, EntryConsumer consumer) {
        EntryConsumer needing = (bytes, start, keyLength, valueLength, outside, expiry) -> consumer.accept(
                bytes, start, keyLength, valueLength, outside == null ? null : NeededValue.of(outside), expiry);
        all().scan(low, end, descending).forEach(limit, /* now= */ Long.MIN_VALUE, needing);
    }

    private static byte @Nullable [] bytesOf(@Nullable Object answer) {
        return answer == null ? null : NeededValue.bytesOf(answer);
    }

    @Override
    Contents all() {
        keys.requireAll();
        for (int part = 0; part < replica.parts(); part++) {
            replica.part(part).removeDue(now);
        }
        return replica.contents();
    }

    // ---- writes: the operations of the store, as steps ----

    /**
     * Puts a value. Returns the value before, or null.
     *
     * @param answersOld whether to fetch the value before; if not, returns null
     */
    public byte @Nullable [] put(byte[] key, byte[] value, long expiry, boolean answersOld) {
        keys.require(key);
        EntryHasher hasher = replica.partOf(key).hasher();
        long[] hash = hasher == null ? null : hasher.hash(key, value, expiry);
        byte[] before = bytesOf(new Put(key, value, expiry, hash, When.ALWAYS, answersOld, now).applyTo(replica));
        expiring |= expiry != Totals.NEVER;
        return before;
    }

    /** Removes a key. Returns the value before, or null. */
    public byte @Nullable [] remove(byte[] key) {
        keys.require(key);
        return bytesOf(new Remove(key, now).applyTo(replica));
    }

    /** Removes a key. Returns whether it existed. */
    public boolean delete(byte[] key) {
        keys.require(key);
        return Boolean.TRUE.equals(new RemoveIf(key, /* expected= */ null, now).applyTo(replica));
    }

    /** Removes all keys of a range. Returns how many there were. */
    public long removeRange(byte @Nullable [] low, byte @Nullable [] end) {
        keys.requireAll();
        return new RemoveRange(low, end, now).applyTo(replica);
    }

    /** Changes when an entry expires. Returns whether the entry exists. */
    public boolean setExpiry(byte[] key, long expiry) {
        keys.require(key);
        boolean found = Boolean.TRUE.equals(new SetExpiry(key, expiry, now).applyTo(replica));
        expiring |= found && expiry != Totals.NEVER;
        return found;
    }
}
