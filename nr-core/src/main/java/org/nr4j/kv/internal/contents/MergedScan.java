package org.nr4j.kv.internal.contents;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.tree.EntryConsumer;
import org.nr4j.kv.internal.tree.EntryScan;
import org.nr4j.kv.internal.tree.RangeScan;
import org.nr4j.kv.internal.value.OutsideValue;

/** Walks through several trees as if they were one. The trees have no key in common. */
public final class MergedScan implements EntryScan {
    /**
     * A heap of the scans that have entries left. The scan at the top has the next entry. No scan comes before its
     * parent in the heap.
     */
    private final RangeScan[] scans;

    private final boolean descending;
    private int size;
    private boolean started;

    /**
     * Creates a scan that merges others.
     *
     * @param scans one for each tree, over the same range, in the same order; the caller must not use the array any
     *     more
     */
    MergedScan(RangeScan[] scans, boolean descending) {
        this.scans = scans;
        this.descending = descending;
    }

    @Override
    public boolean advance() {
        if (!started) {
            start();
        } else {
            if (!scans[0].advance()) {
                scans[0] = scans[--size];
            }
            sink(0);
        }
        return size > 0;
    }

    private void start() {
        started = true;
        for (RangeScan scan : scans) {
            if (scan.advance()) {
                scans[size++] = scan;
            }
        }
        for (int place = size / 2 - 1; place >= 0; place--) {
            sink(place);
        }
    }

    private void sink(int from) {
        RangeScan sinking = scans[from];
        int place = from;
        for (int below = 2 * place + 1; below < size; below = 2 * place + 1) {
            if (below + 1 < size && isBefore(scans[below + 1], scans[below])) {
                below++;
            }
            if (!isBefore(scans[below], sinking)) {
                break;
            }
            scans[place] = scans[below];
            place = below;
        }
        scans[place] = sinking;
    }

    private boolean isBefore(RangeScan one, RangeScan other) {
        return descending ? other.isBelow(one) : one.isBelow(other);
    }

    @Override
    public boolean forEach(int limit, long now, EntryConsumer consumer) {
        for (int given = 0; given < limit && advance(); given++) {
            if (!scans[0].give(now, consumer)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public byte[] key() {
        return scans[0].key();
    }

    @Override
    public byte[] value() {
        return scans[0].value();
    }

    @Override
    public OutsideValue valueToShare() {
        return scans[0].valueToShare();
    }

    @Override
    public @Nullable OutsideValue outsideValue() {
        return scans[0].outsideValue();
    }

    @Override
    public int valueLength() {
        return scans[0].valueLength();
    }

    @Override
    public long @Nullable [] hash() {
        return scans[0].hash();
    }

    @Override
    public long expiry() {
        return scans[0].expiry();
    }
}
