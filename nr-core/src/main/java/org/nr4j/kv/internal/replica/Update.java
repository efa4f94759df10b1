package org.nr4j.kv.internal.replica;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogSet;
import org.nr4j.kv.internal.bytes.ByteOutput;

/**
 * A write of the store, as it is stored in the log. Its submitter has checked it, copied its arrays, and given it a
 * time and a hash. Immutable. Each replica applies it once, with the same effect. If it throws, it changes
 * nothing.
 */
public interface Update {
    /** Changes a replica and answers. */
    @Nullable
    Object applyTo(StoreReplica replica);

    /**
     * Adds the bytes of this write, from which a WriteDecoder makes an equal one.
     *
     * @throws IllegalStateException if the write has no encoding, since it is a procedure that is not registered
     */
    void encodeTo(ByteOutput out);

    /** Called once the write has returned: replicas and log know what it brought. */
    default void written() {}

    /**
     * Sets the bits of the parts that the write reads or changes.
     *
     * @param count how many parts there are
     */
    void addParts(BitSet parts, int count);

    /** Returns the logs of the parts that the write reads or changes. */
    default LogSet logs(int count) {
        BitSet parts = new BitSet(count);
        addParts(parts, count);
        return logsOf(parts);
    }

    /** Returns the logs of some parts. A write of no part is in log 0. */
    static LogSet logsOf(BitSet parts) {
        return parts.isEmpty() ? LogSet.one(0) : LogSet.of(parts.stream().toArray());
    }
}
