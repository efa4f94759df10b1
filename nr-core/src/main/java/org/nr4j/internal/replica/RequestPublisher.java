package org.nr4j.internal.replica;

import org.nr4j.internal.combine.Combiner;
import org.nr4j.internal.combine.CombinerPolicy;
import org.nr4j.internal.combine.PublicationList;
import org.nr4j.internal.combine.Request;
import org.nr4j.internal.lock.Backoff;

/**
 * How a thread has its request answered at a replica: it combines, or publishes the request and waits for a combiner.
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

    /** Has a request of the calling thread answered; false if it was redirected. */
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

    /** Publishes a request; false if the replica serves no more, or is about to. */
    boolean publish(Request request, long threadId) {
        if (combiner().publish(request)) {
            return true;
        }
        if (replica.lock.isAbandoned()) { // by one who could not get through with that
            combiner().tryCombine(/* own= */ null, threadId);
        }
        return false;
    }

    /** Waits for the answers of a request that a combiner knows of; false if it was redirected. */
    boolean await(Request request, long threadId, Backoff backoff) {
        PublicationList publications = combiner().publications;
        try {
            return awaitAnswered(request, threadId, backoff);
        } catch (Throwable e) {
            publications.leftOver = true; // it may be applied yet, and before what this thread writes next
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
     * One step of the wait for a request that was here when the replica was retired. It has been answered, or
     * redirected (then false), or is in the log and will be answered by another replica, unless none is left.
     */
    private boolean awaitAfterRetirement(Request request, Backoff backoff) {
        ReplicaSet<?, ?, ?> group = replica.group();
        group.settle();
        boolean stopped = group.isStopped(); // before the request is looked at: who stops the instance answers first
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
