package org.nr4j.kv.internal.durable;

import java.util.BitSet;
import org.nr4j.kv.internal.replica.Update;

/**
 * Counts the writes of each log, as the store numbers them: the writes of an atomic batch have one number in each of
 * its logs. For one thread.
 */
final class WriteCounts {
    private final long[] counts;

    /** The logs of the batch that may go on; they are counted once it is over. */
    private final BitSet logs = new BitSet();

    private final BitSet logsOfWrite = new BitSet();

    WriteCounts(long... start) {
        this.counts = start.clone();
    }

    /** Returns a copy, which counts by itself. */
    WriteCounts copy() {
        WriteCounts copy = new WriteCounts(counts);
        copy.logs.or(logs);
        return copy;
    }

    /**
     * Counts the next write.
     *
     * @param continues whether it belongs to the batch of the write before
     */
    void add(Update write, boolean continues) {
        if (!continues) {
            countBatch();
        }
        logs.or(logsOf(write));
    }

    private void countBatch() {
        for (int log = logs.nextSetBit(0); log >= 0; log = logs.nextSetBit(log + 1)) {
            counts[log]++;
        }
        logs.clear();
    }

    private BitSet logsOf(Update write) {
        logsOfWrite.clear();
        write.addParts(logsOfWrite, counts.length);
        if (logsOfWrite.isEmpty()) {
            logsOfWrite.set(0); // see Update.logsOf
        }
        return logsOfWrite;
    }

    /** Returns the counts after all writes so far. A batch must not go on afterwards. */
    long[] counts() {
        countBatch();
        return counts.clone();
    }

    /** Whether a write that begins a batch is among the first {@code limits} writes of the logs. */
    boolean isNextBefore(Update write, long... limits) {
        countBatch();
        int log = logsOf(write).nextSetBit(0);
        return counts[log] < limits[log];
    }
}
