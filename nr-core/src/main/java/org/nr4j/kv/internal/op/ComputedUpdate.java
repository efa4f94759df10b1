package org.nr4j.kv.internal.op;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.replica.EntryHasher;
import org.nr4j.kv.internal.replica.StorePart;

/**
 * A write whose entry depends on the contents, so that its submitter cannot hash it. The first replica that applies it
 * computes the hash, and stores it here for the others. All replicas find the same entry at one index of the log.
 */
public abstract class ComputedUpdate extends KeyUpdate {
    // Volatile: a thread that sees the array sees its numbers. Two replicas may both compute the hash, with the same
    // result.
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
