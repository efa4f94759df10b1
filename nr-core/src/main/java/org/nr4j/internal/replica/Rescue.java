package org.nr4j.internal.replica;

import org.nr4j.AnswerLostException;
import org.nr4j.internal.admin.Reconfiguration;
import org.nr4j.internal.combine.Request;
import org.nr4j.internal.log.LogEntry;

/**
 * What becomes of those who wait for an answer that a replica was to give which went out of order, though their writes are in the log.
 *
 * <p>Another replica that has yet to apply such a write answers it in its place ({@code Replica.apply}); all answers are the same. {@link Reconfiguration} makes the others apply them, on a thread of its own: the one that hit the error may have next to no stack left, and
 * must not take that to a healthy replica. If all others had applied the write before, the answer is gone, and the caller is told just that.
 */
public final class Rescue {
    private Rescue() {}

    /** Tells those whom nobody has answered, after all replicas have applied their writes, that nobody will. */
    public static void answerInVain(Replica<?, ?, ?> replica) {
        VirtualMachineError error = replica.error();
        for (LogEntry orphan = replica.orphans(); orphan != null; orphan = orphan.nextOrphan) {
            for (Request request : orphan.takeRequests()) {
                if (request != null) {
                    request.failAndWake(new AnswerLostException(replica.id(), error));
                }
            }
        }
    }
}
