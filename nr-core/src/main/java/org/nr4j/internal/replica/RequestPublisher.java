package org.nr4j.internal.replica;

import org.nr4j.internal.combine.Combiner;
import org.nr4j.internal.combine.CombinerPolicy;
import org.nr4j.internal.combine.PublicationList;
import org.nr4j.internal.combine.Request;
import org.nr4j.internal.lock.Backoff;

/**
 * Has the request of a thread answered: the thread either combines, or publishes the request and waits for a combiner.
 * Any thread may call the methods.
 */
final class RequestPublisher {
    private final Replica<?, ?, ?> replica;

    RequestPublisher(Replica<?, ?, ?> replica) {
        this.replica = replica;
    }

    private Combiner<?, ?> combiner() {
        return replica.combiner();
    }

    /** Has a request of the calling thread answered. Returns false if it was redirected. */
    boolean submit(Request request, long threadId) {
        replica.group().followers().refuseConsumer(threadId);
        if (combiner().tryCombine(request, threadId)) {
            if (request.isDone()) {
                return true;
            }
        } else {
            replica.lock.refuseInside(threadId);
            if (!publish(request, threadId)) {
                return false;
            }
            replica.published();
        }
        try (Backoff backoff = replica.newBackoff(threadId)) {
            return await(request, threadId, backoff);
        }
    }

    /** Publishes a request. Returns false if the replica is retired, or about to be. */
    boolean publish(Request request, long threadId) {
        if (combiner().publish(request)) {
            return true;
        }
        if (replica.lock.isAbandoned()) { // the holder could not finish retiring the replica: take over
            combiner().tryCombine(/* own= */ null, threadId);
        }
        return false;
    }

    /** Waits for the answers of a request that a combiner can find. Returns false if it was redirected. */
    boolean await(Request request, long threadId, Backoff backoff) {
        PublicationList publications = combiner().publications;
        try {
            return awaitAnswered(request, threadId, backoff);
        } catch (Throwable e) {
            publications.leftOver = true; // it may still be applied, and must be before the next write of this thread
            throw e;
        }
    }

    private boolean awaitAnswered(Request request, long threadId, Backoff backoff) {
        while (!request.isDone()) {
            if (replica.isRetired()) {
                if (!awaitAfterRetirement(request, backoff)) {
                    return false;
                }
            } else if (!combiner().tryCombine(/* own= */ null, threadId) && !backoff.pause()) {
                request.park(backoff, replica.lock);
            }
        }
        return true;
    }

    /**
     * Does one step of the wait for a request that was here when the replica was retired. Returns false if the request
     * was redirected. Otherwise the request is answered, or it is in the log. Then another replica will answer it,
     * unless no replica is left.
     */
    private boolean awaitAfterRetirement(Request request, Backoff backoff) {
        ReplicaSet<?, ?, ?> group = replica.group();
        group.settle();
        boolean stopped = group.isStopped(); // read before the request: a thread that stops the instance answers first
        if (request.isRedirected()) {
            return false;
        }
        if (!request.isDone()) {
            if (stopped) {
                group.checkUsable();
            }
            backoff.pauseOrSleep(this, CombinerPolicy.SLEEP_NANOS);
        }
        return true;
    }
}
