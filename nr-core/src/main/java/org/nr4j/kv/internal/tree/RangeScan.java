package org.nr4j.kv.internal.tree;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.value.OutsideValue;

/** Walks through the entries of a range of one tree. */
public final class RangeScan implements EntryScan {
    private final TreeCursor cursor;
    private final byte @Nullable [] low;
    private final byte @Nullable [] end;
    private final boolean descending;

    private Leaf leaf;
    private int slot;

    /** The end of the range within the leaf. Ascending: the slot after the last one. Descending: the last slot. */
    private int bound;

    private boolean started;

    /** Creates a scan that starts before the first entry of a range, or after the last if descending. */
    public RangeScan(TreeView tree, byte @Nullable [] low, byte @Nullable [] end, boolean descending) {
        this.cursor = new TreeCursor(tree);
        this.leaf = cursor.leaf();
        this.low = low;
        this.end = end;
        this.descending = descending;
    }

    @Override
    public boolean advance() {
        if (!started) {
            return start();
        }
        if (descending) {
            return --slot >= bound || (bound == 0 && cursor.previousLeaf() && enterFromBehind());
        }
        return ++slot < bound || (bound == leaf.size && cursor.nextLeaf() && enter());
    }

    private boolean start() {
        started = true;
        return descending ? cursor.seekBelow(end) && enterFromBehind() : cursor.seekAtLeast(low) && enter();
    }

    private boolean enter() {
        leaf = cursor.leaf();
        slot = cursor.slot();
        bound = end == null || leaf.compareKey(leaf.size - 1, end) < 0 ? leaf.size : leaf.lowerBound(end);
        return slot < bound;
    }

    private boolean enterFromBehind() {
        leaf = cursor.leaf();
        slot = cursor.slot();
        bound = low == null || leaf.compareKey(0, low) >= 0 ? 0 : leaf.lowerBound(low);
        return slot >= bound;
    }

    /** As {@link EntryScan#forEach}. If the scan takes most of a leaf, it copies all records of the leaf at once. */
    @Override
    public boolean forEach(int limit, long now, EntryConsumer consumer) {
        int left = limit;
        while (left > 0 && advance()) {
            int here = Math.min(left, descending ? slot - bound + 1 : bound - slot);
            if (!giveEntries(here, now, consumer)) {
                return false;
            }
            left -= here;
            slot += descending ? 1 - here : here - 1;
        }
        return true;
    }

    private boolean giveEntries(int count, long now, EntryConsumer consumer) {
        boolean together = 2 * count >= leaf.size;
        byte[] records = together ? leaf.copyOfRecords() : leaf.page;
        int from = leaf.page.length - leaf.recordBytes;
        int next = slot;
        for (int n = 0; n < count; n++) {
            long expiry = leaf.expiry(next);
            if (expiry <= now) {
                return false;
            }
            int record = leaf.record(next);
            int keyLength = leaf.keyLength(record);
            int valueLength = leaf.valueLength(record);
            OutsideValue outside = leaf.outsideValue(next);
            int start = leaf.keyStart(record);
            if (together) {
                consumer.accept(records, start - from, keyLength, valueLength, outside, expiry);
            } else {
                byte[] own = Arrays.copyOfRange(records, start, start + keyLength + Math.max(0, valueLength));
                consumer.accept(own, 0, keyLength, valueLength, outside, expiry);
            }
            next += descending ? -1 : 1;
        }
        return true;
    }

    /** Passes the current entry to {@code consumer}. Returns false if the entry expires at {@code now} or before. */
    public boolean give(long now, EntryConsumer consumer) {
        return giveEntries(/* count= */ 1, now, consumer);
    }

    /** Whether this scan's key is less than that of another scan. */
    public boolean isBelow(RangeScan other) {
        return leaf.compareKey(slot, other.leaf, other.slot) < 0;
    }

    @Override
    public byte[] key() {
        return leaf.key(slot);
    }

    @Override
    public byte[] value() {
        return leaf.value(slot);
    }

    @Override
    public OutsideValue valueToShare() {
        return leaf.valueToShare(slot);
    }

    @Override
    public @Nullable OutsideValue outsideValue() {
        return leaf.outsideValue(slot);
    }

    @Override
    public int valueLength() {
        return leaf.valueBytes(slot);
    }

    @Override
    public long @Nullable [] hash() {
        return leaf.hash(slot);
    }

    @Override
    public long expiry() {
        return leaf.expiry(slot);
    }
}
