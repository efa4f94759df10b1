package org.nr4j.kv.internal.durable;

import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.contents.ContentsBuilder;
import org.nr4j.kv.internal.encoding.WriteDecoder;
import org.nr4j.kv.internal.file.Limits;
import org.nr4j.kv.internal.replica.EntryHasher;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.tree.Shape;
import org.nr4j.kv.internal.value.StoredValues;

/**
 * What a store's contents look like in memory.
 *
 * @param parts the number of logs
 * @param shape the shape of the trees
 * @param hasher null where fingerprints are off
 * @param procedures the registered ones
 */
public record StoreForm(int parts, Shape shape, @Nullable EntryHasher hasher, WriteDecoder.Procedures procedures) {

    StoreReplica emptyReplica(int ofParts) {
        return new StoreReplica(ofParts, shape, InstantSource.system(), hasher);
    }

    ContentsBuilder.Hash hash() {
        return hasher == null ? (key, value, expiry) -> null : hasher;
    }

    /** Returns the id of what hashes entries. */
    long hasherId() {
        return hash().id();
    }

    /** Returns a decoder of the writes of another store. */
    public WriteDecoder decoder(Limits limits) {
        return new WriteDecoder(parts, shape, limits, hash(), procedures, null);
    }

    /** Returns a decoder of writes in a log, for contents with a number of parts. */
    WriteDecoder logDecoder(int ofParts, StoredValues files) {
        return new WriteDecoder(ofParts, shape, Replay.LIMITS, hash(), procedures, files);
    }
}
