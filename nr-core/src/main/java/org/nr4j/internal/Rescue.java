package org.nr4j.internal;

import org.jspecify.annotations.Nullable;
import org.nr4j.AnswerLostException;

/**
 * Looks after what a replica that went out of order left behind: writes that are in the log, and whose callers wait for an answer that this replica was to give.
 *
 * <p>Another replica that has yet to apply such a write answers it in its place ({@code Replica.apply}); all answers are the same. Here the others are made to apply them. If all had done so before, the answer is gone, and the
 * caller is told just that.
 *
 * <p>Runs on a thread of its own: the one that hit the error may have next to no stack left, and must not take that to a healthy replica.
 */
final class Rescue {
    private Rescue() {}

    /** Sees to it that everybody who waits gets an answer. Throws if the instance stops meanwhile, which they notice themselves. */
    static <R, W, A extends @Nullable Object> void answer(
            Replicas<R, W, A> group, Replica<R, W, A> replica, long threadId) {
        group.awaitApplied(group.log().tail(), threadId);
        answerInVain(replica);
    }

    /** Tells those whom nobody has answered, after all replicas have applied their writes, that nobody will. */
    static void answerInVain(Replica<?, ?, ?> replica) {
        VirtualMachineError error = replica.error();
        for (LogEntry orphan = replica.orphans(); orphan != null; orphan = orphan.nextOrphan) {
            for (Request request : orphan.takeRequests()) {
                if (request != null && request.answer(null, new AnswerLostException(replica.id(), error))) {
                    request.wake();
                }
            }
        }
    }
}
