package org.nr4j.internal.combine;

import org.jspecify.annotations.Nullable;

/**
 * The quarantine of one replica. It begins after an error while applying. The state of the structure is then unknown,
 * so no thread may use it any more. Other replicas answer the batches that are in the log and not answered.
 *
 * <p>The combiner begins it. Any thread may ask about it.
 */
/*
 * The orphans are listed before `begun` is set, since reclaiming respects the replica until then. A thread that reads
 * `begun` first sees the orphans and Combiner.broken.
 */
final class Quarantine {
    /** The batches that the replica leaves to others to answer, linked. Written before {@code begun}. */
    private @Nullable Batch orphans;

    private volatile boolean begun;

    /** Whether the quarantine has begun. The replica's lock is then retired, or about to be. */
    boolean hasBegun() {
        return begun;
    }

    /** Returns the batches that the replica has left unanswered, linked; null if there are none. */
    @Nullable
    Batch orphans() {
        return begun ? orphans : null;
    }

    /**
     * Begins the quarantine of the combiner's replica, and retires its lock. Allocates nothing, since memory may be
     * exhausted. Can be repeated from the start. For the holder, in writing mode.
     */
    void begin(Combiner<?, ?> combiner) {
        if (!begun) {
            Batch left = combiner.orphanBatches(); // still in the log: reclaiming respects the replica until `begun`
            combiner.cursor.completeAnswered();
            combiner.redirectPending();
            for (Batch batch = left; batch != null; batch = batch.nextOrphan) {
                batch.orphan();
            }
            orphans = left;
            begun = true;
        }
        combiner.lock.retire();
        // Otherwise these threads would sleep until they are answered, which may be never: see
        // RequestPublisher.awaitAfterRetirement.
        combiner.cursor.wakeUnanswered();
        for (Batch batch = orphans; batch != null; batch = batch.nextOrphan) {
            batch.wakeWaiters();
        }
    }
}
