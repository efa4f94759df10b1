package org.nr4j.kv.internal.op;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogSet;
import org.nr4j.kv.internal.contents.KeyHash;
import org.nr4j.kv.internal.replica.StorePart;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.replica.Update;

/** A write that looks at one key. */
public abstract class KeyUpdate implements Update {
    final byte[] key;
    final long now;

    KeyUpdate(byte[] key, long now) {
        this.key = key;
        this.now = now;
    }

    /** Changes the part that has the key, and answers. */
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
