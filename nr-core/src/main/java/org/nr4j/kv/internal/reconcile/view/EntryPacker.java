package org.nr4j.kv.internal.reconcile.view;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.Entry;
import org.nr4j.kv.internal.reconcile.wire.TransferredEntry;
import org.nr4j.kv.internal.reconcile.wire.WireOutput;
import org.nr4j.kv.reconcile.EntryHead;

/** Collects entries up to a number of bytes. Of a long value, only the head goes in. For one thread. */
public final class EntryPacker {
    /** The longest value that goes in whole, if the limit allows it. */
    private static final int LONGEST_WHOLE = 1 << 12;

    private final WireOutput out = new WireOutput();
    private final int limit;
    private byte[] previous = {};
    private int count;

    /** Creates an empty packer for some bytes. */
    public EntryPacker(int limit) {
        this.limit = limit;
    }

    /** Adds an entry, unless it does not fit and there are others. Returns what went in; null if nothing did. */
    @Nullable
    public TransferredEntry add(Entry entry) {
        int length = entry.valueLength();
        boolean whole = length <= Math.min(LONGEST_WHOLE, limit / 2);
        byte[] key = entry.key();
        int needed = key.length + Math.min(length, whole ? length : EntryHead.BYTES) + 24;
        if (count > 0 && out.size() + needed > limit) {
            return null;
        }
        byte[] value = entry.value();
        long expiry = MergeSink.expiryOf(entry);
        TransferredEntry packed = whole
                ? TransferredEntry.whole(key, value, expiry)
                : new TransferredEntry(
                        key, expiry, length, null, Arrays.copyOf(value, Math.min(length, EntryHead.BYTES)));
        out.writeEntry(previous, packed);
        previous = key;
        count++;
        return packed;
    }

    /** Returns the number of entries. */
    public int count() {
        return count;
    }

    /** Adds the number of entries, and the entries, to another output. */
    public void writeTo(WireOutput target) {
        target.writeNumber(count).writeAll(out);
    }
}
