package org.nr4j.kv.internal.op;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.bytes.ByteOutput;
import org.nr4j.kv.internal.op.Updates.When;
import org.nr4j.kv.internal.replica.EntryHasher;
import org.nr4j.kv.internal.replica.StorePart;
import org.nr4j.kv.internal.value.StoredEntry;

/** Puts a value that is in a file. Answers as {@link Updates.Put}. */
public final class PutStored extends KeyUpdate {
    private final StoredEntry entry;
    private final long expiry;
    private final When when;
    private final boolean answersOld;

    /** A write of one key. */
    public PutStored(byte[] key, StoredEntry entry, long expiry, When when, boolean answersOld, long now) {
        super(key, now);
        this.entry = entry;
        this.expiry = expiry;
        this.when = when;
        this.answersOld = answersOld;
    }

    /** The store's own log gets the place of the value. All others get the value. */
    @Override
    public void encodeTo(ByteOutput out) {
        int flags = (answersOld ? WriteFormat.ANSWERS_OLD : 0) | (when == When.ABSENT ? WriteFormat.IF_ABSENT : 0);
        WriteFormat.begin(out, out.isForOwnLog() ? WriteFormat.PUT_STORED : WriteFormat.PUT, flags, now, expiry);
        out.writeBytes(key);
        if (out.isForOwnLog()) {
            entry.encodeTo(out);
        } else {
            out.writeBytes(entry.value().copy());
        }
    }

    @Override
    @Nullable
    Object applyTo(StorePart part) {
        boolean found = part.locate(key, now);
        Object before = found && answersOld ? part.locatedAnswer() : null;
        if (!found || when == When.ALWAYS) {
            part.storeLocated(key, found, entry.value(), expiry, hashFor(part), now);
        }
        return before;
    }

    /** Returns the hash of the entry. Reads the value if the log has another hash, or none. */
    private long @Nullable [] hashFor(StorePart part) {
        EntryHasher hasher = part.hasher();
        if (hasher == null || hasher.id() == entry.hasher()) {
            return hasher == null ? null : entry.hash();
        }
        return hasher.hash(key, entry.value().copy(), expiry);
    }

    @Override
    public void written() {
        entry.value().written();
    }
}
