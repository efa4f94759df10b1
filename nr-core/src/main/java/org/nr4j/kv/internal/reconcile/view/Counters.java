package org.nr4j.kv.internal.reconcile.view;

import java.util.concurrent.atomic.LongAdder;
import org.nr4j.kv.reconcile.ReconcileStats;

/** Counts what one side does. For any number of threads. */
public final class Counters {
    public final LongAdder framesSent = new LongAdder();
    public final LongAdder framesReceived = new LongAdder();
    public final LongAdder framesResent = new LongAdder();
    public final LongAdder framesIgnored = new LongAdder();
    public final LongAdder bytesSent = new LongAdder();
    public final LongAdder bytesReceived = new LongAdder();
    public final LongAdder rangesCompared = new LongAdder();
    public final LongAdder rangesEqual = new LongAdder();
    public final LongAdder digestsCompared = new LongAdder();
    public final LongAdder entriesSent = new LongAdder();
    public final LongAdder entriesReceived = new LongAdder();
    public final LongAdder entriesWritten = new LongAdder();
    public final LongAdder entriesRemoved = new LongAdder();

    /** Counts a frame that this side produces. Returns the frame. */
    public byte[] sent(byte[] frame) {
        framesSent.increment();
        bytesSent.add(frame.length);
        return frame;
    }

    /** Counts a frame that this side receives. */
    public void received(byte[] frame) {
        framesReceived.increment();
        bytesReceived.add(frame.length);
    }

    /** Counts a comparison of two ranges. Returns whether they were equal. */
    public boolean compared(boolean equal) {
        rangesCompared.increment();
        rangesEqual.add(equal ? 1 : 0);
        return equal;
    }

    /** Returns the counts so far. */
    public ReconcileStats stats() {
        return new ReconcileStats(
                framesSent.sum(),
                framesReceived.sum(),
                framesResent.sum(),
                framesIgnored.sum(),
                bytesSent.sum(),
                bytesReceived.sum(),
                rangesCompared.sum(),
                rangesEqual.sum(),
                digestsCompared.sum(),
                entriesSent.sum(),
                entriesReceived.sum(),
                entriesWritten.sum(),
                entriesRemoved.sum());
    }
}
