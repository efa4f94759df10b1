package org.nr4j.kv.internal.op;

import org.nr4j.kv.internal.bytes.ByteOutput;
import org.nr4j.kv.internal.replica.StorePart;

/** Changes when an entry expires. Answers whether the entry exists. */
public final class SetExpiry extends ComputedUpdate {
    private final long expiry;

    /** A change of one key. */
    public SetExpiry(byte[] key, long expiry, long now) {
        super(key, now);
        this.expiry = expiry;
    }

    @Override
    public void encodeTo(ByteOutput out) {
        WriteFormat.begin(out, WriteFormat.SET_EXPIRY, 0, now, expiry);
        out.writeBytes(key);
    }

    @Override
    Boolean applyTo(StorePart part) {
        if (!part.locate(key, now)) {
            return false;
        }
        long[] hash = part.hasher() == null ? null : hashOf(part, part.locatedValue(), expiry);
        part.expireLocated(key, expiry, hash, now);
        return true;
    }
}
