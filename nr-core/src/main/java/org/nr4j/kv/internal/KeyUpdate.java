package org.nr4j.kv.internal;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogSet;

/** A write that looks at one key. */
abstract class KeyUpdate implements Update {
    final byte[] key;
    final long now;

    KeyUpdate(byte[] key, long now) {
        this.key = key;
        this.now = now;
    }

    /** Changes the part of the key and answers. */
    abstract @Nullable Object applyTo(StorePart part);

    @Override
    public final @Nullable Object applyTo(StoreReplica replica) {
        return applyTo(replica.partOf(key));
    }

    @Override
    public final void addParts(BitSet parts, int count) {
        parts.set(KeyHash.partOf(key, count));
    }

    @Override
    public final LogSet logs(int count) {
        return LogSet.one(KeyHash.partOf(key, count));
    }
}
