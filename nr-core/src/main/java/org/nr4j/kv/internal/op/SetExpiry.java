package org.nr4j.kv.internal.op;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.bytes.ByteOutput;
import org.nr4j.kv.internal.replica.StorePart;
import org.nr4j.kv.internal.value.StoredEntry;
import org.nr4j.kv.internal.value.StoredValue;

/** Changes when an entry expires. Answers whether the entry exists. */
public final class SetExpiry extends ComputedUpdate {
    private final long expiry;

    /** The value that the key had at the call, if it is in a file, and the hash with it. */
    private final @Nullable StoredEntry known;

    /** A change of one key. */
    public SetExpiry(byte[] key, long expiry, long now) {
        this(key, expiry, now, /* known= */ null);
    }

    /**
     * A change of one key whose value is in a file.
     *
     * @param known the value and the new hash, so that no replica has to read the value
     */
    public SetExpiry(byte[] key, long expiry, long now, @Nullable StoredEntry known) {
        super(key, now);
        this.expiry = expiry;
        this.known = known;
    }

    @Override
    public void encodeTo(ByteOutput out) {
        WriteFormat.begin(out, WriteFormat.SET_EXPIRY, 0, now, expiry);
        out.writeBytes(key);
    }

    @Override
    Boolean applyTo(StorePart part) {
        if (!part.locate(key, now)) {
            return false;
        }
        part.expireLocated(key, expiry, newHash(part), now);
        return true;
    }

    private long @Nullable [] newHash(StorePart part) {
        if (part.hasher() == null) {
            return null;
        }
        StoredEntry known = this.known;
        if (known != null && part.locatedAnswer() instanceof StoredValue stored && stored.isAt(known.value())) {
            return known.hash();
        }
        return hashOf(part, part.locatedValue(), expiry);
    }
}
