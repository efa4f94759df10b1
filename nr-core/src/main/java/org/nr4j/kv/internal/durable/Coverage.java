package org.nr4j.kv.internal.durable;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.replica.Update;
import org.nr4j.kv.internal.segment.LogPosition;
import org.nr4j.kv.internal.segment.SegmentHeader;

/** Tells which writes of a log its base has already. The writes come in the order of the log. For one thread. */
final class Coverage {
    /** Where the base ends; null if there is none. */
    private final @Nullable LogPosition basePosition;

    /** The segment of the write before, and the numbers of its writes. */
    private @Nullable SegmentHeader segment;

    private WriteCounts counts = new WriteCounts();
    private boolean covered;

    Coverage(@Nullable LogPosition basePosition) {
        this.basePosition = basePosition;
    }

    /** Returns a copy, to look ahead with. */
    Coverage copy() {
        Coverage copy = new Coverage(basePosition);
        copy.segment = segment;
        copy.counts = counts.copy();
        copy.covered = covered;
        return copy;
    }

    /** Begins a record. Returns whether its segment is another one than that of the record before. */
    boolean enter(SegmentHeader header) {
        if (segment != null && segment.number() == header.number()) {
            return false;
        }
        segment = header;
        counts = new WriteCounts(header.start().indexes());
        return true;
    }

    /**
     * Takes the next write of a record. Returns whether the base has it.
     *
     * @param continues whether it belongs to the batch of the write before
     */
    boolean covers(SegmentHeader header, Update write, boolean continues) {
        if (!continues) {
            covered = isInBase(header, write);
        }
        counts.add(write, continues);
        return covered;
    }

    private boolean isInBase(SegmentHeader header, Update write) {
        if (basePosition == null || header.start().epoch() > basePosition.epoch()) {
            return false;
        }
        return header.start().epoch() < basePosition.epoch() || counts.isNextBefore(write, basePosition.indexes());
    }
}
