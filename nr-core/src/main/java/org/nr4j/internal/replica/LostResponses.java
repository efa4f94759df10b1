package org.nr4j.internal.replica;

import org.nr4j.AnswerLostException;
import org.nr4j.internal.combine.Batch;
import org.nr4j.internal.combine.Request;

/**
 * What becomes of those who wait for an answer of a replica that was quarantined, though their writes are in the log.
 *
 * <p>Another replica that has yet to apply such a write answers it ({@code LogCombiner.apply}); all answers are the
 * same. If all others had applied the write before, the answer is lost, and its caller is told just that.
 */
public final class LostResponses {
    private LostResponses() {}

    /** Fails the requests that nobody has answered, after all replicas have applied their writes. */
    public static void fail(Replica<?, ?, ?> replica) {
        VirtualMachineError error = replica.error();
        for (Batch orphan = replica.orphans(); orphan != null; orphan = orphan.nextOrphan) {
            for (Request request : orphan.takeRequests()) {
                if (request != null) {
                    request.failAndWake(new AnswerLostException(replica.id(), error));
                }
            }
        }
    }
}
