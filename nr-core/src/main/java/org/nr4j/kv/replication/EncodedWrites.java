package org.nr4j.kv.replication;

import java.util.List;
import java.util.Objects;
import org.nr4j.cnr.LogIndexes;

/**
 * All writes of a store that took effect between two moments, as bytes, in an order in which a store can apply them.
 * Immutable, except that the arrays are the consumer's own.
 *
 * @param before how many writes of each log came before
 * @param after how many writes of each log there are up to the end
 * @param writes the writes, in order; each can be kept, sent, and passed to {@code replay}
 */
public record EncodedWrites(LogIndexes before, LogIndexes after, List<byte[]> writes) {

    /** Creates them from their parts. */
    public EncodedWrites {
        Objects.requireNonNull(before, "indexes must not be null: before=null; pass those of a store");
        Objects.requireNonNull(after, "indexes must not be null: after=null; pass those of a store");
        writes = List.copyOf(writes);
    }
}
