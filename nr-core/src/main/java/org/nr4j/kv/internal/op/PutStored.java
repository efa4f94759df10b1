package org.nr4j.kv.internal.op;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.bytes.ByteOutput;
import org.nr4j.kv.internal.op.Updates.When;
import org.nr4j.kv.internal.replica.EntryHasher;
import org.nr4j.kv.internal.replica.StorePart;
import org.nr4j.kv.internal.value.StoredEntry;

/** Puts a value that is in a file. */
public final class PutStored extends PutUpdate {
    private final StoredEntry entry;

    /** A write of one key. */
    public PutStored(byte[] key, StoredEntry entry, long expiry, When when, boolean answersOld, long now) {
        super(key, expiry, when, answersOld, now);
        this.entry = entry;
    }

    /** The store's own log gets the place of the value. All others get the value. */
    @Override
    public void encodeTo(ByteOutput out) {
        if (out.isForOwnLog()) {
            beginEncoding(out, WriteFormat.PUT_STORED);
            entry.encodeTo(out);
        } else {
            beginEncoding(out, WriteFormat.PUT);
            out.writeBytes(entry.value().copy());
        }
    }

    @Override
    void store(StorePart part, boolean found) {
        part.storeLocated(key, found, entry.value(), expiry, hashFor(part), now);
    }

    /** Returns the hash of the entry. Reads the value if the log has another hash, or none. */
    private long @Nullable [] hashFor(StorePart part) {
        EntryHasher hasher = part.hasher();
        return hasher == null ? null : hasher.ofStored(key, entry, expiry).hash();
    }

    @Override
    public void written() {
        entry.value().written();
    }
}
