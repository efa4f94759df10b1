package org.nr4j.kv.reconcile;

/**
 * What a session or a responder has done so far. Immutable.
 *
 * @param framesSent how many frames it has produced, those for repetition included
 * @param framesReceived how many frames it has received
 * @param framesResent how many frames it has produced again since no answer came
 * @param framesIgnored how many received frames had no effect: malformed, of another session, or answered before
 * @param bytesSent the bytes of the frames that it has produced
 * @param bytesReceived the bytes of the frames that it has received
 * @param rangesCompared how many fingerprints of ranges it has compared with its own
 * @param rangesEqual how many of these were equal
 * @param digestsCompared how many digests of entries it has compared with its own
 * @param entriesSent how many entries it has sent
 * @param entriesReceived how many entries it has received
 * @param entriesWritten how many of these it has written to its store
 * @param entriesRemoved how many entries it has removed from its store
 */
public record ReconcileStats(
        long framesSent,
        long framesReceived,
        long framesResent,
        long framesIgnored,
        long bytesSent,
        long bytesReceived,
        long rangesCompared,
        long rangesEqual,
        long digestsCompared,
        long entriesSent,
        long entriesReceived,
        long entriesWritten,
        long entriesRemoved) {}
