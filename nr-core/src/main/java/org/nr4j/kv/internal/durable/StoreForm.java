package org.nr4j.kv.internal.durable;

import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.contents.ContentsBuilder;
import org.nr4j.kv.internal.encoding.WriteDecoder;
import org.nr4j.kv.internal.file.Limits;
import org.nr4j.kv.internal.replica.EntryHasher;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.tree.Shape;

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
        EntryHasher hasher = this.hasher;
        return hasher == null ? (key, value, expiry) -> null : hasher::hash;
    }

    /** Returns a decoder of writes for a store with a number of parts. */
    public WriteDecoder decoder(int ofParts, Limits limits) {
        return new WriteDecoder(ofParts, shape, limits, hash(), procedures);
    }
}
