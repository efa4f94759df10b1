package org.nr4j.kv.internal.op;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.replica.EntryHasher;
import org.nr4j.kv.internal.replica.StorePart;

/**
 * A write whose entry depends on what it finds, so that its submitter cannot hash it. The first replica that applies it
 * computes the hash, and leaves it here for the others. All replicas find the same entry at one place in the log.
 */
public abstract class ComputedUpdate extends KeyUpdate {
    // Volatile: whoever sees the array sees its numbers. Two replicas may both compute it, which is the same.
    private volatile long @Nullable [] hash;

    ComputedUpdate(byte[] key, long now) {
        super(key, now);
    }

    final long @Nullable [] hashOf(StorePart part, byte[] value, long expiry) {
        EntryHasher hasher = part.hasher();
        if (hasher == null) {
            return null;
        }
        if (hash == null) {
            hash = hasher.hash(key, value, expiry);
        }
        return Objects.requireNonNull(hash);
    }
}
