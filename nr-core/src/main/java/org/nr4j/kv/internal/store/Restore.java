package org.nr4j.kv.internal.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.contents.ContentsBuilder;
import org.nr4j.kv.internal.file.BlockInput;
import org.nr4j.kv.internal.tree.Shape;
import org.nr4j.kv.internal.value.StoredEntry;

/** Reads a snapshot for a store. A durable store puts long values into files at once. For one thread. */
final class Restore {
    private final StoreWrites writes;
    private final ContentsBuilder builder;
    private final List<StoredEntry> kept = new ArrayList<>();

    Restore(StoreWrites writes, int parts, Shape shape) {
        this.writes = writes;
        this.builder = new ContentsBuilder(parts, shape);
    }

    /** Returns the entries of a snapshot, without those that expire at {@code now} or before. */
    Contents read(BlockInput in, long now) throws IOException {
        boolean read = false;
        try {
            while (in.next()) {
                if (in.expiry() > now) {
                    add(in.key(), in.value(), in.expiry());
                }
            }
            read = true;
            return builder.build();
        } finally {
            if (!read) {
                written();
            }
        }
    }

    private void add(byte[] key, byte[] value, long expiry) {
        long[] hash = writes.hash(key, value, expiry);
        StoredEntry entry = writes.keep(value, hash);
        if (entry == null) {
            builder.add(key, value, expiry, hash);
        } else {
            kept.add(entry);
            builder.add(key, entry, expiry);
        }
    }

    /** Declares that the write with the contents has returned, or that there will be none. */
    void written() {
        kept.forEach(entry -> entry.value().written());
    }
}
