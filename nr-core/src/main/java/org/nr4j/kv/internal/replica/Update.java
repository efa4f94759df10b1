package org.nr4j.kv.internal.replica;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogSet;

/** A write of the store, as it is in the log: checked, its arrays its own, its time and hash with it. Immutable; applied once on each replica, and does the same on each. Throws before it changes anything. */
public interface Update {
    /** Changes a replica and answers. */
    @Nullable
    Object applyTo(StoreReplica replica);

    /** Sets the bits of the parts that it looks at or changes, of so many. */
    void addParts(BitSet parts, int count);

    /** The logs of these parts. */
    default LogSet logs(int count) {
        BitSet parts = new BitSet(count);
        addParts(parts, count);
        return logsOf(parts);
    }

    /** The logs of some parts; what needs none may be in any. */
    static LogSet logsOf(BitSet parts) {
        return parts.isEmpty() ? LogSet.one(0) : LogSet.of(parts.stream().toArray());
    }
}
