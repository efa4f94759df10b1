package org.nr4j.internal.replica;

import org.nr4j.AnswerLostException;
import org.nr4j.internal.combine.Batch;
import org.nr4j.internal.combine.Request;

/**
 * Fails the requests whose response is lost. Their writes are in the log, but their replica was quarantined before it
 * answered them.
 *
 * <p>Another replica that has yet to apply such a write answers it ({@code LogCombiner.apply}): all replicas give the
 * same answer. If all others had applied the write before, the answer is lost. The caller then gets an
 * {@link AnswerLostException}.
 */
public final class LostResponses {
    private LostResponses() {}

    /**
     * Fails the requests of this replica that no replica has answered. Call this after all replicas have applied their
     * writes.
     */
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
