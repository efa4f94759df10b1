package org.nr4j.kv.internal.contents;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.file.BlockInput;
import org.nr4j.kv.internal.tree.OrderedTree;
import org.nr4j.kv.internal.tree.Shape;
import org.nr4j.kv.internal.value.StoredEntry;

/** Builds contents from entries that come one by one. For one thread. */
public final class ContentsBuilder {
    private final OrderedTree[] trees;

    /** Computes the hash of an entry. */
    @FunctionalInterface
    public interface Hash {
        /** Returns the hash in four limbs; null where fingerprints are off. */
        long @Nullable [] hash(byte[] key, byte[] value, long expiry);

        /** Returns a number that tells this hash from those with another key. */
        default long id() {
            return StoredEntry.NO_HASHER;
        }

        /** Returns an entry whose value is in a file, with this hash. Reads the value if it has another hash. */
        default StoredEntry ofStored(byte[] key, StoredEntry entry, long expiry) {
            if (entry.hasher() == id()) {
                return entry;
            }
            boolean none = id() == StoredEntry.NO_HASHER;
            long[] hash = none ? null : hash(key, entry.value().copy(), expiry);
            return new StoredEntry(entry.value(), id(), hash);
        }
    }

    /** Creates a builder without entries. */
    public ContentsBuilder(int parts, Shape shape) {
        this.trees = OrderedTree.empty(parts, shape);
    }

    /** Adds an entry whose key has not been added. */
    public void add(byte[] key, byte[] value, long expiry, long @Nullable [] hash) {
        OrderedTree tree = trees[KeyHash.partOf(key, trees.length)];
        tree.locate(key);
        tree.insert(key, value, expiry, hash);
    }

    /** Adds an entry whose key has not been added, and whose value is in a file. */
    public void add(byte[] key, StoredEntry entry, long expiry) {
        OrderedTree tree = trees[KeyHash.partOf(key, trees.length)];
        tree.locate(key);
        tree.insert(key, entry.value(), expiry, entry.hash());
    }

    /**
     * Adds the entries of a snapshot, except those that expire at {@code now} or before.
     *
     * @throws IOException if the snapshot is damaged, or its stream throws it
     */
    public void addAll(BlockInput in, long now, Hash hash) throws IOException {
        while (in.next()) {
            if (in.expiry() > now) {
                add(in.key(), in.value(), in.expiry(), hash.hash(in.key(), in.value(), in.expiry()));
            }
        }
    }

    /** Returns the entries added. */
    public Contents build() {
        return Contents.snapshotOf(trees);
    }
}
