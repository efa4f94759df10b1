package org.nr4j.kv.internal;

/** Changes when an entry expires. Answers whether there was one. */
public final class SetExpiry extends ComputedUpdate {
    private final long expiry;

    /** Of a key. */
    public SetExpiry(byte[] key, long expiry, long now) {
        super(key, now);
        this.expiry = expiry;
    }

    @Override
    public Boolean applyTo(StoreReplica replica) {
        if (!replica.locate(key, now)) {
            return false;
        }
        long[] hash = replica.hasher() == null ? null : hashOf(replica, replica.locatedValue(), expiry);
        replica.expireLocated(key, expiry, hash, now);
        return true;
    }
}
