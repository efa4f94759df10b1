package org.nr4j.kv.internal.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.bytes.ByteOutput;
import org.nr4j.kv.internal.replica.StorePart;
import org.nr4j.kv.internal.value.HeapValue;
import org.nr4j.kv.internal.value.OutsideValue;
import org.nr4j.kv.internal.value.StoredEntry;
import org.nr4j.kv.internal.value.StoredValue;

/**
 * Changes where the value of a key is, if the key still has that value. So it neither brings a removed key back nor
 * overwrites a later value. Changes nothing that a user can see. Answers nothing.
 */
public final class MoveValue extends KeyUpdate {
    /** The value as it is now; null if it is in memory, and the write comes from the log on disk. */
    private final @Nullable OutsideValue from;

    private final StoredEntry to;

    /** A move of one key's value. */
    public MoveValue(byte[] key, @Nullable OutsideValue from, StoredEntry to) {
        super(key, WriteFormat.NO_TIME);
        this.from = from;
        this.to = to;
    }

    /** Other stores have other files. They get a write that changes nothing. */
    @Override
    public void encodeTo(ByteOutput out) {
        if (!out.isForOwnLog()) {
            new Updates.CollectDue(List.of(), WriteFormat.NO_TIME).encodeTo(out);
            return;
        }
        WriteFormat.begin(out, WriteFormat.MOVE_VALUE, 0, now);
        out.writeBytes(key);
        out.writeBoolean(from instanceof StoredValue);
        if (from instanceof StoredValue stored) {
            new StoredEntry(stored, StoredEntry.NO_HASHER, /* hash= */ null).encodeTo(out);
        }
        to.encodeTo(out);
    }

    @Override
    @Nullable
    Object applyTo(StorePart part) {
        if (part.locate(key, now) && isUnchanged(part.locatedValueToShare())) {
            part.moveLocated(to.value());
        }
        return null;
    }

    private boolean isUnchanged(OutsideValue value) {
        if (from instanceof StoredValue before) {
            return value instanceof StoredValue stored && stored.isAt(before);
        }
        OutsideValue expected = from == null ? to.value() : from;
        return value instanceof HeapValue heap && expected.hasBytes(heap.shared());
    }

    @Override
    public void written() {
        to.value().written();
    }
}
